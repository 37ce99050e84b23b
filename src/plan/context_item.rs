//! What the user or the architect loaded for the model to see.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::subtask::EntityIdPlaceholder;
use super::{EntityId, ObjectId, RepoPath};

/// The kind of a context item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextKind {
    /// A file of the repository.
    File,
    /// A text that the user wrote.
    Note,
    /// The names of the files of a directory.
    Tree,
    /// The files of a directory with what they define.
    Map,
    /// The text of a page of the web.
    Url,
    /// A picture of the repository.
    Image,
    /// What was piped in.
    Piped,
}

impl ContextKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Note => "note",
            Self::Tree => "tree",
            Self::Map => "map",
            Self::Url => "url",
            Self::Image => "image",
            Self::Piped => "piped",
        }
    }
}

impl fmt::Display for ContextKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
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
    /// What listings call it: the path, the address, or a note's first words.
    pub name: String,
    /// The path of a file or a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<RepoPath>,
    /// The directory of a tree or a map; none for the whole project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<RepoPath>,
    /// The address of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The media type of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// How closely a picture is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<ImageDetail>,
    /// The object id of the body, as `git add` would store it.
    pub oid: ObjectId,
    /// The size of the body in bytes.
    #[serde(default)]
    pub bytes: u64,
    /// The size of the body in tokens.
    #[serde(default)]
    pub tokens: u64,
    /// The definitions that are shown of a file too large to be shown whole; all of it without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<String>,
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

impl ContextItem {
    /// An item with nothing but what every one has; it gets its id when it joins a plan.
    pub fn new(kind: ContextKind, name: impl Into<String>, oid: ObjectId) -> Self {
        Self {
            id: EntityIdPlaceholder::nil(),
            kind,
            name: name.into(),
            path: None,
            directory: None,
            url: None,
            media_type: None,
            detail: None,
            oid,
            bytes: 0,
            tokens: 0,
            symbols: Vec::new(),
            auto_loaded: false,
            forced: false,
            added: None,
            updated: None,
        }
    }

    /// Whether both show the same thing, perhaps at different times: the same file, directory or page.
    pub fn is_of_same_source(&self, other: &Self) -> bool {
        let has_source = !matches!(self.kind, ContextKind::Note | ContextKind::Piped);
        let source = |item: &Self| (item.path.clone(), item.directory.clone(), item.url.clone());
        // A path can turn from text into a picture.
        let same_kind = self.kind == other.kind || self.path.is_some() && other.path.is_some();
        has_source && same_kind && source(self) == source(other)
    }
}
