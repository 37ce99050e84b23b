//! YAML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const YAML: Entry = Entry {
    language: Language::Yaml,
    name: "yaml",
    grammar: Some(|| tree_sitter_yaml::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["yaml", "yml"],
    files: &[".clang-format", ".clang-tidy", ".clangd", ".yamllint", ".gemrc", "yarn.lock", "pubspec.lock"],
    ..Entry::NEW
};
