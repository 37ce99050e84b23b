//! What C and C++ have in common.

use tree_sitter::Node;

use crate::syntax::rule::{Body, Name, Rule, def, scope, value};
use crate::syntax::walk::child_of;

pub(super) const SKIPS: &[&str] = &["preproc_include", "preproc_call"];

pub(super) const FUNCTION: Rule = def("function_definition", "function").name(Name::Declarator).body(Body::From(function_body));
pub(super) const PROTOTYPE: Rule = value("declaration", "prototype").name(Name::Declarator).body(Body::None).when(is_function);
pub(super) const VARIABLE: Rule = scope_value("declaration", "variable");
pub(super) const TYPEDEF: Rule = scope("type_definition", "typedef").name(Name::Declarator).body(Body::From(type_body)).with_tail();
pub(super) const MACRO: Rule = value("preproc_def", "macro");
pub(super) const FUNCTION_MACRO: Rule = value("preproc_function_def", "macro");
pub(super) const STRUCT: Rule = scope("struct_specifier", "struct").when(has_body);
pub(super) const UNION: Rule = scope("union_specifier", "union").when(has_body);
pub(super) const ENUM: Rule = scope("enum_specifier", "enum").when(has_body);
pub(super) const ENUMERATOR: Rule = value("enumerator", "enumerator");
pub(super) const METHOD: Rule = value("field_declaration", "method").name(Name::Declarator).body(Body::None).when(is_function);
pub(super) const FIELD: Rule = scope_value("field_declaration", "field");

const fn scope_value(node: &'static str, kind: &'static str) -> Rule {
    Rule { local: false, ..scope(node, kind).name(Name::Declarator).body(Body::From(value_body)).with_tail() }
}

/// The body of a function, or the initial values before a constructor's.
fn function_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    child_of(node, &["field_initializer_list"]).or_else(|| node.child_by_field_name("body"))
}

fn has_body(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("body").is_some()
}

/// Whether the declarator is that of a function, or a pointer to what a function gives.
fn is_function(node: Node<'_>, _: &str) -> bool {
    let mut inner = node.child_by_field_name("declarator");
    while let Some(declarator) = inner {
        if declarator.kind() == "function_declarator" {
            let of = declarator.child_by_field_name("declarator");
            return of.is_some_and(|of| of.kind() != "parenthesized_declarator");
        }
        let reference = (declarator.kind() == "reference_declarator").then(|| declarator.named_child(0)).flatten();
        inner = declarator.child_by_field_name("declarator").or(reference);
    }
    false
}

/// The body of the type that a declaration defines on the way.
fn type_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    node.child_by_field_name("type")?.child_by_field_name("body")
}

/// The body of a type defined on the way, or the value of the only declarator.
fn value_body<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    let mut declarators = node.children_by_field_name("declarator", &mut cursor);
    let (first, more) = (declarators.next(), declarators.next().is_some());
    let value = || first.filter(|_| !more)?.child_by_field_name("value").or_else(|| node.child_by_field_name("default_value"));
    type_body(node, text).or_else(value)
}
