//! Lua.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const LUA: Entry = Entry {
    language: Language::Lua,
    name: "lua",
    grammar: Some(|| tree_sitter_lua::LANGUAGE.into()),
    comments: &["--"],
    extensions: &["lua", "wlua", "rockspec"],
    files: &[".luacheckrc", ".luacov"],
    interpreters: &["lua", "luajit"],
    rules: &[
        def("function_declaration", "function"),
        def("assignment_statement", "function").name(Name::Kinds(&["variable_list"])).body(Body::From(function_body)).when(is_function),
        scope("assignment_statement", "table")
            .name(Name::Kinds(&["variable_list"]))
            .body(Body::Kinds(&["="]))
            .when(|node, _| assigned(node).is_some_and(|value| value.kind() == "table_constructor")),
        value("assignment_statement", "variable").name(Name::Kinds(&["variable_list"])).body(Body::Kinds(&["="])).when(is_told),
        def("field", "method").body(Body::From(field_body)).when(|node, text| field_body(node, text).is_some()),
    ],
    wraps: &["variable_declaration"],
    ..Entry::NEW
};

fn assigned(node: Node<'_>) -> Option<Node<'_>> {
    child_of(node, &["expression_list"])?.named_child(0)
}

fn is_function(node: Node<'_>, _: &str) -> bool {
    assigned(node).is_some_and(|value| value.kind() == "function_definition")
}

/// Whether the value is no module that is loaded.
fn is_told(node: Node<'_>, text: &str) -> bool {
    assigned(node).and_then(|value| text_of(value, text)).is_some_and(|value| !value.starts_with("require"))
}

fn function_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    assigned(node)?.child_by_field_name("body")
}

fn field_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let value = node.child_by_field_name("value").filter(|value| value.kind() == "function_definition")?;
    value.child_by_field_name("body").or(Some(value))
}
