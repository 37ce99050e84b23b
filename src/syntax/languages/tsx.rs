//! TypeScript with JSX.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::{ecmascript, typescript_rules};

pub(super) const TSX: Entry = Entry {
    language: Language::Tsx,
    name: "tsx",
    grammar: Some(|| tree_sitter_typescript::LANGUAGE_TSX.into()),
    comments: &["//", "/*"],
    extensions: &["tsx"],
    rules: typescript_rules::RULES,
    wraps: typescript_rules::WRAPS,
    skips: ecmascript::SKIPS,
    attributes: &["decorator"],
    ..Entry::NEW
};
