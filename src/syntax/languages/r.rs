//! R.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const R: Entry = Entry {
    language: Language::R,
    name: "r",
    grammar: Some(|| tree_sitter_r::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["r"],
    files: &[".Rprofile"],
    interpreters: &["Rscript"],
    rules: &[
        def("binary_operator", "function").name(Name::Field("lhs")).body(Body::From(function_body)).when(is_function),
        scope("binary_operator", "class")
            .name(Name::Field("lhs"))
            .body(Body::From(|node, _| node.child_by_field_name("rhs")?.child_by_field_name("arguments")))
            .when(is_class),
        value("binary_operator", "variable").name(Name::Field("lhs")).body(Body::Field("operator")).when(is_assignment),
        def("argument", "method").body(Body::From(method_body)).when(|node, text| method_body(node, text).is_some()),
        value("argument", "field").body(Body::Kinds(&["="])).when(is_member),
        def("call", "generic").name(Name::From(declared)).body(Body::From(implementation)),
    ],
    ..Entry::NEW
};

fn is_assignment(node: Node<'_>, text: &str) -> bool {
    let operator = node.child_by_field_name("operator").and_then(|operator| text_of(operator, text));
    let left = node.child_by_field_name("lhs").map(|left| left.kind());
    operator.is_some_and(|operator| matches!(operator.as_str(), "<-" | "=" | "<<-")) && matches!(left, Some("identifier" | "string"))
}

fn is_function(node: Node<'_>, text: &str) -> bool {
    is_assignment(node, text) && node.child_by_field_name("rhs").is_some_and(|value| value.kind() == "function_definition")
}

fn function_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    node.child_by_field_name("rhs")?.child_by_field_name("body")
}

/// Calls that make a class of the lists of its members.
const CLASSES: &[&str] = &["R6Class", "R6::R6Class", "setRefClass", "ggproto", "new_class"];

/// Calls that define what their first argument names.
const DECLARING: &[&str] =
    &["setClass", "setGeneric", "setMethod", "setValidity", "methods::setClass", "methods::setGeneric", "methods::setMethod"];

fn called(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    let function = node.child_by_field_name("function").and_then(|function| text_of(function, text));
    node.kind() == "call" && function.is_some_and(|function| names.contains(&function.as_str()))
}

fn is_class(node: Node<'_>, text: &str) -> bool {
    is_assignment(node, text) && node.child_by_field_name("rhs").is_some_and(|value| called(value, text, CLASSES))
}

/// The body of a function among the members of a class.
fn method_body<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let function = node.child_by_field_name("value").filter(|value| value.kind() == "function_definition")?;
    let call = node.parent()?.parent()?;
    let member = called(call, text, CLASSES) || called(call, text, &["list"]);
    member.then(|| function.child_by_field_name("body"))?
}

fn declared(node: Node<'_>, text: &str) -> Option<String> {
    let first = node.child_by_field_name("arguments")?.named_child(0)?;
    called(node, text, DECLARING).then(|| text_of(first, text).map(|name| name.trim_matches(['"', '\'']).to_owned()))?
}

/// The argument that says how what is declared works.
fn implementation<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let arguments = node.child_by_field_name("arguments")?;
    let mut cursor = arguments.walk();
    let mut values = arguments.named_children(&mut cursor);
    values
        .find(|argument| argument.child_by_field_name("value").is_some_and(|value| matches!(value.kind(), "function_definition" | "call")))
}

/// Whether an argument is among the members of a class.
fn is_member(node: Node<'_>, text: &str) -> bool {
    let list = node.parent().and_then(|arguments| arguments.parent()).filter(|list| called(*list, text, &["list"]));
    let class = list.and_then(|list| list.parent()?.parent()?.parent());
    class.is_some_and(|class| called(class, text, CLASSES))
}
