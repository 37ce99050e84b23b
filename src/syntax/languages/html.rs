//! HTML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const HTML: Entry = Entry {
    language: Language::Html,
    name: "html",
    grammar: Some(|| tree_sitter_html::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["html", "htm", "xhtml"],
    ..Entry::NEW
};
