//! The pipelines: tell, chat, build and apply. The only module that joins the parts.
//!
//! ```text
//! args → store.load → context.collect → prompt.render → llm.stream → reply.parse → edit.apply → store.append → worktree.merge
//! ```

mod adopt;
mod apply;
mod asked;
mod budget;
mod build;
mod builder;
mod cancel;
mod chain;
mod choose;
mod clock;
mod content;
mod conversation;
mod error;
mod fetching;
mod health;
mod listener;
mod load;
mod lost;
mod material;
mod message;
mod missing;
mod overview;
mod pending;
mod record;
mod refresh;
mod repair;
mod reply;
mod review;
mod rounds;
mod run;
mod scene;
mod sensitive;
mod settle;
mod sight;
mod step;
mod stream;
mod summarize;
mod target;
mod tasks;
mod tell;
mod verdict;
mod workspace;

/// What an apply, a commit and an undo come to, for whoever shows it.
pub use crate::worktree::{Applied, CommitOutcome, ConflictMode, Recovered, Survey, UndoOutcome};
pub use adopt::{Adopted, acquire, adopt};
pub use apply::{AppliedPlan, ApplyRequest, CommitWish, Prepared, apply, finish_interrupted, last_applied, prepare, undo};
pub use budget::Budget;
pub use builder::ModelBuilder;
pub use cancel::{Cancel, Canceller, cancel};
pub use clock::Clock;
pub use error::Error;
pub use fetching::fetch_options;
pub use health::local_servers;
pub use listener::APPLY_SCRIPT;
pub use load::{Loaded, Skipped, Wish, clear_items, find_words, load_found, load_mentions, load_note, load_piped, remove_items};
pub use lost::{Lost, Settlement, find_lost};
pub use message::commit_message;
pub use pending::{BuildTalk, build_pending, builder};
pub use refresh::{Refreshed, outdated, refresh};
pub use repair::{Answer, Asked, Asking, Builder, Candidate, MOST_CALLS, ROUNDS, Repaired, repair};
pub use reply::stop_reason;
pub use review::{FileDiff, reject, review};
pub use run::{MAX_REPLIES, RunEnd, RunOptions};
pub use sensitive::{RunsByItself, runs_by_itself};
pub use step::{Rest, Step, in_chat, next_step};
pub use summarize::latest_summary;
pub use tell::{Prompt, Talk, Tools, has_prompt, new_plan, plan_for, run, title};
pub use workspace::{Workspace, models_in_force, new_client};
