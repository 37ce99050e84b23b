//! The terminal.

mod ask;
mod diff;
mod error;
mod escape;
mod json_view;
mod look;
mod markup;
mod pager;
mod progress;
mod prose;
mod run_view;
mod sanitize;
mod sink;
pub mod style;
mod table;
mod terminal;
mod width;
mod wording;

pub use ask::Question;
pub use diff::diff_view;
pub use error::{AskError, OutputError};
pub use escape::{escape_line, escape_visible};
pub use json_view::JsonView;
pub use look::Look;
pub use progress::{Part, Progress};
pub use run_view::{RunView, View};
pub use sanitize::{Sanitizer, sanitize};
pub use style::Line;
pub use table::Table;
pub use terminal::Ui;
pub use wording::{counted, usage_line};
