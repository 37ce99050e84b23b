//! What can go wrong between us and git.

use std::path::{Path, PathBuf};

use super::Obstacle;
use super::disk::display;

/// A failure of git, with what a caller can react to told apart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No repository at or above the directory.
    #[error("not a git repository (or any of the parent directories): '{}'", .0.display())]
    NotARepository(PathBuf),
    /// The repository has no working tree.
    #[error("'{}' is a bare repository; this needs a working tree", .0.display())]
    Bare(PathBuf),
    /// The `git` binary could not be started.
    #[error("cannot run git")]
    Start(#[source] std::io::Error),
    /// The `git` binary failed; its words are kept.
    #[error("git {command} failed: {stderr}")]
    Failed {
        /// The subcommand.
        command: String,
        /// What it wrote to standard error, trimmed.
        stderr: String,
        /// Its exit code, if it was not killed.
        code: Option<i32>,
    },
    /// A ref does not have the value that an update expected.
    #[error("'{name}' has changed meanwhile")]
    RefChanged {
        /// The ref.
        name: String,
    },
    /// A ref stayed locked.
    #[error("'{name}' is locked by another process; if none is running, remove '{}'", .lock.display())]
    RefLocked {
        /// The ref.
        name: String,
        /// Its lock file.
        lock: PathBuf,
    },
    /// An object is not there.
    #[error("object {0} is missing")]
    MissingObject(String),
    /// An object is not of the kind that was asked for.
    #[error("object {id} is a {found}, not a {want}")]
    WrongKind {
        /// The object.
        id: String,
        /// The kind asked for.
        want: String,
        /// The kind that it has.
        found: String,
    },
    /// An object's content does not follow its form.
    #[error("object {id} is malformed: {reason}")]
    Malformed {
        /// The object.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// A path of a tree edit needs a directory where a file is, or a file where a directory is.
    #[error("'{0}' is in the way")]
    PathInTheWay(String),
    /// A path of the working tree is not ours to read or write.
    #[error("'{path}' {obstacle} '{at}'")]
    Obstacle {
        /// The path.
        path: String,
        /// Where the obstacle begins.
        at: String,
        /// What it is.
        obstacle: Obstacle,
    },
    /// A file was taken away while it was being read.
    #[error("'{0}' was removed while it was being read")]
    Vanished(String),
    /// A file could not be read or written.
    #[error("cannot {action} '{}'", .path.display())]
    Io {
        /// The verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// gix failed in a way that has no variant of its own.
    #[error("{0}")]
    Gix(String),
}

impl Error {
    /// A failure to do something with a file.
    pub(super) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    /// What is wrong with a path of the working tree, and where that begins.
    pub(super) fn obstacle(path: &[u8], at: &[u8], obstacle: Obstacle) -> Self {
        Self::Obstacle { path: display(path), at: display(at), obstacle }
    }
}
