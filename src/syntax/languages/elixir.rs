//! Elixir.

use std::ops::Range;

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{ASIDE, Body, COMMENT, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const ELIXIR: Entry = Entry {
    language: Language::Elixir,
    name: "elixir",
    grammar: Some(|| tree_sitter_elixir::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["ex", "exs"],
    interpreters: &["elixir"],
    rules: &[
        scope("call", "module")
            .name(Name::From(first_argument))
            .body(Body::Kinds(&["do_block"]))
            .when(|node, text| is(node, text, MODULES)),
        def("call", "function").name(Name::From(function)).body(Body::From(function_body)).when(|node, text| is(node, text, FUNCTIONS)),
        value("call", "struct")
            .name(Name::From(|_, _| Some("defstruct".to_owned())))
            .body(Body::None)
            .when(|node, text| is(node, text, STRUCTS)),
        scope("call", "group")
            .name(Name::From(first_argument))
            .body(Body::Kinds(&["do_block"]))
            .when(|node, text| is(node, text, &["describe"])),
        def("call", "test").name(Name::From(first_argument)).body(Body::Kinds(&["do_block"])).when(|node, text| is(node, text, &["test"])),
        value("unary_operator", "type").name(Name::From(attribute_name)).body(Body::None).when(|node, text| attribute(node, text, TYPES)),
        value("unary_operator", COMMENT).when(|node, text| attribute(node, text, &["doc", "typedoc"])),
        value("unary_operator", ASIDE).when(|node, text| attribute(node, text, ASIDES)),
    ],
    skips: &["string", "quoted_content"],
    inner_doc: Some(module_doc),
    ..Entry::NEW
};

const MODULES: &[&str] = &["defmodule", "defprotocol", "defimpl"];
const FUNCTIONS: &[&str] = &["def", "defp", "defmacro", "defmacrop", "defguard", "defguardp", "defdelegate", "defn", "defnp"];
const STRUCTS: &[&str] = &["defstruct", "defexception"];
const TYPES: &[&str] = &["type", "typep", "opaque", "callback", "macrocallback"];
/// Attributes that belong to the function after them.
const ASIDES: &[&str] = &["spec", "impl", "deprecated", "since", "dialyzer"];

fn is(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    node.child_by_field_name("target").and_then(|target| text_of(target, text)).is_some_and(|target| names.contains(&target.as_str()))
}

fn argument(node: Node<'_>) -> Option<Node<'_>> {
    child_of(node, &["arguments"])?.named_child(0)
}

fn first_argument(node: Node<'_>, text: &str) -> Option<String> {
    Some(text_of(argument(node)?, text)?.trim_matches('"').to_owned())
}

/// The name in the head of a function, without its guard and arguments.
fn function(node: Node<'_>, text: &str) -> Option<String> {
    let mut head = argument(node)?;
    while let Some(inner) = head.child_by_field_name("left").filter(|_| head.kind() == "binary_operator") {
        head = inner;
    }
    text_of(head.child_by_field_name("target").unwrap_or(head), text)
}

/// The block of a function, or its value after `do:`.
fn function_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    child_of(node, &["do_block"]).or_else(|| child_of(child_of(node, &["arguments"])?, &["keywords"]))
}

/// Whether an attribute (`@name`) has one of these names.
fn attribute(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    let named = node.child_by_field_name("operand").filter(|operand| operand.kind() == "call");
    named.is_some_and(|call| is(call, text, names))
}

/// The name of a type or callback: `t` of `@type t :: atom`.
fn attribute_name(node: Node<'_>, text: &str) -> Option<String> {
    function(node.child_by_field_name("operand")?, text)
}

/// The text after `@moduledoc`.
fn module_doc(body: Node<'_>, text: &str) -> Option<Range<usize>> {
    let first = body.named_child(0).filter(|first| first.kind() == "unary_operator" && attribute(*first, text, &["moduledoc"]))?;
    Some(first.byte_range())
}
