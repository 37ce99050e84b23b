//! What JavaScript and TypeScript have in common.

use tree_sitter::Node;

use crate::syntax::rule::{Body, Name, Rule, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const WRAPS: &[&str] = &["export_statement", "lexical_declaration", "variable_declaration"];

pub(super) const PLAIN_SKIPS: &[&str] = &["import_statement", "string", "template_string", "regex"];

pub(super) const SKIPS: &[&str] = &["import_statement", "string", "template_string", "regex", "jsx_element", "jsx_self_closing_element"];

pub(super) const CLASS: Rule = scope("class_declaration", "class");
pub(super) const CLASS_EXPRESSION: Rule = scope("class", "class").when(is_named);
pub(super) const DEFAULT_CLASS: Rule =
    scope("class", "class").name(Name::From(|_, _| Some("default".to_owned()))).within("export_statement");
pub(super) const FUNCTION: Rule = def("function_declaration", "function");
pub(super) const GENERATOR: Rule = def("generator_function_declaration", "function");
pub(super) const METHOD: Rule = def("method_definition", "method");
pub(super) const FUNCTION_VARIABLE: Rule = def("variable_declarator", "function").body(Body::From(inner_body)).when(is_function);
pub(super) const CLASS_VARIABLE: Rule = scope("variable_declarator", "class").body(Body::From(inner_body)).when(is_class);
pub(super) const OBJECT_VARIABLE: Rule = scope("variable_declarator", "object").body(Body::Field("value")).when(is_object);
/// What is loaded from another file has no name.
pub(super) const REQUIRED: Rule = value("variable_declarator", "import").name(Name::From(|_, _| None)).when(is_required);
pub(super) const VARIABLE: Rule = value("variable_declarator", "variable");
pub(super) const FUNCTION_PROPERTY: Rule =
    def("assignment_expression", "function").name(Name::Field("left")).body(Body::From(inner_body)).when(is_function_property);
pub(super) const CLASS_PROPERTY: Rule =
    scope("assignment_expression", "class").name(Name::Field("left")).body(Body::From(inner_body)).when(is_class);
pub(super) const OBJECT_PROPERTY: Rule =
    scope("assignment_expression", "object").name(Name::Field("left")).body(Body::Field("right")).when(is_object);
pub(super) const PROPERTY: Rule =
    value("assignment_expression", "property").name(Name::Field("left")).body(Body::Field("right")).when(is_property);
pub(super) const PAIR: Rule = value("pair", "property").name(Name::From(key));
pub(super) const METHOD_PAIR: Rule = def("pair", "method").name(Name::From(key)).body(Body::From(inner_body)).when(is_function);
pub(super) const OBJECT_PAIR: Rule = scope("pair", "object").name(Name::From(key)).body(Body::Field("value")).when(is_object);

fn is_named(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("name").is_some()
}

/// The value of a variable, property or assignment, without the call of one function around it.
fn assigned(node: Node<'_>) -> Option<Node<'_>> {
    let value = node.child_by_field_name("value").or_else(|| node.child_by_field_name("right"))?;
    if value.kind() != "call_expression" {
        return Some(value);
    }
    let arguments = value.child_by_field_name("arguments")?;
    arguments.named_child(0).filter(|first| FUNCTIONS.contains(&first.kind())).or(Some(value))
}

const FUNCTIONS: &[&str] = &["arrow_function", "function_expression", "generator_function", "function"];

fn is_kind(node: Node<'_>, kinds: &[&str]) -> bool {
    assigned(node).is_some_and(|value| kinds.contains(&value.kind()))
}

fn is_function(node: Node<'_>, _: &str) -> bool {
    is_kind(node, FUNCTIONS)
}

fn is_function_property(node: Node<'_>, _: &str) -> bool {
    is_kind(node, FUNCTIONS) && node.child_by_field_name("left").is_some_and(|left| left.kind() == "member_expression")
}

fn is_property(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("left").is_some_and(|left| left.kind() == "member_expression")
}

fn is_class(node: Node<'_>, _: &str) -> bool {
    is_kind(node, &["class"])
}

fn is_object(node: Node<'_>, _: &str) -> bool {
    is_kind(node, &["object"])
}

fn is_required(node: Node<'_>, text: &str) -> bool {
    is_kind(node, &["call_expression"])
        && assigned(node).and_then(|call| text_of(call, text)).is_some_and(|call| call.starts_with("require("))
}

fn inner_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    assigned(node)?.child_by_field_name("body")
}

fn key(node: Node<'_>, text: &str) -> Option<String> {
    let key = text_of(node.child_by_field_name("key")?, text)?;
    Some(key.trim_matches(['"', '\'']).to_owned())
}
