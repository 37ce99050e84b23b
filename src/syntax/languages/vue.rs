//! Vue components, in the grammar of HTML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::markup;

pub(super) const VUE: Entry = Entry {
    language: Language::Vue,
    name: "vue",
    grammar: Some(|| tree_sitter_html::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["vue"],
    rules: &[markup::ELEMENT, markup::SCRIPT, markup::STYLE],
    embedded: Some(markup::embedded),
    trusted_errors: false,
    ..Entry::NEW
};
