//! Zig.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const ZIG: Entry = Entry {
    language: Language::Zig,
    name: "zig",
    grammar: Some(|| tree_sitter_zig::LANGUAGE.into()),
    comments: &["//"],
    extensions: &["zig", "zon"],
    rules: &[
        scope("function_declaration", "function").when(makes_type),
        def("function_declaration", "function"),
        scope("variable_declaration", "type").name(Name::Kinds(&["identifier"])).body(Body::From(container_body)).when(is_container),
        value("variable_declaration", "variable").name(Name::Kinds(&["identifier"])).body(Body::Kinds(&["="])).when(is_told),
        value("container_field", "field").body(Body::None),
        def("test_declaration", "test").name(Name::Kinds(&["string", "identifier"])).body(Body::Kinds(&["block"])),
    ],
    ..Entry::NEW
};

const CONTAINERS: &[&str] = &["struct_declaration", "enum_declaration", "union_declaration", "opaque_declaration", "error_set_declaration"];

/// The bracket that opens the members; a set of errors is its own signature.
fn container_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let container = child_of(node, CONTAINERS).filter(|container| container.kind() != "error_set_declaration")?;
    child_of(container, &["{"])
}

/// Whether the function gives a type, whose members are inside.
fn makes_type(node: Node<'_>, text: &str) -> bool {
    node.child_by_field_name("type").and_then(|given| text_of(given, text)).is_some_and(|given| given == "type")
}

/// Whether the variable is a type with members.
fn is_container(node: Node<'_>, _: &str) -> bool {
    child_of(node, CONTAINERS).is_some()
}

/// Whether the variable is no module that is loaded.
fn is_told(node: Node<'_>, text: &str) -> bool {
    text_of(node, text).is_some_and(|words| !words.contains("@import("))
}
