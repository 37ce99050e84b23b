//! Kotlin.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const KOTLIN: Entry = Entry {
    language: Language::Kotlin,
    name: "kotlin",
    grammar: Some(|| tree_sitter_kotlin_ng::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["kt", "kts", "ktm"],
    interpreters: &["kotlin", "kscript"],
    ..Entry::NEW
};
