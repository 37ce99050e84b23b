//! Shell scripts, in the grammar of bash.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

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
    ..Entry::NEW
};
