//! C.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::c_family;

pub(super) const C: Entry = Entry {
    language: Language::C,
    name: "c",
    grammar: Some(|| tree_sitter_c::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["c", "idc"],
    interpreters: &["tcc"],
    rules: &[
        c_family::FUNCTION,
        c_family::PROTOTYPE,
        c_family::VARIABLE,
        c_family::TYPEDEF,
        c_family::MACRO,
        c_family::FUNCTION_MACRO,
        c_family::STRUCT,
        c_family::UNION,
        c_family::ENUM,
        c_family::ENUMERATOR,
        c_family::METHOD,
        c_family::FIELD,
    ],
    skips: c_family::SKIPS,
    blocks: &["compound_statement", "ERROR"],
    trusted_errors: false,
    ..Entry::NEW
};
