//! What the user or the architect loaded for the model to see.

use serde::{Deserialize, Serialize};

use super::subtask::EntityIdPlaceholder;
use super::{EntityId, ObjectId, RepoPath};

/// The kind of a context item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextKind {
    /// A file of the repository.
    File,
    /// A text that the user wrote.
    Note,
}

/// How closely a model looks at a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageDetail {
    /// In full.
    #[default]
    High,
    /// At a glance, for few tokens.
    Low,
}

impl ImageDetail {
    /// The stored word, which is OpenAI's too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
        }
    }
}

/// One context item; its body stands beside it as `<ulid>.body`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextItem {
    /// Its id; the file's name, not repeated inside.
    #[serde(skip, default = "EntityIdPlaceholder::nil")]
    pub id: EntityId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ContextKind,
    /// What listings call it: the path, or a note's first words.
    pub name: String,
    /// The path of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<RepoPath>,
    /// The object id of the body, as `git add` would store it.
    pub oid: ObjectId,
    /// The size of the body in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// The size of the body in tokens, estimated.
    #[serde(default)]
    pub tokens: u64,
    /// Whether the program loaded it rather than the user.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto_loaded: bool,
    /// Whether it was loaded although git ignores it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
    /// When it was loaded, in RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
    /// When it was last refreshed, in RFC 3339 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
}
