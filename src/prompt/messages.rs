//! The messages of a request while it is put together.

use crate::plan::{ChatMessage, ChatPart, ChatRole};

/// Messages whose roles alternate.
#[derive(Debug, Default)]
pub(super) struct Messages(Vec<ChatMessage>);

impl Messages {
    /// Adds `text`; to the last message if that is of the same role. Empty text adds nothing.
    pub(super) fn add(&mut self, role: ChatRole, text: &str, cache: bool) {
        if text.trim().is_empty() {
            return;
        }
        match self.0.last_mut().filter(|last| last.role == role) {
            Some(last) => last.parts.push(ChatPart { text: format!("\n\n{text}"), cache }),
            None => self.0.push(ChatMessage { role, parts: vec![ChatPart { text: text.to_owned(), cache }], images: Vec::new() }),
        }
    }

    /// Marks the end of what was added so far as worth caching.
    pub(super) fn mark(&mut self) {
        if let Some(part) = self.0.last_mut().and_then(|last| last.parts.last_mut()) {
            part.cache = true;
        }
    }

    pub(super) fn done(self) -> Vec<ChatMessage> {
        self.0
    }
}

/// A request of one message from the user.
pub(super) fn single(text: String) -> Vec<ChatMessage> {
    vec![ChatMessage::new(ChatRole::User, text)]
}
