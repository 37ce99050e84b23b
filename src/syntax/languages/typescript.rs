//! TypeScript.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const TYPESCRIPT: Entry = Entry {
    language: Language::TypeScript,
    name: "typescript",
    grammar: Some(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
    comments: &["//", "/*"],
    extensions: &["ts", "mts", "cts"],
    interpreters: &["deno", "ts-node", "tsx"],
    ..Entry::NEW
};
