//! Groovy and Gradle.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const GROOVY: Entry = Entry {
    language: Language::Groovy,
    name: "groovy",
    grammar: Some(|| dekobon_tree_sitter_groovy::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["groovy", "gradle", "gvy", "gsh"],
    files: &["Jenkinsfile", "Jenkinsfile.*"],
    interpreters: &["groovy"],
    ..Entry::NEW
};
