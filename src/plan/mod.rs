//! Values that every part shares: a plan and its entities, and the events that a run emits.
//!
//! Nothing here does I/O, reads a clock or draws random numbers.

mod call;
mod change;
mod chat;
mod context_item;
mod event;
mod exchange;
mod id;
mod message;
mod meta;
mod operation;
mod path;
mod price;
mod record;
mod stage;
mod state;
mod subtask;
mod summary;
mod usage;

pub use call::{Call, cost_together, used_together};
pub use change::{Change, Refusal};
pub use chat::{ChatImage, ChatMessage, ChatPart, ChatRole};
pub use context_item::{ContextItem, ContextKind, ImageDetail};
pub use event::{BuildStatus, RunEvent, RunState};
pub use exchange::Exchange;
pub use id::{EntityId, IdSource, InvalidSlug, ObjectId, PlanRef, Slug};
pub use message::{Message, Role};
pub use meta::PlanMeta;
pub use operation::{Attempt, Operation, OperationKind, OperationState, Sight};
pub use path::{InvalidPath, RepoPath};
pub use price::{Cost, Prices, Rates, exact_dollars, nano_dollars};
pub use record::{EventKind, Record};
pub use stage::Stage;
pub use state::{Entry, FileMode, Plan};
pub use subtask::{Subtask, SubtaskState};
pub use summary::Summary;
pub use usage::Usage;
