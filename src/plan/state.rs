//! The whole state of a plan branch.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ContextItem, EntityId, Message, ObjectId, Operation, OperationState, PlanMeta, RepoPath, Subtask, SubtaskState, Summary};

/// The mode of a file in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileMode {
    /// `100644`.
    Regular,
    /// `100755`.
    Executable,
    /// `120000`.
    Symlink,
}

/// A file of `base/` or `result/`: its mode and the blob that `git add` would store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The mode.
    pub mode: FileMode,
    /// The blob.
    pub oid: ObjectId,
}

/// Everything that a plan branch's commit holds, decoded. Lists are in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// `plan.yml`.
    pub meta: PlanMeta,
    /// The conversation.
    pub messages: Vec<Arc<Message>>,
    /// Summaries of it.
    pub summaries: Vec<Arc<Summary>>,
    /// All tasks, removed ones too.
    pub subtasks: Vec<Arc<Subtask>>,
    /// The context items.
    pub context: Vec<Arc<ContextItem>>,
    /// The proposed operations.
    pub operations: Vec<Arc<Operation>>,
    /// Touched paths as the plan first saw them; a path that only `result` has is new.
    pub base: BTreeMap<RepoPath, Entry>,
    /// Touched paths as the plan proposes them; a path that only `base` has is removed.
    pub result: BTreeMap<RepoPath, Entry>,
}

impl Plan {
    /// The greatest id in use, so that new ones can be greater.
    pub fn last_id(&self) -> Option<EntityId> {
        let last = [
            self.messages.last().map(|m| m.id),
            self.summaries.last().map(|s| s.id),
            self.subtasks.last().map(|t| t.id),
            self.context.last().map(|c| c.id),
            self.operations.last().map(|o| o.id),
        ];
        last.into_iter().flatten().max()
    }

    /// The tasks in the order of the list, without removed ones.
    pub fn tasks(&self) -> Vec<&Arc<Subtask>> {
        let mut tasks: Vec<_> = self.subtasks.iter().filter(|t| t.state != SubtaskState::Removed).collect();
        tasks.sort_by_key(|task| (task.order, task.id));
        tasks
    }

    /// The first task that is not done.
    pub fn current_task(&self) -> Option<&Arc<Subtask>> {
        self.tasks().into_iter().find(|task| task.state == SubtaskState::Open)
    }

    /// The message with this id.
    pub fn message(&self, id: EntityId) -> Option<&Arc<Message>> {
        self.messages.binary_search_by_key(&id, |m| m.id).ok().map(|at| &self.messages[at])
    }

    /// The operation with this id.
    pub fn operation(&self, id: EntityId) -> Option<&Arc<Operation>> {
        self.operations.binary_search_by_key(&id, |op| op.id).ok().map(|at| &self.operations[at])
    }

    /// The paths that the plan proposes below `dir`.
    pub fn result_below<'a>(&'a self, dir: &'a RepoPath) -> impl Iterator<Item = &'a RepoPath> {
        let below = move |path: &RepoPath| path.as_bytes().strip_prefix(dir.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"));
        let after = self.result.range(dir..).map(|(path, _)| path);
        // Paths such as `dir-x` sort between `dir` and `dir/x`.
        after.take_while(move |path| path.as_bytes().starts_with(dir.as_bytes())).filter(move |path| below(path))
    }

    /// The operations that wait to be built.
    pub fn unbuilt(&self) -> impl Iterator<Item = &Arc<Operation>> {
        self.operations.iter().filter(|op| op.state == OperationState::Pending)
    }

    /// The paths whose proposed content differs from what the plan first saw.
    pub fn changed_paths(&self) -> Vec<&RepoPath> {
        let mut paths: Vec<_> = self.base.keys().chain(self.result.keys()).collect();
        paths.sort();
        paths.dedup();
        paths.retain(|path| self.base.get(*path) != self.result.get(*path));
        paths
    }
}
