//! Rust.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const RUST: Entry = Entry {
    language: Language::Rust,
    name: "rust",
    grammar: Some(|| tree_sitter_rust::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["rs"],
    interpreters: &["rust-script"],
    rules: &[
        scope("mod_item", "module"),
        def("function_item", "function"),
        def("function_signature_item", "function"),
        scope("struct_item", "struct").body(Body::Kinds(&["field_declaration_list"])),
        scope("union_item", "union"),
        scope("enum_item", "enum"),
        value("enum_variant", "variant"),
        scope("trait_item", "trait"),
        scope("impl_item", "impl").name(Name::Signature),
        scope("foreign_mod_item", "extern").name(Name::Signature),
        value("const_item", "const"),
        value("static_item", "static"),
        def("type_item", "type").body(Body::None),
        def("associated_type", "type").body(Body::None),
        value("field_declaration", "field"),
        def("macro_definition", "macro").body(Body::Kinds(&["{", "(", "["])),
    ],
    attributes: &["attribute_item"],
    skips: &["use_declaration", "extern_crate_declaration", "inner_attribute_item", "token_tree"],
    ..Entry::NEW
};
