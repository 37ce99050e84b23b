//! Kotlin.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const KOTLIN: Entry = Entry {
    language: Language::Kotlin,
    name: "kotlin",
    grammar: Some(|| tree_sitter_kotlin_ng::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["kt", "kts", "ktm"],
    interpreters: &["kotlin", "kscript"],
    rules: &[
        def("package_header", "package").name(Name::Kinds(&["qualified_identifier", "identifier"])).body(Body::None),
        scope("class_declaration", "class").body(Body::Kinds(&["class_body", "enum_class_body"])),
        scope("object_declaration", "object").body(Body::Kinds(&["class_body"])),
        scope("companion_object", "object").name(Name::Signature).body(Body::Kinds(&["class_body"])),
        def("function_declaration", "function").body(Body::Kinds(&["function_body"])),
        def("secondary_constructor", "constructor").name(Name::Kinds(&["constructor"])).body(Body::Kinds(&["block"])),
        value("property_declaration", "property").name(Name::From(property)).body(Body::Kinds(&[
            "=",
            "property_delegate",
            "getter",
            "setter",
        ])),
        def("type_alias", "type").name(Name::Field("type")).body(Body::None),
        scope("enum_entry", "constant").name(Name::Kinds(&["identifier"])).body(Body::Kinds(&["class_body"])),
    ],
    skips: &["import"],
    ..Entry::NEW
};

fn property(node: Node<'_>, text: &str) -> Option<String> {
    let declared = child_of(node, &["variable_declaration", "multi_variable_declaration"])?;
    text_of(child_of(declared, &["identifier"]).unwrap_or(declared), text)
}
