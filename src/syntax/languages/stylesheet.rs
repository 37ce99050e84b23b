//! What CSS, SCSS and Less have in common.

use tree_sitter::Node;

use crate::syntax::rule::{Body, Name, Rule, scope, value};
use crate::syntax::walk::text_of;

pub(super) const RULE: Rule = scope("rule_set", "rule").name(Name::Kinds(&["selectors"])).body(Body::Kinds(BLOCK));
pub(super) const MEDIA: Rule = scope("media_statement", "media").name(Name::Signature).body(Body::Kinds(BLOCK));
pub(super) const SUPPORTS: Rule = scope("supports_statement", "supports").name(Name::Signature).body(Body::Kinds(BLOCK));
pub(super) const KEYFRAMES: Rule =
    value("keyframes_statement", "keyframes").name(Name::Kinds(&["keyframes_name"])).body(Body::Kinds(&["keyframe_block_list"]));
pub(super) const AT_RULE: Rule = scope("at_rule", "at-rule").name(Name::Signature).body(Body::Kinds(BLOCK)).when(has_block);
pub(super) const VARIABLE: Rule = value("declaration", "variable").name(Name::From(variable)).body(Body::None);

const BLOCK: &[&str] = &["block"];

fn has_block(node: Node<'_>, _: &str) -> bool {
    crate::syntax::walk::child_of(node, BLOCK).is_some()
}

/// The name of a variable; other properties have none here.
fn variable(node: Node<'_>, text: &str) -> Option<String> {
    text_of(node.named_child(0)?, text).filter(|name| name.starts_with("--") || name.starts_with(['$', '@']))
}
