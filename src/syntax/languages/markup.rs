//! What HTML, Vue and Svelte have in common.

use std::ops::Range;

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::rule::{Body, Name, Rule, scope};
use crate::syntax::walk::{child_of, text_of};

pub(super) const ELEMENT: Rule = scope("element", "element").name(Name::From(name)).body(Body::From(content)).when(is_told);
pub(super) const SCRIPT: Rule = scope("script_element", "script").name(Name::From(name)).body(Body::From(content));
pub(super) const STYLE: Rule = scope("style_element", "style").name(Name::From(name)).body(Body::From(content));

/// Elements that make up a page; others count when they have an id.
const SIGNIFICANT: &[&str] = &[
    "head", "body", "header", "nav", "main", "section", "article", "aside", "footer", "form", "table", "dialog", "template", "title",
    "slot",
];

/// Elements whose text says what follows.
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6", "title"];

fn start(node: Node<'_>) -> Option<Node<'_>> {
    child_of(node, &["start_tag", "self_closing_tag"])
}

fn tag(node: Node<'_>, text: &str) -> Option<String> {
    text_of(child_of(start(node)?, &["tag_name"])?, text)
}

fn is_told(node: Node<'_>, text: &str) -> bool {
    let tag = tag(node, text).unwrap_or_default();
    let component = tag.starts_with(|c: char| c.is_ascii_uppercase()) || tag.contains('-');
    component || SIGNIFICANT.contains(&tag.as_str()) || HEADINGS.contains(&tag.as_str()) || attribute(node, text, "id").is_some()
}

/// The value of an attribute of the start tag.
fn attribute(node: Node<'_>, text: &str, name: &str) -> Option<String> {
    let start = start(node)?;
    let mut cursor = start.walk();
    let found = start
        .named_children(&mut cursor)
        .filter(|child| child.kind() == "attribute")
        .find(|child| child_of(*child, &["attribute_name"]).and_then(|found| text_of(found, text)).is_some_and(|found| found == name))?;
    let value = child_of(found, &["quoted_attribute_value", "attribute_value"])?;
    Some(text_of(value, text)?.trim_matches(['"', '\'']).to_owned())
}

/// The tag with the id, or the first classes.
fn name(node: Node<'_>, text: &str) -> Option<String> {
    let tag = tag(node, text)?;
    if let Some(id) = attribute(node, text, "id") {
        return Some(format!("{tag}#{id}"));
    }
    let classes = attribute(node, text, "class").unwrap_or_default();
    Some(classes.split_whitespace().take(2).fold(tag, |name, class| format!("{name}.{class}")))
}

/// What comes after the start tag; a heading's text belongs to its signature.
fn content<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    let heading = tag(node, text).is_some_and(|tag| HEADINGS.contains(&tag.as_str()));
    if heading { child_of(node, &["end_tag"]) } else { start(node)?.next_sibling() }
}

/// The code of a script or style sheet.
pub(super) fn embedded(node: Node<'_>, text: &str) -> Option<(Language, Range<usize>)> {
    let plain = || attribute(node, text, "lang").or_else(|| attribute(node, text, "type")).unwrap_or_default();
    let language = match (node.kind(), plain().as_str()) {
        ("script_element", "ts" | "typescript" | "text/typescript") => Language::TypeScript,
        ("script_element", "tsx") => Language::Tsx,
        ("script_element", "application/json" | "application/ld+json" | "importmap") => Language::Json,
        ("script_element", "" | "module" | "js" | "jsx" | "text/javascript" | "text/babel") => Language::JavaScript,
        ("style_element", "scss") => Language::Scss,
        ("style_element", "less") => Language::Less,
        ("style_element", "" | "css" | "text/css" | "postcss") => Language::Css,
        _ => return None,
    };
    Some((language, child_of(node, &["raw_text"])?.byte_range()))
}
