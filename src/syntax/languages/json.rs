//! JSON, with comments.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const JSON: Entry = Entry {
    language: Language::Json,
    name: "json",
    grammar: Some(|| tree_sitter_json::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["json", "jsonc", "json5", "jsonl", "ndjson", "webmanifest", "geojson", "topojson", "ipynb", "avsc", "code-workspace"],
    files: &[".babelrc", ".eslintrc", ".jshintrc", ".swcrc", "composer.lock", "Pipfile.lock", "flake.lock", "deno.lock"],
    ..Entry::NEW
};
