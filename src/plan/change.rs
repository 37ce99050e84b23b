//! Changes of a plan: what an event does to the tree, entity by entity.

use std::sync::Arc;

use super::{ContextItem, EntityId, Entry, Message, ObjectId, Operation, Plan, PlanMeta, RepoPath, Subtask, Summary};

/// One entity put, replaced or taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Replaces `plan.yml`.
    Meta(PlanMeta),
    /// Adds or replaces a message.
    Message(Message),
    /// Adds or replaces a summary.
    Summary(Summary),
    /// Adds or replaces a task.
    Subtask(Subtask),
    /// Adds or replaces a context item; its `oid` is the body, already written to the object database.
    Context(ContextItem),
    /// Takes a context item away.
    RemoveContext(EntityId),
    /// Adds or replaces an operation; its `body`, its attempts' contents and what was shown are already written.
    Operation(Operation),
    /// Sets or clears a path of `base/`.
    Base(RepoPath, Option<Entry>),
    /// Sets or clears a path of `result/`.
    Result(RepoPath, Option<Entry>),
}

/// Why an event does not apply to the state that it met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Plan {
    /// Does `change` in memory, as the codec does it in the tree.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Meta(meta) => self.meta = meta,
            Change::Message(message) => put(&mut self.messages, message, |m| m.id),
            Change::Summary(summary) => put(&mut self.summaries, summary, |s| s.id),
            Change::Subtask(subtask) => put(&mut self.subtasks, subtask, |t| t.id),
            Change::Context(item) => put(&mut self.context, item, |c| c.id),
            Change::RemoveContext(id) => self.context.retain(|item| item.id != id),
            Change::Operation(operation) => put(&mut self.operations, operation, |o| o.id),
            Change::Base(path, entry) => set(&mut self.base, path, entry),
            Change::Result(path, entry) => set(&mut self.result, path, entry),
        }
    }
}

impl Change {
    /// The blobs that the change names and that must hang in its tree.
    pub fn blobs(&self) -> Vec<&ObjectId> {
        match self {
            Self::Context(item) => vec![&item.oid],
            Self::Operation(op) => {
                let attempts = op.attempts.iter().filter_map(|attempt| attempt.content.as_ref());
                op.body.iter().chain(attempts).chain(op.sights().flatten()).collect()
            }
            Self::Base(_, Some(entry)) | Self::Result(_, Some(entry)) => vec![&entry.oid],
            _ => Vec::new(),
        }
    }
}

fn put<T>(list: &mut Vec<Arc<T>>, value: T, id: impl Fn(&T) -> EntityId) {
    match list.binary_search_by_key(&id(&value), |entry| id(entry)) {
        Ok(at) => list[at] = Arc::new(value),
        Err(at) => list.insert(at, Arc::new(value)),
    }
}

fn set<T>(map: &mut std::collections::BTreeMap<RepoPath, T>, path: RepoPath, entry: Option<T>) {
    match entry {
        Some(entry) => drop(map.insert(path, entry)),
        None => drop(map.remove(&path)),
    }
}
