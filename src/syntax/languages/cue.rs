//! CUE.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const CUE: Entry = Entry {
    language: Language::Cue,
    name: "cue",
    grammar: None,
    comments: &["//"],
    extensions: &["cue"],
    interpreters: &["cue"],
    ..Entry::NEW
};
