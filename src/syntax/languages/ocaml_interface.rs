//! OCaml interfaces.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const OCAML_INTERFACE: Entry = Entry {
    language: Language::OcamlInterface,
    name: "ocaml-interface",
    grammar: Some(|| tree_sitter_ocaml::LANGUAGE_OCAML_INTERFACE.into()),
    comments: &["(*"],
    extensions: &["mli"],
    ..Entry::NEW
};
