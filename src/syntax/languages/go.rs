//! Go.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const GO: Entry = Entry {
    language: Language::Go,
    name: "go",
    grammar: Some(|| tree_sitter_go::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["go"],
    rules: &[
        def("package_clause", "package").name(Name::Kinds(&["package_identifier"])),
        def("function_declaration", "function"),
        def("method_declaration", "method"),
        scope("type_spec", "type").body(Body::From(type_body)),
        def("type_alias", "type").body(Body::None),
        value("const_spec", "const"),
        value("var_spec", "variable"),
        value("field_declaration", "field").name(Name::From(field)).body(Body::None),
        def("method_elem", "method"),
    ],
    wraps: &["const_declaration", "var_declaration", "type_declaration"],
    skips: &["import_declaration"],
    ..Entry::NEW
};

/// Where the members of a struct or interface begin.
fn type_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let inner = node.child_by_field_name("type")?;
    child_of(inner, &["field_declaration_list", "{"]).filter(|_| matches!(inner.kind(), "struct_type" | "interface_type"))
}

/// The names of a field; an embedded one is named like its type.
fn field(node: Node<'_>, text: &str) -> Option<String> {
    let mut cursor = node.walk();
    let names: Vec<String> =
        node.children_by_field_name("name", &mut cursor).filter(Node::is_named).filter_map(|name| text_of(name, text)).collect();
    if names.is_empty() { text_of(node.child_by_field_name("type")?, text) } else { Some(names.join(", ")) }
}
