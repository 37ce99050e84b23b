//! The only user of tree-sitter: grammars, parses, symbols, syntax errors.

mod errors;
mod language;
mod languages;
mod parse;
mod structure;

pub use errors::{SyntaxError, errors};
pub use language::Language;
pub use parse::parse;
pub use structure::inner_lines;
