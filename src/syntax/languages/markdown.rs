//! Markdown.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope};
use crate::syntax::walk::{child_of, text_of};

pub(super) const MARKDOWN: Entry = Entry {
    language: Language::Markdown,
    name: "markdown",
    grammar: Some(|| tree_sitter_md::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["md", "markdown", "mkd", "mdown", "mdwn", "mdx", "qmd", "rmd"],
    rules: &[scope("section", "heading").name(Name::From(heading)).body(Body::From(after_heading))],
    skips: &["paragraph", "list", "fenced_code_block", "pipe_table", "html_block", "block_quote"],
    ..Entry::NEW
};

const HEADINGS: &[&str] = &["atx_heading", "setext_heading"];

fn heading(node: Node<'_>, text: &str) -> Option<String> {
    let content = child_of(node, HEADINGS)?.child_by_field_name("heading_content")?;
    Some(text_of(content, text)?.trim().trim_end_matches('#').trim_end().to_owned())
}

/// What comes after the heading's words.
fn after_heading<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let heading = child_of(node, HEADINGS)?;
    child_of(heading, &["setext_h1_underline", "setext_h2_underline"]).or_else(|| heading.next_sibling())
}
