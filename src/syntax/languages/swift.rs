//! Swift.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const SWIFT: Entry = Entry {
    language: Language::Swift,
    name: "swift",
    grammar: Some(|| tree_sitter_swift::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["swift", "swiftinterface"],
    interpreters: &["swift"],
    ..Entry::NEW
};
