//! Haskell.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const HASKELL: Entry = Entry {
    language: Language::Haskell,
    name: "haskell",
    grammar: Some(|| tree_sitter_haskell::LANGUAGE.into()),
    comments: &["--", "{-"],
    extensions: &["hs", "hs-boot", "hsig"],
    interpreters: &["runghc", "runhaskell", "stack"],
    ..Entry::NEW
};
