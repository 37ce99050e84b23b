//! CMake.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const CMAKE: Entry = Entry {
    language: Language::Cmake,
    name: "cmake",
    grammar: Some(|| tree_sitter_cmake::LANGUAGE.into()),
    comments: &["#", "#[["],
    extensions: &["cmake"],
    files: &["CMakeLists.txt"],
    rules: &[
        def("function_def", "function").name(Name::From(block_name)).body(Body::Kinds(&["body"])),
        def("macro_def", "macro").name(Name::From(block_name)).body(Body::Kinds(&["body"])),
        value("normal_command", "variable")
            .name(Name::From(first_argument))
            .body(Body::From(after_name))
            .when(|node, text| is(node, text, &["set"])),
        value("normal_command", "target").name(Name::From(first_argument)).body(Body::None).when(|node, text| is(node, text, TARGETS)),
    ],
    ..Entry::NEW
};

/// Commands that define what their first argument names.
const TARGETS: &[&str] =
    &["project", "option", "add_library", "add_executable", "add_custom_target", "add_test", "add_subdirectory", "find_package", "install"];

fn is(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    let name = child_of(node, &["identifier"]).and_then(|name| text_of(name, text)).unwrap_or_default();
    names.contains(&name.to_ascii_lowercase().as_str())
}

fn first_argument(node: Node<'_>, text: &str) -> Option<String> {
    text_of(child_of(node, &["argument_list"])?.named_child(0)?, text)
}

fn after_name<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    child_of(node, &["argument_list"])?.named_child(1)
}

fn block_name(node: Node<'_>, text: &str) -> Option<String> {
    first_argument(child_of(node, &["function_command", "macro_command"])?, text)
}
