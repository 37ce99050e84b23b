//! What can go wrong while a plan's changes meet the user's files.

use std::path::{Path, PathBuf};

use crate::git;
use crate::plan::RepoPath;

/// A failure of an apply, an undo or a commit; nothing of the user's is lost by any of them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// Another process is at work on the same files.
    #[error("{holder} in this worktree")]
    Busy {
        /// Who, as a sentence's beginning: `process 12 is applying 'x/main' since …`.
        holder: String,
    },
    /// A file kept changing while it was to be replaced.
    #[error("'{0}' keeps changing; nothing was written")]
    Changing(RepoPath),
    /// A file or directory could not be read or written; what had been written was taken back.
    #[error("cannot {action} '{}': {source}", .path.display())]
    Io {
        /// The verb.
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The undo record cannot be read.
    #[error("the undo record '{}' cannot be read: {reason}", .path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A path that must not be written.
    #[error("{0}")]
    Path(String),
    /// A merge, rebase or the like is not finished, so that a commit would end it.
    #[error("{0} is in progress, nothing was committed")]
    InProgress(&'static str),
    /// The index holds a conflict at a path that is to be committed.
    #[error("'{0}' is in conflict in the index, nothing was committed")]
    Unmerged(RepoPath),
    /// A hook refused the commit.
    #[error("the hook '{hook}' refused the commit: {output}")]
    Hook {
        /// The hook.
        hook: &'static str,
        /// What it printed.
        output: String,
    },
    /// The commit message is empty, or a hook emptied it.
    #[error("the commit message is empty, nothing was committed")]
    EmptyMessage,
    /// `HEAD` kept moving while the commit was made.
    #[error("HEAD keeps moving, nothing was committed")]
    HeadMoved,
}

impl Error {
    /// What to type next.
    pub fn hint(&self) -> Option<String> {
        let words = match self {
            Self::InProgress(_) => "finish it, or git plandex apply --no-commit",
            Self::Unmerged(_) => "git add the file when it is as you want it",
            Self::Hook { .. } => "the files are in your working tree; commit them yourself, or git plandex apply --undo",
            Self::Busy { .. } => "wait for it to end",
            Self::Changing(_) | Self::HeadMoved => "try again when nothing else writes here",
            _ => return None,
        };
        Some(words.to_owned())
    }

    /// A failure to do something with a file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
