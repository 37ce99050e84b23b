//! Nix.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const NIX: Entry = Entry {
    language: Language::Nix,
    name: "nix",
    grammar: Some(|| tree_sitter_nix::LANGUAGE.into()),
    comments: &["#", "/*"],
    extensions: &["nix"],
    rules: &[
        def("binding", "function").name(Name::Field("attrpath")).body(Body::From(function_body)).when(is_function),
        scope("binding", "attribute").name(Name::Field("attrpath")).body(Body::Field("expression")).when(is_set),
        value("binding", "attribute").name(Name::Field("attrpath")).body(Body::None),
    ],
    map_depth: 3,
    ..Entry::NEW
};

fn is_function(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("expression").is_some_and(|value| value.kind() == "function_expression")
}

/// Whether the value spans lines, so that there may be attributes inside.
fn is_set(node: Node<'_>, _: &str) -> bool {
    node.end_position().row > node.start_position().row
}

/// The body of the innermost of several functions of one argument each.
fn function_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let mut inner = node.child_by_field_name("expression")?;
    while inner.kind() == "function_expression" {
        inner = inner.child_by_field_name("body")?;
    }
    Some(inner)
}
