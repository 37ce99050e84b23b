//! YAML.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope, value};
use crate::syntax::walk::text_of;

pub(super) const YAML: Entry = Entry {
    language: Language::Yaml,
    name: "yaml",
    grammar: Some(|| tree_sitter_yaml::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["yaml", "yml"],
    files: &[".clang-format", ".clang-tidy", ".clangd", ".yamllint", ".gemrc", "yarn.lock", "pubspec.lock"],
    rules: &[
        scope("block_mapping_pair", "key").name(Name::From(key)).body(Body::Field("value")).when(is_block),
        value("block_mapping_pair", "key").name(Name::From(key)).body(Body::None),
    ],
    deep: &["block_sequence"],
    map_depth: 3,
    is_safe: Some(is_safe),
    ..Entry::NEW
};

/// The grammar keeps four bytes for each open block, 1,024 at most, and a column opens two blocks at most.
const MAX_INDENT: usize = 120;

fn is_safe(text: &str) -> bool {
    text.lines().all(|line| line.bytes().take_while(|byte| b" \t-?:".contains(byte)).take(MAX_INDENT + 1).count() <= MAX_INDENT)
}

fn key(node: Node<'_>, text: &str) -> Option<String> {
    Some(text_of(node.child_by_field_name("key")?, text)?.trim_matches(['"', '\'']).to_owned())
}

fn is_block(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("value")
        .is_some_and(|value| value.kind() == "block_node" || value.end_position().row > value.start_position().row)
}
