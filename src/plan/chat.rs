//! The messages of a request, as prompts render them and models receive them.

/// Who a message of a request is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChatRole {
    /// Standing instructions.
    System,
    /// The person, or the program on their behalf.
    User,
    /// The model.
    Assistant,
}

/// A run of text within a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatPart {
    /// The text.
    pub text: String,
    /// Whether everything up to here stays the same from request to request, so that it is worth caching.
    pub cache: bool,
}

/// One message of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who it is from.
    pub role: ChatRole,
    /// Its text in parts, in order.
    pub parts: Vec<ChatPart>,
}

impl ChatMessage {
    /// A message of one part that is not worth caching.
    pub fn new(role: ChatRole, text: impl Into<String>) -> Self {
        Self { role, parts: vec![ChatPart { text: text.into(), cache: false }] }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}
