//! TOML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope, value};

pub(super) const TOML: Entry = Entry {
    language: Language::Toml,
    name: "toml",
    grammar: Some(|| tree_sitter_toml_ng::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["toml"],
    files: &["Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "Pipfile", "Gopkg.lock"],
    rules: &[
        scope("table", "table").name(Name::Kinds(KEYS)).body(Body::Kinds(&["pair"])),
        scope("table_array_element", "table").name(Name::Kinds(KEYS)).body(Body::Kinds(&["pair"])),
        value("pair", "key").name(Name::Kinds(KEYS)).body(Body::None),
    ],
    map_depth: 2,
    ..Entry::NEW
};

const KEYS: &[&str] = &["bare_key", "dotted_key", "quoted_key"];
