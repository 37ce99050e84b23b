//! C.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const C: Entry = Entry {
    language: Language::C,
    name: "c",
    grammar: Some(|| tree_sitter_c::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["c", "idc"],
    interpreters: &["tcc"],
    ..Entry::NEW
};
