//! Elm.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const ELM: Entry = Entry {
    language: Language::Elm,
    name: "elm",
    grammar: Some(|| tree_sitter_elm::LANGUAGE.into()),
    comments: &["--", "{-"],
    extensions: &["elm"],
    ..Entry::NEW
};
