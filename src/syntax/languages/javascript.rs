//! JavaScript with JSX.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const JAVASCRIPT: Entry = Entry {
    language: Language::JavaScript,
    name: "javascript",
    grammar: Some(|| tree_sitter_javascript::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["js", "jsx", "mjs", "cjs", "es6", "jsm"],
    files: &["Jakefile"],
    interpreters: &["node", "nodejs", "bun"],
    ..Entry::NEW
};
