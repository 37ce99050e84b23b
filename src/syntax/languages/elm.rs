//! Elm.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const ELM: Entry = Entry {
    language: Language::Elm,
    name: "elm",
    grammar: Some(|| tree_sitter_elm::LANGUAGE.into()),
    comments: &["--", "{-"],
    extensions: &["elm"],
    rules: &[
        def("module_declaration", "module"),
        scope("type_alias_declaration", "type").body(Body::From(record)),
        scope("type_declaration", "type").body(Body::Kinds(&["eq"])),
        value("union_variant", "variant").body(Body::None),
        value("field_type", "field").body(Body::None),
        def("port_annotation", "port"),
        def("type_annotation", "signature"),
        def("value_declaration", "function").name(Name::From(function)),
    ],
    skips: &["import_clause"],
    ..Entry::NEW
};

/// The body of an alias of a record.
fn record<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let expression = node.child_by_field_name("typeExpression")?;
    child_of(expression, &["record_type"]).and_then(|_| child_of(node, &["eq"]))
}

fn function(node: Node<'_>, text: &str) -> Option<String> {
    let left = node.child_by_field_name("functionDeclarationLeft")?;
    text_of(child_of(left, &["lower_case_identifier"])?, text)
}
