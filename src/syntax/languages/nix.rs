//! Nix.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const NIX: Entry = Entry {
    language: Language::Nix,
    name: "nix",
    grammar: Some(|| tree_sitter_nix::LANGUAGE.into()),
    comments: &["#", "/*"],
    extensions: &["nix"],
    ..Entry::NEW
};
