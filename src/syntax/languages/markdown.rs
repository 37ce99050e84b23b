//! Markdown.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const MARKDOWN: Entry = Entry {
    language: Language::Markdown,
    name: "markdown",
    grammar: Some(|| tree_sitter_md::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["md", "markdown", "mkd", "mdown", "mdwn", "mdx", "qmd", "rmd"],
    ..Entry::NEW
};
