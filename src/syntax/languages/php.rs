//! PHP.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const PHP: Entry = Entry {
    language: Language::Php,
    name: "php",
    grammar: Some(|| tree_sitter_php::LANGUAGE_PHP.into()),
    comments: &["//", "#", "/*"],
    extensions: &["php", "phtml", "php5", "php7", "php8", "phps"],
    interpreters: &["php"],
    rules: &[
        scope("namespace_definition", "namespace"),
        scope("class_declaration", "class"),
        scope("interface_declaration", "interface"),
        scope("trait_declaration", "trait"),
        scope("enum_declaration", "enum"),
        def("method_declaration", "method"),
        def("function_definition", "function"),
        value("const_element", "constant").name(Name::Kinds(&["name"])).body(Body::Kinds(&["="])),
        value("property_element", "property").body(Body::Kinds(&["="])),
        value("enum_case", "case"),
        def("property_promotion_parameter", "property").body(Body::None),
        value("assignment_expression", "variable").name(Name::Field("left")).body(Body::Field("right")).when(is_variable),
        value("function_call_expression", "constant").name(Name::From(defined)).body(Body::None),
    ],
    wraps: &["const_declaration", "property_declaration"],
    skips: &["namespace_use_declaration", "use_declaration"],
    ..Entry::NEW
};

/// The constant that a call of `define` makes.
fn defined(node: Node<'_>, text: &str) -> Option<String> {
    let function = text_of(node.child_by_field_name("function")?, text)?;
    let first = text_of(node.child_by_field_name("arguments")?.named_child(0)?, text)?;
    (function == "define").then(|| first.trim_matches(['"', '\'']).to_owned())
}

fn is_variable(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("left").is_some_and(|left| left.kind() == "variable_name")
}
