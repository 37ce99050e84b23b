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
    Recording(#[from] crate::llm::RecordingError),
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
    /// The run may cost no more.
    #[error("the run has cost {spent}, and {limit} is the limit")]
    MaxCost {
        /// What it has cost.
        spent: crate::plan::Cost,
        /// The limit.
        limit: crate::plan::Cost,
    },
    /// With a limit set, a model whose price nobody knows is not asked.
    #[error("the price of '{model}' is not known, so the limit of cost cannot be kept")]
    UnknownPrice {
        /// The model.
        model: String,
    },
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
