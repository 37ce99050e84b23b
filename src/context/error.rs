//! What can keep something from being loaded, or a word from naming an item.

use std::fmt;

use crate::plan::{InvalidPath, RepoPath};

use super::{IGNORE_FILE, UrlProblem};

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
    /// The picture is larger than a picture may be.
    #[error("'{name}' has {bytes} bytes; a picture may have at most {limit}")]
    ImageTooLarge {
        /// The path.
        name: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file begins like a picture and is none.
    #[error("'{0}' is no picture that can be read")]
    BrokenImage(String),
    /// The file holds a key, which neither a plan nor a model is to see.
    #[error("'{path}' holds {key}, and a plan keeps no keys")]
    HoldsKey {
        /// The file.
        path: RepoPath,
        /// The key's variable, in words.
        key: String,
    },
    /// The text is empty.
    #[error("the note is empty")]
    EmptyNote,
    /// Nothing was piped in.
    #[error("nothing was piped in")]
    EmptyPipe,
    /// A page cannot be loaded.
    #[error("cannot load '{url}': {problem}")]
    Url {
        /// The URL as it was typed.
        url: String,
        /// Why.
        problem: UrlProblem,
    },
    /// All items together would be larger than a plan's context may be.
    #[error("the plan's context would have {bytes} bytes; it may have at most {limit}")]
    TooMuch {
        /// The size that there would be.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A pattern that no file matches.
    #[error("no file matches '{0}'")]
    NoFile(String),
    /// A directory without a file to load.
    #[error("'{0}' has no files that can be loaded")]
    EmptyDirectory(String),
    /// What the work is to be limited to is no directory of the project.
    #[error("'{0}' is no directory of the project")]
    NoDirectory(String),
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
    #[error("'{0}' is the whole project")]
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
    /// Whether a limit of the plan as a whole was reached.
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::TooMany { .. } | Self::TooMuch { .. })
    }

    /// What to type next, if anything helps.
    pub fn hint(&self) -> Option<String> {
        let words = match self {
            Self::Ignored { path, .. } => return Some(format!("git plandex load --force {path} loads it all the same")),
            Self::Directory(path) => return Some(directory_hint(&path.to_string())),
            Self::Root(_) => return Some(directory_hint(".")),
            Self::TooLarge { .. } => "git plandex load --note TEXT loads the part that matters",
            Self::ImageTooLarge { .. } => "scale the picture down, then git plandex load it",
            Self::NotUtf8 { .. } => "iconv -t UTF-8 FILE > COPY converts it, then git plandex load COPY",
            Self::TooMany { .. } | Self::TooMuch { .. } => "git plandex rm makes room, git plandex ls shows what there is",
            Self::NoMatch(_) | Self::NoIndex { .. } => "git plandex ls  # shows the items and their numbers",
            Self::NoFile(_) | Self::EmptyDirectory(_) => "git plandex load --force PATH loads ignored files too",
            Self::Url { problem: UrlProblem::Private { .. }, .. } => {
                "git config --global plandex.privateUrls true allows addresses of this machine and of private networks"
            }
            Self::Url { problem: UrlProblem::TooLarge(_) | UrlProblem::Binary(_), .. } => "download it, then git plandex load FILE",
            Self::HoldsKey { .. } => "take the key out of the file, or unset the variable for this command",
            Self::NoDirectory(_) => "name a directory by its path from the root, as git plandex set-config context-dir DIRECTORY",
            Self::EmptyPipe => "COMMAND | git plandex load",
            _ => return None,
        };
        Some(words.to_owned())
    }
}

fn directory_hint(path: &str) -> String {
    format!("git plandex load --recursive {path} for its files, --tree for their names, --map for what they define")
}
