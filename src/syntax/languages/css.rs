//! CSS.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const CSS: Entry = Entry {
    language: Language::Css,
    name: "css",
    grammar: Some(|| tree_sitter_css::LANGUAGE.into()),
    comments: &["/*"],
    extensions: &["css", "pcss", "postcss"],
    rules: &[
        scope("rule_set", "rule").name(Name::Kinds(&["selectors"])).body(Body::Kinds(BLOCK)),
        scope("media_statement", "media").name(Name::Signature).body(Body::Kinds(BLOCK)),
        scope("supports_statement", "supports").name(Name::Signature).body(Body::Kinds(BLOCK)),
        value("keyframes_statement", "keyframes").name(Name::Kinds(&["keyframes_name"])).body(Body::Kinds(&["keyframe_block_list"])),
        scope("at_rule", "at-rule").name(Name::Signature).body(Body::Kinds(BLOCK)).when(|node, _| child_of(node, BLOCK).is_some()),
        value("declaration", "variable").name(Name::From(variable)).body(Body::None),
    ],
    skips: &["import_statement"],
    ..Entry::NEW
};

const BLOCK: &[&str] = &["block"];

/// The name of a variable; other properties have none here.
fn variable(node: Node<'_>, text: &str) -> Option<String> {
    text_of(node.named_child(0)?, text).filter(|name| name.starts_with("--"))
}
