//! Dart.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const DART: Entry = Entry {
    language: Language::Dart,
    name: "dart",
    grammar: Some(|| tree_sitter_dart::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["dart"],
    interpreters: &["dart"],
    ..Entry::NEW
};
