//! Vue components, in the grammar of HTML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const VUE: Entry = Entry {
    language: Language::Vue,
    name: "vue",
    grammar: Some(|| tree_sitter_html::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["vue"],
    ..Entry::NEW
};
