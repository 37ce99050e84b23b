//! The only user of tree-sitter: grammars, parses, symbols, syntax errors.

mod actions;
mod definitions;
mod errors;
mod extent;
mod language;
mod languages;
mod lead;
mod map;
mod outline;
mod parse;
mod rule;
mod scan;
mod signature;
mod structure;
mod walk;

pub use errors::{SyntaxError, errors};
pub use language::Language;
pub use map::{Symbol, map, map_text};
pub use outline::{Block, outline};
pub use parse::parse;
pub use structure::inner_lines;
