//! CMake.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const CMAKE: Entry = Entry {
    language: Language::Cmake,
    name: "cmake",
    grammar: Some(|| tree_sitter_cmake::LANGUAGE.into()),
    comments: &["#", "#[["],
    extensions: &["cmake"],
    files: &["CMakeLists.txt"],
    ..Entry::NEW
};
