//! The merge of a plan's changes into the user's files: survey, apply, undo, commit.
//!
//! An apply is first a printable value (a [`Survey`]), then a record on disk, and only then a change of the user's files.

mod apply;
mod carry;
mod change;
mod commit;
mod commit_journal;
mod error;
mod history;
mod hooks;
mod journal;
mod lock;
mod markers;
mod obstruct;
mod past;
mod record;
mod recover;
mod replace;
mod sides;
mod steps;
mod survey;
mod undo;
mod whole;

pub use apply::{Applied, ApplyOutcome, ConflictMode, Request, apply};
pub use change::FileChange;
pub use commit::{CommitOutcome, CommitRequest, commit, is_committed};
pub use error::Error;
pub use past::{PastApply, Standing, Trace, last_apply, past_applies};
pub use recover::{Recovered, recover};
pub use steps::Steps;
pub use survey::{Action, Finding, Refused, RefusedReason, Survey, survey};
pub use undo::{UndoOutcome, Undone, undo};
