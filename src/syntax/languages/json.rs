//! JSON, with comments.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope, value};
use crate::syntax::walk::text_of;

pub(super) const JSON: Entry = Entry {
    language: Language::Json,
    name: "json",
    grammar: Some(|| tree_sitter_json::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["json", "jsonc", "json5", "jsonl", "ndjson", "webmanifest", "geojson", "topojson", "ipynb", "avsc", "code-workspace"],
    files: &[".babelrc", ".eslintrc", ".jshintrc", ".swcrc", "composer.lock", "Pipfile.lock", "flake.lock", "deno.lock"],
    rules: &[
        scope("pair", "key").name(Name::From(key)).body(Body::Field("value")).when(is_block),
        value("pair", "key").name(Name::From(key)).body(Body::None),
    ],
    deep: &["array"],
    map_depth: 3,
    ..Entry::NEW
};

fn key(node: Node<'_>, text: &str) -> Option<String> {
    Some(text_of(node.child_by_field_name("key")?, text)?.trim_matches('"').to_owned())
}

fn is_block(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("value").is_some_and(|value| matches!(value.kind(), "object" | "array"))
}
