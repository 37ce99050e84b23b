//! What can keep something from being loaded, or a word from naming an item.

use crate::plan::InvalidPath;

/// A failure of the context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// The content is larger than an item may be.
    #[error("'{name}' has {bytes} bytes; one item may have at most {limit}")]
    TooLarge {
        /// The path or the note's name.
        name: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The content is binary.
    #[error("'{0}' is binary; only text can be loaded")]
    Binary(String),
    /// The content is not UTF-8.
    #[error("'{name}' is not UTF-8 text: byte {at} begins no character")]
    NotUtf8 {
        /// The path or the note's name.
        name: String,
        /// The place of the first wrong byte, from 0.
        at: usize,
    },
    /// The text is empty.
    #[error("the note is empty")]
    EmptyNote,
    /// There would be more items than a plan may have.
    #[error("the plan would have {count} context items; it may have at most {limit}")]
    TooMany {
        /// The number that there would be.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// No item is called so.
    #[error("no context item matches '{0}'")]
    NoMatch(String),
    /// A number that no item has.
    #[error("there is no context item {number}; there are {count}")]
    NoIndex {
        /// The number, from 1.
        number: usize,
        /// How many items there are.
        count: usize,
    },
    /// The path is not inside the working tree.
    #[error("'{0}' is outside the repository")]
    Outside(String),
    /// The path names the working tree itself.
    #[error("'{0}' is the repository itself; name files in it")]
    Root(String),
    /// The path is not one that git would take.
    #[error(transparent)]
    Path(#[from] InvalidPath),
}

impl ContextError {
    /// What to type next, if anything helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge { .. } => Some("git plandex load --note TEXT  # load the part that matters as a note"),
            Self::NotUtf8 { .. } => Some("iconv -t UTF-8 FILE > COPY  # convert the file, then load the copy"),
            Self::TooMany { .. } => Some("git plandex rm INDEX…  # make room"),
            Self::NoMatch(_) | Self::NoIndex { .. } => Some("git plandex ls  # shows the items and their numbers"),
            _ => None,
        }
    }
}
