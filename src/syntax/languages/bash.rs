//! Shell scripts, in the grammar of bash.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, value};
use crate::syntax::walk::text_of;

pub(super) const BASH: Entry = Entry {
    language: Language::Bash,
    name: "bash",
    grammar: Some(|| tree_sitter_bash::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["sh", "bash", "zsh", "ksh", "dash", "ash", "bats", "ebuild", "eclass", "command"],
    files: &[
        ".bashrc",
        ".bash_profile",
        ".bash_aliases",
        ".bash_login",
        ".bash_logout",
        ".profile",
        ".zshrc",
        ".zprofile",
        ".zshenv",
        ".zlogin",
        ".zlogout",
        ".kshrc",
        ".envrc",
        "PKGBUILD",
        "APKBUILD",
    ],
    interpreters: &["sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "bats"],
    rules: &[
        def("function_definition", "function"),
        value("command", "alias").name(Name::From(alias)).body(Body::None),
        value("variable_assignment", "variable").when(is_constant),
    ],
    wraps: &["declaration_command"],
    ..Entry::NEW
};

/// The name that the command `alias` gives.
fn alias(node: Node<'_>, text: &str) -> Option<String> {
    let words = text_of(node, text)?;
    let (name, _) = words.strip_prefix("alias ")?.split_once('=')?;
    Some(name.trim().to_owned())
}

/// Whether the variable is in capitals, as those are which other programs see.
fn is_constant(node: Node<'_>, text: &str) -> bool {
    let name = node.child_by_field_name("name").and_then(|name| text_of(name, text)).unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && !name.contains(|c: char| c.is_ascii_lowercase())
}
