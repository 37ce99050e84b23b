//! Elixir.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const ELIXIR: Entry = Entry {
    language: Language::Elixir,
    name: "elixir",
    grammar: Some(|| tree_sitter_elixir::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["ex", "exs"],
    interpreters: &["elixir"],
    ..Entry::NEW
};
