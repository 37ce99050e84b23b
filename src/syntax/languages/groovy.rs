//! Groovy and Gradle.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::declarators;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const GROOVY: Entry = Entry {
    language: Language::Groovy,
    name: "groovy",
    grammar: Some(|| dekobon_tree_sitter_groovy::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["groovy", "gradle", "gvy", "gsh"],
    files: &["Jenkinsfile", "Jenkinsfile.*"],
    interpreters: &["groovy"],
    rules: &[
        def("package_declaration", "package"),
        scope("class_declaration", "class"),
        scope("interface_declaration", "interface"),
        scope("trait_declaration", "trait"),
        scope("enum_declaration", "enum"),
        scope("record_declaration", "record"),
        scope("annotation_type_declaration", "annotation"),
        def("method_declaration", "method"),
        def("constructor_declaration", "constructor"),
        value("field_declaration", "field").name(Name::From(declarators::names)).body(Body::From(declarators::value)),
        def("command_chain", "block").name(Name::Field("receiver")).body(Body::Field("argument")).when(is_block),
        value("method_invocation", "task").name(Name::From(registered)).body(Body::None),
        value("enum_constant", "constant"),
    ],
    skips: &["import_declaration"],
    trusted_errors: false,
    ..Entry::NEW
};

/// Whether a name is followed by a closure, as the blocks of a build are.
fn is_block(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("argument").is_some_and(|argument| argument.kind() == "closure")
}

/// The name of the task that `tasks.register` or `task` makes.
fn registered(node: Node<'_>, text: &str) -> Option<String> {
    let function = node.child_by_field_name("function")?;
    let first = node.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0));
    match text_of(function, text)?.as_str() {
        "tasks.register" | "tasks.create" => Some(text_of(first?, text)?.trim_matches(['"', '\'']).to_owned()),
        name => node
            .parent()?
            .prev_named_sibling()
            .and_then(|before| text_of(before, text))
            .filter(|before| before == "task")
            .map(|_| name.to_owned()),
    }
}
