//! The tasks of a plan.

use serde::{Deserialize, Serialize};

use super::EntityId;

/// How far a subtask is. Later states win when histories are merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubtaskState {
    /// Not begun, or begun and not complete.
    #[default]
    Open,
    /// Complete.
    Done,
    /// Taken off the list; kept for the record.
    Removed,
}

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtask {
    /// Its id; the file's name, not repeated inside.
    #[serde(skip, default = "EntityIdPlaceholder::nil")]
    pub id: EntityId,
    /// One line, unique among the plan's open tasks.
    pub title: String,
    /// What is to be done, one point a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The paths that the task needs to see or changes, as the model wrote them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// The place in the list, ascending; ties go by id.
    #[serde(default)]
    pub order: u64,
    /// How far it is.
    #[serde(default)]
    pub state: SubtaskState,
    /// How many finished replies have worked on it.
    #[serde(default)]
    pub tries: u32,
    /// When it was written down, in RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When the first reply for it began, in RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it was done, in RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<String>,
}

/// Stands in for an id until the codec sets the one from the file's name.
pub(super) struct EntityIdPlaceholder;

impl EntityIdPlaceholder {
    pub(super) fn nil() -> EntityId {
        super::IdSource::after(None).next(0, 0)
    }
}
