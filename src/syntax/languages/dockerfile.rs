//! Dockerfiles.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const DOCKERFILE: Entry = Entry {
    language: Language::Dockerfile,
    name: "dockerfile",
    grammar: Some(|| tree_sitter_containerfile::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["dockerfile", "containerfile"],
    files: &["Dockerfile", "Dockerfile.*", "dockerfile", "Containerfile", "Containerfile.*"],
    ..Entry::NEW
};
