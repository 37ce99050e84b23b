//! Messages of the conversation.

use serde::{Deserialize, Serialize};

use super::{EntityId, RepoPath, Stage, Usage};

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person, or the program on their behalf.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The word in file names and front matter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message; everything but `id`, `role` and `text` is its front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: EntityId,
    /// Who wrote it.
    pub role: Role,
    /// The message that it follows, if any.
    pub predecessor: Option<EntityId>,
    /// The stage that a reply was made in; for a prompt, `Chat` or nothing.
    pub stage: Option<Stage>,
    /// The subtask that a reply of the implementation worked on.
    pub subtask: Option<EntityId>,
    /// The stopped reply that this one goes on with, from its very last character.
    pub continues: Option<EntityId>,
    /// Whether the reply made or changed the task list.
    pub did_make_plan: bool,
    /// Whether the reply was a context phase.
    pub was_context_stage: bool,
    /// The paths that the reply chose, in its order.
    pub activated_paths: Vec<RepoPath>,
    /// Paths that the model named and the repository does not have.
    pub unknown_paths: Vec<String>,
    /// Directories that the reply wants to look into before it chooses files of them.
    pub opened_paths: Vec<RepoPath>,
    /// Paths that the user let the reply write anew although it had not seen them.
    pub overwrite_paths: Vec<RepoPath>,
    /// Whether the reply ended before the model was done.
    pub stopped: bool,
    /// Why it was stopped: `user`, `killed`, `missing-file`, or an error's words.
    pub stop_reason: Option<String>,
    /// The verdict "not done yet, because …" of the completion check that followed the reply.
    pub unfinished: Option<String>,
    /// The model that wrote the reply.
    pub model: Option<String>,
    /// What the call used.
    pub usage: Usage,
    /// When it began, in RFC 3339 UTC.
    pub started: Option<String>,
    /// When it was complete, in RFC 3339 UTC.
    pub finished: Option<String>,
    /// The text, exactly as written or streamed.
    pub text: String,
}

impl Message {
    /// A message with nothing but its author and text.
    pub fn new(id: EntityId, role: Role, text: impl Into<String>) -> Self {
        Self {
            id,
            role,
            predecessor: None,
            stage: None,
            subtask: None,
            continues: None,
            did_make_plan: false,
            was_context_stage: false,
            activated_paths: Vec::new(),
            unknown_paths: Vec::new(),
            opened_paths: Vec::new(),
            overwrite_paths: Vec::new(),
            stopped: false,
            stop_reason: None,
            unfinished: None,
            model: None,
            usage: Usage::default(),
            started: None,
            finished: None,
            text: text.into(),
        }
    }
}
