//! OCaml.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::ocaml_rules;

pub(super) const OCAML: Entry = Entry {
    language: Language::Ocaml,
    name: "ocaml",
    grammar: Some(|| tree_sitter_ocaml::LANGUAGE_OCAML.into()),
    comments: &["(*"],
    extensions: &["ml"],
    interpreters: &["ocaml"],
    rules: ocaml_rules::RULES,
    wraps: ocaml_rules::WRAPS,
    skips: ocaml_rules::SKIPS,
    ..Entry::NEW
};
