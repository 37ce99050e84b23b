//! What can go wrong in a pipeline.

use crate::plan::InvalidPath;

/// A failure of a pipeline; what a part reports is kept whole.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    #[error(transparent)]
    Git(#[from] crate::store::GitError),
    #[error(transparent)]
    Settings(#[from] crate::config::SettingsError),
    #[error(transparent)]
    Models(#[from] crate::config::ModelsError),
    #[error(transparent)]
    Llm(#[from] crate::llm::Error),
    #[error(transparent)]
    Worktree(#[from] crate::worktree::Error),
    #[error(transparent)]
    Context(#[from] crate::context::ContextError),
    #[error(transparent)]
    Path(InvalidPath),
    /// The model sent nothing.
    #[error("{model} sent an empty reply")]
    EmptyReply {
        /// The model.
        model: String,
    },
    /// The model reached its limit of output again and again.
    #[error("the reply does not fit into what the model may write, even in several parts")]
    OutputLimit,
    /// A task disappeared while it was worked on.
    #[error("the task at hand was taken off the list meanwhile")]
    TaskGone,
    /// The user stopped the program.
    #[error("interrupted")]
    Cancelled,
    /// Changes wait to be built.
    #[error("{0} proposed changes are not built yet")]
    Unbuilt(usize),
    /// A path that was named has no pending changes.
    #[error("'{0}' has no pending changes")]
    NotPending(String),
    /// A file of the user that was to be loaded is ignored.
    #[error("'{path}' is ignored by {by}")]
    Ignored {
        /// The file.
        path: String,
        /// Whose rule it is.
        by: crate::context::IgnoredBy,
    },
    /// A file that was to be loaded does not exist.
    #[error("'{0}' does not exist")]
    NoSuchFile(String),
    /// A directory was named where a file was wanted.
    #[error("'{0}' is a directory")]
    IsDirectory(String),
    /// A file that was to be loaded holds a key.
    #[error("'{path}' holds {key}, and a plan keeps no keys")]
    HoldsKey {
        /// The file.
        path: String,
        /// The key's variable, in words.
        key: String,
    },
    /// The runtime for requests could not be started.
    #[error("cannot start")]
    Runtime(#[source] std::io::Error),
    /// The file could not be read.
    #[error("cannot read '{path}'")]
    Read {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
