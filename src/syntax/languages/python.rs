//! Python, and Starlark, whose syntax is a part of it.

use std::ops::Range;

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const PYTHON: Entry = Entry {
    language: Language::Python,
    name: "python",
    grammar: Some(|| tree_sitter_python::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["py", "pyi", "pyw", "bzl", "star", "gyp", "gypi"],
    files: &[
        "SConstruct",
        "SConscript",
        "wscript",
        "BUILD",
        "BUILD.bazel",
        "WORKSPACE",
        "WORKSPACE.bazel",
        "MODULE.bazel",
        "BUCK",
        "Tiltfile",
    ],
    interpreters: &["python", "pypy", "uv"],
    rules: &[
        scope("class_definition", "class"),
        def("function_definition", "function"),
        value("assignment", "variable").name(Name::Field("left")).body(Body::Field("right")).when(is_simple),
        def("type_alias_statement", "type").name(Name::Field("left")).body(Body::None),
    ],
    wraps: &["decorated_definition"],
    skips: &["import_statement", "import_from_statement", "future_import_statement", "call", "string"],
    inner_doc: Some(docstring),
    ..Entry::NEW
};

/// Whether an assignment is to one plain name.
fn is_simple(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("left").is_some_and(|left| left.kind() == "identifier")
}

/// The string that begins a function's or class's body.
fn docstring(body: Node<'_>, _: &str) -> Option<Range<usize>> {
    let first = body.named_child(0)?;
    let string = if first.kind() == "expression_statement" { first.named_child(0)? } else { first };
    (string.kind() == "string").then(|| string.byte_range())
}
