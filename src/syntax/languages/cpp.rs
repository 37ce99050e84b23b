//! C++, and headers of both C and C++.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const CPP: Entry = Entry {
    language: Language::Cpp,
    name: "cpp",
    grammar: Some(|| tree_sitter_cpp::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &[
        "cpp", "cc", "cxx", "c++", "cp", "hpp", "hh", "hxx", "h++", "h", "inl", "ipp", "tpp", "txx", "tcc", "ixx", "cppm", "ino", "cu",
        "cuh",
    ],
    ..Entry::NEW
};
