//! SCSS.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const SCSS: Entry = Entry {
    language: Language::Scss,
    name: "scss",
    grammar: Some(tree_sitter_scss::language),
    comments: &["//", "/*"],
    extensions: &["scss"],
    ..Entry::NEW
};
