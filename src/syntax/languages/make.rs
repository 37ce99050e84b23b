//! Makefiles.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const MAKE: Entry = Entry {
    language: Language::Make,
    name: "make",
    grammar: Some(|| tree_sitter_make::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["mk", "mak", "make"],
    files: &["Makefile", "Makefile.*", "makefile", "GNUmakefile", "BSDmakefile", "Kbuild"],
    interpreters: &["make"],
    ..Entry::NEW
};
