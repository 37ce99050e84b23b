//! Dart.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const DART: Entry = Entry {
    language: Language::Dart,
    name: "dart",
    grammar: Some(|| tree_sitter_dart::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["dart"],
    interpreters: &["dart"],
    rules: &[
        scope("class_declaration", "class"),
        scope("mixin_declaration", "mixin"),
        scope("extension_declaration", "extension"),
        scope("extension_type_declaration", "extension"),
        scope("enum_declaration", "enum"),
        value("enum_entry", "constant").body(Body::None),
        def("function_declaration", "function").name(Name::From(signed)),
        def("getter_declaration", "getter").name(Name::From(signed)),
        def("setter_declaration", "setter").name(Name::From(signed)),
        def("external_function_declaration", "function").name(Name::From(signed)),
        def("local_function_declaration", "function").name(Name::From(signed)).body(Body::Kinds(&["function_body"])),
        def("method_declaration", "method").name(Name::From(signed)),
        value("declaration", "member").name(Name::From(signed)).body(Body::Kinds(&["="])),
        value("top_level_variable_declaration", "variable").name(Name::From(signed)).body(Body::Kinds(&["="])),
        def("type_alias", "type").name(Name::Kinds(&["type_identifier"])).body(Body::None),
    ],
    skips: &["import_or_export", "library_name"],
    ..Entry::NEW
};

/// The first name inside a declaration.
fn signed(node: Node<'_>, text: &str) -> Option<String> {
    named(node, 5).and_then(|name| text_of(name, text))
}

fn named(node: Node<'_>, depth: u8) -> Option<Node<'_>> {
    if let Some(name) = node.child_by_field_name("name").or_else(|| node.child_by_field_name("operator")) {
        return Some(name);
    }
    let mut cursor = node.walk();
    let inner: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|child| child.kind() != "annotation").collect();
    inner.into_iter().filter(|_| depth > 0).find_map(|child| named(child, depth - 1))
}
