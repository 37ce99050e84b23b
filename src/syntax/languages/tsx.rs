//! TypeScript with JSX.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const TSX: Entry = Entry {
    language: Language::Tsx,
    name: "tsx",
    grammar: Some(|| tree_sitter_typescript::LANGUAGE_TSX.into()),
    comments: &["//", "/*"],
    extensions: &["tsx"],
    ..Entry::NEW
};
