//! Go.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const GO: Entry = Entry {
    language: Language::Go,
    name: "go",
    grammar: Some(|| tree_sitter_go::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["go"],
    ..Entry::NEW
};
