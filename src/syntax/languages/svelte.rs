//! Svelte components.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::markup;
use crate::syntax::rule::{Body, Name, def};
use crate::syntax::walk::{child_of, text_of};

pub(super) const SVELTE: Entry = Entry {
    language: Language::Svelte,
    name: "svelte",
    grammar: Some(|| tree_sitter_svelte_ng::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["svelte"],
    rules: &[
        markup::ELEMENT,
        markup::SCRIPT,
        markup::STYLE,
        def("snippet_statement", "snippet").name(Name::From(snippet)).body(Body::From(snippet_body)),
    ],
    embedded: Some(markup::embedded),
    trusted_errors: false,
    ..Entry::NEW
};

fn snippet(node: Node<'_>, text: &str) -> Option<String> {
    text_of(child_of(child_of(node, &["snippet_start"])?, &["snippet_name"])?, text)
}

fn snippet_body<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    child_of(node, &["snippet_start"])?.next_sibling()
}
