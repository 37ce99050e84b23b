//! The messages of a request, as prompts render them and models receive them.

use std::sync::Arc;

use super::ImageDetail;

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

/// A picture within a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatImage {
    /// Its media type, `image/png` for example.
    pub media_type: String,
    /// The file's bytes.
    pub data: Arc<[u8]>,
    /// How closely it is to be looked at.
    pub detail: ImageDetail,
}

/// One message of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who it is from.
    pub role: ChatRole,
    /// Its text in parts, in order.
    pub parts: Vec<ChatPart>,
    /// Pictures, shown after the text.
    pub images: Vec<ChatImage>,
}

impl ChatMessage {
    /// A message of one part that is not worth caching.
    pub fn new(role: ChatRole, text: impl Into<String>) -> Self {
        Self { role, parts: vec![ChatPart { text: text.into(), cache: false }], images: Vec::new() }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}
