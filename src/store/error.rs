//! What can go wrong with a stored plan.

use std::path::PathBuf;

use crate::git;
use crate::plan::{InvalidSlug, PlanRef, Refusal, Slug};

use super::Holder;

/// A failure of the store, with what a caller can react to told apart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A name that no plan can have.
    #[error(transparent)]
    InvalidName(#[from] InvalidSlug),
    /// No plan has the name.
    #[error("no plan is called '{0}'")]
    NoSuchPlan(Slug),
    /// The plan has no such branch.
    #[error("plan '{}' has no branch '{}'", .0.plan, .0.branch)]
    NoSuchBranch(PlanRef),
    /// The plan is archived.
    #[error("plan '{0}' is archived")]
    Archived(Slug),
    /// The plan is in use.
    #[error("plan '{0}' is not archived")]
    NotArchived(Slug),
    /// No archived plan has the name.
    #[error("no archived plan is called '{0}'")]
    NoSuchArchived(Slug),
    /// The name belongs to another plan.
    #[error("there is already a plan called '{0}'")]
    NameTaken(Slug),
    /// The plan has a branch of that name.
    #[error("plan '{}' already has a branch '{}'", .0.plan, .0.branch)]
    BranchTaken(PlanRef),
    /// The branch that every plan keeps.
    #[error("the branch 'main' of plan '{0}' cannot be deleted")]
    MainBranch(Slug),
    /// No plan is current in this worktree.
    #[error("no current plan")]
    NoCurrentPlan,
    /// The current plan or branch was deleted.
    #[error("the current plan '{0}' is gone")]
    CurrentGone(PlanRef),
    /// Written by an older version that this one no longer reads.
    #[error("{place} has the old format version {found}; this git-plandex reads version {known}")]
    TooOld {
        /// The commit.
        place: String,
        /// Its version.
        found: u32,
        /// The version that is read.
        known: u32,
    },
    /// Written by a newer version.
    #[error("{place} has format version {found}, which is newer than the {known} that this git-plandex reads")]
    TooNew {
        /// The commit.
        place: String,
        /// Its version.
        found: u32,
        /// The version that is read.
        known: u32,
    },
    /// The tree does not follow the stored form.
    #[error("'{path}' in plan commit {commit} is malformed: {reason}")]
    Malformed {
        /// The commit.
        commit: String,
        /// The path in its tree.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The event does not apply to the state that it met.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else has taken the branch over from a run.
    #[error("'{at}' was taken over by {by}; this run stops, and what it received is kept")]
    TakenOver {
        /// The plan branch.
        at: PlanRef,
        /// Who, as far as it is known.
        by: String,
    },
    /// A run holds the branch.
    #[error("'{at}' is busy: {0}", at = .0.at)]
    Busy(Box<Holder>),
    /// A run that may have ended was watched, and the user did not wait.
    #[error("'{at}' may be busy: {0}", at = .0.at)]
    NotAwaited(Box<Holder>),
    /// Other writers always came first.
    #[error("'{0}' kept changing; try again")]
    Contended(PlanRef),
    /// Nothing in the branch's history is meant by the word.
    #[error("'{spec}' is no step or commit of the history of '{at}'")]
    NoSuchCommit {
        /// The plan branch.
        at: PlanRef,
        /// The word.
        spec: String,
    },
    /// Several commits of the history begin so.
    #[error("'{spec}' is the beginning of several commits of '{at}'")]
    AmbiguousCommit {
        /// The plan branch.
        at: PlanRef,
        /// The word.
        spec: String,
    },
    /// A file of ours below the git directory failed.
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
    /// The system gave no random numbers.
    #[error("no random numbers from the system: {0}")]
    Random(String),
}

impl Error {
    /// Makes the constructor of an I/O error for `path`.
    pub(super) fn io(action: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
