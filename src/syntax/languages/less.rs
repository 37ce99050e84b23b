//! Less.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const LESS: Entry = Entry {
    language: Language::Less,
    name: "less",
    grammar: Some(tree_sitter_less::language),
    comments: &["//", "/*"],
    extensions: &["less"],
    ..Entry::NEW
};
