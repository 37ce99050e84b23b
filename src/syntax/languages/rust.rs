//! Rust.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const RUST: Entry = Entry {
    language: Language::Rust,
    name: "rust",
    grammar: Some(|| tree_sitter_rust::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["rs"],
    interpreters: &["rust-script"],
    ..Entry::NEW
};
