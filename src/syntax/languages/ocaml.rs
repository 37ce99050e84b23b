//! OCaml.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const OCAML: Entry = Entry {
    language: Language::Ocaml,
    name: "ocaml",
    grammar: Some(|| tree_sitter_ocaml::LANGUAGE_OCAML.into()),
    comments: &["(*"],
    extensions: &["ml"],
    interpreters: &["ocaml"],
    ..Entry::NEW
};
