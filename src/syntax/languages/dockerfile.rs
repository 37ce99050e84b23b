//! Dockerfiles.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const DOCKERFILE: Entry = Entry {
    language: Language::Dockerfile,
    name: "dockerfile",
    grammar: Some(|| tree_sitter_containerfile::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["dockerfile", "containerfile"],
    files: &["Dockerfile", "Dockerfile.*", "dockerfile", "Containerfile", "Containerfile.*"],
    rules: &[
        value("from_instruction", "stage").name(Name::From(stage)).body(Body::None),
        value("arg_instruction", "argument").name(Name::From(first)).body(Body::None),
        value("env_instruction", "variable").name(Name::From(first)).body(Body::None),
        value("expose_instruction", "port").name(Name::From(first)).body(Body::None),
        value("workdir_instruction", "folder").name(Name::From(first)).body(Body::None),
        value("user_instruction", "user").name(Name::From(first)).body(Body::None),
        value("volume_instruction", "volume").name(Name::From(first)).body(Body::None),
        value("entrypoint_instruction", "command").name(Name::From(first)).body(Body::None),
        value("cmd_instruction", "command").name(Name::From(first)).body(Body::None),
        value("label_instruction", "label").name(Name::From(first)).body(Body::None),
        value("copy_instruction", "copy").name(Name::From(first)).body(Body::None),
        value("healthcheck_instruction", "check").name(Name::Signature).body(Body::FirstLine),
        value("run_instruction", "run").name(Name::From(first)).body(Body::FirstLine),
    ],
    trusted_errors: false,
    ..Entry::NEW
};

/// The name of a stage, or its image.
fn stage(node: Node<'_>, text: &str) -> Option<String> {
    text_of(node.child_by_field_name("as").or_else(|| child_of(node, &["image_spec"]))?, text)
}

/// The first word after the instruction.
fn first(node: Node<'_>, text: &str) -> Option<String> {
    let words = text_of(node.named_child(0)?, text)?;
    words.split(['=', ' ', '\n']).next().map(str::to_owned)
}
