//! R.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, value};
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
        value("binary_operator", "variable").name(Name::Field("lhs")).body(Body::Field("operator")).when(is_assignment),
    ],
    skips: &["call"],
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
