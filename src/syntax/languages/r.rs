//! R.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const R: Entry = Entry {
    language: Language::R,
    name: "r",
    grammar: Some(|| tree_sitter_r::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["r"],
    files: &[".Rprofile"],
    interpreters: &["Rscript"],
    ..Entry::NEW
};
