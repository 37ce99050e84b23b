//! OCaml interfaces.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::ocaml_rules;

pub(super) const OCAML_INTERFACE: Entry = Entry {
    language: Language::OcamlInterface,
    name: "ocaml-interface",
    grammar: Some(|| tree_sitter_ocaml::LANGUAGE_OCAML_INTERFACE.into()),
    comments: &["(*"],
    extensions: &["mli"],
    rules: ocaml_rules::RULES,
    wraps: ocaml_rules::WRAPS,
    skips: ocaml_rules::SKIPS,
    ..Entry::NEW
};
