//! Makefiles.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const MAKE: Entry = Entry {
    language: Language::Make,
    name: "make",
    grammar: Some(|| tree_sitter_make::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["mk", "mak", "make"],
    files: &["Makefile", "Makefile.*", "makefile", "GNUmakefile", "BSDmakefile", "Kbuild"],
    interpreters: &["make"],
    rules: &[
        value("rule", "target").name(Name::Kinds(&["targets"])).body(Body::Kinds(&["recipe"])).when(is_told),
        value("variable_assignment", "variable").body(Body::From(|node, _| child_of(node, OPERATORS))),
        value("shell_assignment", "variable").body(Body::From(|node, _| child_of(node, OPERATORS))),
        def("define_directive", "macro").body(Body::Field("value")),
    ],
    ..Entry::NEW
};

const OPERATORS: &[&str] = &["=", ":=", "::=", "?=", "+=", "!="];

/// Whether the target is no name with a meaning of its own, such as `.PHONY`.
fn is_told(node: Node<'_>, text: &str) -> bool {
    child_of(node, &["targets"]).and_then(|targets| text_of(targets, text)).is_some_and(|targets| !targets.starts_with(".PHONY"))
}
