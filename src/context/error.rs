//! What can keep something from being loaded, or a word from naming an item.

use std::fmt;

use crate::plan::{InvalidPath, RepoPath};

use super::IGNORE_FILE;

/// What keeps a file from models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoredBy {
    /// git's own ignore rules.
    Git,
    /// A `.plandexignore`.
    Ours,
    /// It lies in a directory of downloaded or generated files.
    Directory,
}

impl fmt::Display for IgnoredBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Git => "git",
            Self::Ours => IGNORE_FILE,
            Self::Directory => "default: it lies in a directory of tools",
        })
    }
}

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
    /// There is no such file.
    #[error("'{0}' does not exist")]
    Missing(RepoPath),
    /// The file is kept from models.
    #[error("'{path}' is ignored by {by}")]
    Ignored {
        /// The file.
        path: RepoPath,
        /// What says so.
        by: IgnoredBy,
    },
    /// The path is a directory.
    #[error("'{0}' is a directory")]
    Directory(RepoPath),
    /// The path is a symbolic link, which may lead anywhere.
    #[error("'{0}' is a symbolic link; load the file that it leads to")]
    Symlink(RepoPath),
    /// The path is not an ordinary file of this repository.
    #[error("{0}")]
    NotOurs(String),
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
            Self::Ignored { .. } => Some("git plandex load --force FILE  # load it all the same"),
            Self::Directory(_) => Some("git plandex load DIRECTORY/*  # load the files in it"),
            Self::TooMany { .. } => Some("git plandex rm INDEX…  # make room"),
            Self::NoMatch(_) | Self::NoIndex { .. } => Some("git plandex ls  # shows the items and their numbers"),
            _ => None,
        }
    }
}
