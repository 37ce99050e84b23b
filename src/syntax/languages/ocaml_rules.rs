//! What OCaml's implementations and interfaces have in common.

use tree_sitter::Node;

use crate::syntax::rule::{Body, Name, Rule, def, scope, value};
use crate::syntax::walk::child_of;

pub(super) const WRAPS: &[&str] =
    &["value_definition", "type_definition", "module_definition", "class_definition", "class_type_definition"];

pub(super) const SKIPS: &[&str] = &["open_module", "include_module"];

pub(super) const RULES: &[Rule] = &[
    def("let_binding", "function").name(Name::Kinds(VALUE_NAMES)).when(is_function),
    value("let_binding", "value").name(Name::Kinds(VALUE_NAMES)).body(Body::Field("body")),
    def("value_specification", "value").name(Name::Kinds(VALUE_NAMES)).body(Body::None),
    def("external", "external").name(Name::Kinds(VALUE_NAMES)).body(Body::None),
    scope("type_binding", "type").body(Body::From(type_body)),
    value("constructor_declaration", "constructor").name(Name::Kinds(&["constructor_name"])).body(Body::None),
    value("field_declaration", "field").name(Name::Kinds(&["field_name"])).body(Body::None),
    scope("module_binding", "module").name(Name::Kinds(&["module_name"])).body(Body::From(module_body)),
    scope("module_type_definition", "module type").name(Name::Kinds(&["module_type_name"])),
    scope("class_binding", "class").name(Name::Kinds(&["class_name"])),
    scope("class_type_binding", "class").name(Name::Kinds(&["class_type_name"])),
    def("exception_definition", "exception").name(Name::From(exception)).body(Body::None),
    def("method_definition", "method").name(Name::Kinds(&["method_name"])),
    def("method_specification", "method").name(Name::Kinds(&["method_name"])).body(Body::None),
    value("instance_variable_definition", "field").name(Name::Kinds(&["instance_variable_name"])).body(Body::Field("body")),
];

const VALUE_NAMES: &[&str] = &["value_name", "parenthesized_operator"];

fn is_function(node: Node<'_>, _: &str) -> bool {
    let function = |body: Node<'_>| matches!(body.kind(), "fun_expression" | "function_expression");
    child_of(node, &["parameter"]).is_some() || node.child_by_field_name("body").is_some_and(function)
}

/// The body of a type with constructors or fields; an alias is its own signature.
fn type_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    node.child_by_field_name("body").filter(|body| matches!(body.kind(), "variant_declaration" | "record_declaration"))
}

fn module_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    node.child_by_field_name("body").or_else(|| child_of(node, &["signature"]))
}

fn exception(node: Node<'_>, text: &str) -> Option<String> {
    let name = child_of(child_of(node, &["constructor_declaration"])?, &["constructor_name"])?;
    crate::syntax::walk::text_of(name, text)
}
