//! What the model is shown: files, notes, listings; token counts.

mod argument;
mod content;
mod error;
mod ignore;
mod item;
mod listing;
mod outdated;
mod project;
mod read;
mod select;
mod tokens;

pub use argument::resolve_argument;
pub use content::{MAX_BODY_BYTES, MAX_ITEMS, check_count, check_text};
pub use error::{ContextError, IgnoredBy};
pub use ignore::{IGNORE_FILE, PlandexIgnore, is_always_skipped};
pub use item::{Loaded, file_item, note_item, note_name, refreshed};
pub use listing::{ListedPath, Listing, listing};
pub use outdated::{Outdated, outdated};
pub use project::Project;
pub use read::{FileContent, current_ids};
pub use select::select;
pub use tokens::{estimate_tokens, estimate_tokens_for_bytes};
