//! The stage words, fixed for everything that is stored or printed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a reply is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Planning: the architect chooses files from the project map.
    Context,
    /// Planning: the planner writes the subtasks.
    Tasks,
    /// The coder does one subtask.
    Implementation,
    /// Proposed changes become files.
    Build,
    /// The merge into the working tree.
    Apply,
    /// A script runs.
    Execute,
    /// A failure is fed back.
    Debug,
    /// Talk that never touches files.
    Chat,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Context => "context",
            Self::Tasks => "tasks",
            Self::Implementation => "implementation",
            Self::Build => "build",
            Self::Apply => "apply",
            Self::Execute => "execute",
            Self::Debug => "debug",
            Self::Chat => "chat",
        })
    }
}
