//! What the model is shown: files, pictures, notes, pages, trees, maps; token counts.

mod address;
mod argument;
mod cache;
mod content;
mod counts;
mod error;
mod fetch;
mod html;
mod ignore;
mod image;
mod instructions;
mod item;
mod listing;
mod loader;
mod map;
mod mention;
mod page;
mod project;
mod read;
mod select;
mod stale;
mod tokens;
mod tree;
mod words;

pub use argument::resolve_argument;
pub use content::{MAX_BODY_BYTES, MAX_ITEMS, MAX_TOTAL_BYTES, check_count, check_text, check_total};
pub use counts::TokenCounts;
pub use error::{ContextError, IgnoredBy};
pub use fetch::{FetchOptions, MAX_PAGE_BYTES, MAX_REDIRECTS, Page, UrlProblem, fetch, is_url};
pub use html::html_to_text;
pub use ignore::{IGNORE_FILE, PlandexIgnore, is_always_skipped};
pub use image::{MAX_IMAGE_BYTES, Picture, check_image};
pub use instructions::{Instruction, instructions};
pub use item::{Loaded, Text, directory_item, file_item, image_item, note_item, note_name, piped_item, refreshed, url_item};
pub use listing::{ListedPath, Listing, listing};
pub use loader::{Loader, Made};
pub use mention::mentions;
pub use project::Project;
pub use read::{Body, FileContent, Secret, current_ids};
pub use select::select;
pub use stale::{SourceChange, Stale};
pub use tokens::{count_tokens, estimate_tokens, estimate_tokens_for_bytes, padded_tokens, unpadded_tokens};
pub use words::{Place, Target, target};

use map::map_text;
use tree::tree_text;
