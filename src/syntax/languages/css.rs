//! CSS.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const CSS: Entry = Entry {
    language: Language::Css,
    name: "css",
    grammar: Some(|| tree_sitter_css::LANGUAGE.into()),
    comments: &["/*"],
    extensions: &["css", "pcss", "postcss"],
    ..Entry::NEW
};
