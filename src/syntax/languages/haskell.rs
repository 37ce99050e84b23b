//! Haskell.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const HASKELL: Entry = Entry {
    language: Language::Haskell,
    name: "haskell",
    grammar: Some(|| tree_sitter_haskell::LANGUAGE.into()),
    comments: &["--", "{-"],
    extensions: &["hs", "hs-boot", "hsig"],
    interpreters: &["runghc", "runhaskell", "stack"],
    rules: &[
        def("header", "module").name(Name::Field("module")).body(Body::Kinds(&["exports", "where"])),
        scope("data_type", "data").body(Body::Kinds(&["=", "where"])),
        scope("newtype", "newtype").body(Body::Kinds(&["="])),
        def("type_synonym", "type").body(Body::None),
        def("type_family", "family").body(Body::Field("closed_family")),
        scope("class", "class").body(Body::Kinds(&["where"])),
        scope("instance", "instance").name(Name::Signature).body(Body::Kinds(&["where"])),
        value("data_constructor", "constructor").name(Name::From(constructor)).body(Body::None),
        value("newtype_constructor", "constructor").body(Body::None),
        value("gadt_constructor", "constructor").body(Body::None),
        value("signature", "method").within("class_declarations").body(Body::None),
        def("signature", "signature"),
        def("function", "function").name(Name::From(function)).body(Body::Kinds(&["match", "=", "guards"])),
        def("bind", "function").name(Name::From(function)).body(Body::Kinds(&["match", "="])),
        def("foreign_import", "foreign").name(Name::Signature).body(Body::None),
        def("pattern_synonym", "pattern").name(Name::Signature).body(Body::None),
    ],
    skips: &["imports"],
    equations: true,
    ..Entry::NEW
};

fn constructor(node: Node<'_>, text: &str) -> Option<String> {
    let inner = node.child_by_field_name("constructor")?;
    let name = inner
        .child_by_field_name("name")
        .or_else(|| inner.child_by_field_name("constructor"))
        .or_else(|| inner.child_by_field_name("operator"));
    text_of(name.unwrap_or(inner), text)
}

/// The name of a function or operator.
fn function(node: Node<'_>, text: &str) -> Option<String> {
    let operator = || child_of(node, &["infix"])?.child_by_field_name("operator");
    text_of(node.child_by_field_name("name").or_else(operator)?, text)
}
