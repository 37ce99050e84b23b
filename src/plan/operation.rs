//! Proposed file operations and their builds.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::subtask::EntityIdPlaceholder;
use super::{EntityId, Entry, ObjectId, RepoPath};

/// What an operation does to its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// Writes the file: a new one whole, an existing one by an edit.
    File,
    /// Moves the file to its destination.
    Move,
    /// Removes the file.
    Remove,
    /// Takes back the plan's own pending changes of the file.
    Reset,
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Move => "move",
            Self::Remove => "remove",
            Self::Reset => "reset",
        })
    }
}

/// How far an operation is. Later states win when histories are merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationState {
    /// Proposed, not yet built, or its build failed (then `error` says why).
    #[default]
    Pending,
    /// Its effect stands in `result/`.
    Built,
    /// The user turned it down, or a reset took it back.
    Rejected,
    /// Merged into the working tree.
    Applied,
}

/// One try at building an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What made the content: `merge`, `builder`, `whole-file`.
    pub by: String,
    /// The model, when one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The content that came out, a blob of the repository; it hangs in the tree beside the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ObjectId>,
    /// Why the content may be wrong, one `reason: detail` each; empty when it was accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// What the model saw of a file when it proposed an operation; its build starts from that, however much later it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// The file.
    pub path: RepoPath,
    /// What it held, a blob that hangs in the tree beside the operation; nothing when there was no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Entry>,
}

/// One proposed operation; the proposal stands beside it as `<ulid>.body`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its id; the file's name, not repeated inside. Operations take effect in the order of their ids.
    #[serde(skip, default = "EntityIdPlaceholder::nil")]
    pub id: EntityId,
    /// The reply that proposed it.
    pub message: EntityId,
    /// The subtask that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtask: Option<EntityId>,
    /// What it does.
    pub kind: OperationKind,
    /// The path that it is about.
    pub path: RepoPath,
    /// Where a move goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<RepoPath>,
    /// The prose that explained the change.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub explanation: String,
    /// Whether the proposal replaces a file that the model was not shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overwrite: bool,
    /// Whether a key was hidden in the proposal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// What its files were when it was proposed, as far as that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Sight>,
    /// How far it is.
    #[serde(default)]
    pub state: OperationState,
    /// Why the last build failed or is doubtful, or why applying it conflicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// All tries at building it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// The user's commit that holds it, once applied and committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<ObjectId>,
    /// The proposal's blob; nothing for operations without content.
    #[serde(skip)]
    pub body: Option<ObjectId>,
}

impl Operation {
    /// What `path` was when the operation was proposed: the inner value is nothing when there was no file, the outer when
    /// that is not known.
    pub fn sight(&self, path: &RepoPath) -> Option<&Option<Entry>> {
        self.shown.iter().find(|sight| sight.path == *path).map(|sight| &sight.file)
    }

    /// The blobs that stand beside the operation, its proposal apart.
    pub fn sights(&self) -> impl Iterator<Item = Option<&ObjectId>> {
        self.shown.iter().map(|sight| sight.file.as_ref().map(|file| &file.oid))
    }
}
