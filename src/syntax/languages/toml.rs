//! TOML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const TOML: Entry = Entry {
    language: Language::Toml,
    name: "toml",
    grammar: Some(|| tree_sitter_toml_ng::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["toml"],
    files: &["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "Pipfile", "Gopkg.lock"],
    ..Entry::NEW
};
