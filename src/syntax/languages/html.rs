//! HTML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::markup;

pub(super) const HTML: Entry = Entry {
    language: Language::Html,
    name: "html",
    grammar: Some(|| tree_sitter_html::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["html", "htm", "xhtml"],
    rules: &[markup::ELEMENT, markup::SCRIPT, markup::STYLE],
    embedded: Some(markup::embedded),
    trusted_errors: false,
    ..Entry::NEW
};
