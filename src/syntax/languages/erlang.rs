//! Erlang.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope};
use crate::syntax::walk::text_of;

pub(super) const ERLANG: Entry = Entry {
    language: Language::Erlang,
    name: "erlang",
    grammar: Some(|| tree_sitter_erlang::LANGUAGE.into()),
    comments: &["%"],
    extensions: &["erl", "hrl", "escript"],
    files: &["rebar.config"],
    interpreters: &["escript"],
    rules: &[
        def("module_attribute", "module"),
        scope("record_decl", "record").body(Body::None),
        def("type_alias", "type").name(Name::From(type_name)).body(Body::None),
        def("opaque", "type").name(Name::From(type_name)).body(Body::None),
        def("callback", "callback").name(Name::Field("fun")).body(Body::None),
        def("spec", "signature"),
        def("fun_decl", "function")
            .name(Name::From(function))
            .body(Body::From(|node, _| node.child_by_field_name("clause")?.child_by_field_name("body"))),
        def("pp_define", "macro").name(Name::From(macro_name)).body(Body::FirstLine),
    ],
    equations: true,
    ..Entry::NEW
};

fn function(node: Node<'_>, text: &str) -> Option<String> {
    text_of(node.child_by_field_name("clause")?.child_by_field_name("name")?, text)
}

fn type_name(node: Node<'_>, text: &str) -> Option<String> {
    let name = node.child_by_field_name("name")?;
    text_of(name.child_by_field_name("name").unwrap_or(name), text)
}

fn macro_name(node: Node<'_>, text: &str) -> Option<String> {
    let left = node.child_by_field_name("lhs")?;
    text_of(left.child_by_field_name("name").unwrap_or(left), text)
}
