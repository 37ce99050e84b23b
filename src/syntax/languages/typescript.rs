//! TypeScript.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::{ecmascript, typescript_rules};

pub(super) const TYPESCRIPT: Entry = Entry {
    language: Language::TypeScript,
    name: "typescript",
    grammar: Some(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
    comments: &["//", "/*"],
    extensions: &["ts", "mts", "cts"],
    interpreters: &["deno", "ts-node", "tsx"],
    rules: typescript_rules::RULES,
    wraps: typescript_rules::WRAPS,
    skips: ecmascript::PLAIN_SKIPS,
    attributes: &["decorator"],
    ..Entry::NEW
};
