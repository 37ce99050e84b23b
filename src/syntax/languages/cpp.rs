//! C++, and headers of both C and C++.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::c_family;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const CPP: Entry = Entry {
    language: Language::Cpp,
    name: "cpp",
    grammar: Some(|| tree_sitter_cpp::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &[
        "cpp", "cc", "cxx", "c++", "cp", "hpp", "hh", "hxx", "h++", "h", "inl", "ipp", "tpp", "txx", "tcc", "ixx", "cppm", "ino", "cu",
        "cuh",
    ],
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
        scope("class_specifier", "class").when(|node, _| node.child_by_field_name("body").is_some()),
        scope("namespace_definition", "namespace"),
        def("alias_declaration", "type").body(Body::None),
        def("namespace_alias_definition", "namespace").body(Body::None),
        def("concept_definition", "concept").body(Body::Kinds(&["="])),
        value("access_specifier", "access").name(Name::Signature).body(Body::None).within("field_declaration_list"),
    ],
    blocks: &["compound_statement", "ERROR"],
    wraps: &["template_declaration"],
    skips: &["preproc_include", "preproc_call", "using_declaration", "friend_declaration", "static_assert_declaration"],
    trusted_errors: false,
    ..Entry::NEW
};
