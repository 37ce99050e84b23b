//! CSS.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::stylesheet;

pub(super) const CSS: Entry = Entry {
    language: Language::Css,
    name: "css",
    grammar: Some(|| tree_sitter_css::LANGUAGE.into()),
    comments: &["/*"],
    extensions: &["css", "pcss", "postcss"],
    rules: &[stylesheet::RULE, stylesheet::MEDIA, stylesheet::SUPPORTS, stylesheet::KEYFRAMES, stylesheet::AT_RULE, stylesheet::VARIABLE],
    skips: &["import_statement"],
    ..Entry::NEW
};
