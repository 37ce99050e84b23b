//! Java.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const JAVA: Entry = Entry {
    language: Language::Java,
    name: "java",
    grammar: Some(|| tree_sitter_java::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["java", "jav"],
    ..Entry::NEW
};
