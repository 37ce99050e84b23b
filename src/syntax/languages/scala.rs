//! Scala.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const SCALA: Entry = Entry {
    language: Language::Scala,
    name: "scala",
    grammar: Some(|| tree_sitter_scala::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["scala", "sc", "sbt"],
    interpreters: &["scala", "amm", "scala-cli"],
    ..Entry::NEW
};
