//! Summaries of the conversation.

use super::{EntityId, Usage};

/// A summary of all messages up to one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: EntityId,
    /// The last message that it covers.
    pub last_message: EntityId,
    /// Its size in tokens.
    pub tokens: u64,
    /// The model that wrote it.
    pub model: Option<String>,
    /// What the call used.
    pub usage: Usage,
    /// The text.
    pub text: String,
}
