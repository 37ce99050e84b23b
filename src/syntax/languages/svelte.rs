//! Svelte components.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const SVELTE: Entry = Entry {
    language: Language::Svelte,
    name: "svelte",
    grammar: Some(|| tree_sitter_svelte_ng::LANGUAGE.into()),
    comments: &["<!--"],
    extensions: &["svelte"],
    ..Entry::NEW
};
