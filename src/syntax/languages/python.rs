//! Python, and Starlark, whose syntax is a part of it.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const PYTHON: Entry = Entry {
    language: Language::Python,
    name: "python",
    grammar: Some(|| tree_sitter_python::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["py", "pyi", "pyw", "bzl", "star", "gyp", "gypi"],
    files: &[
        "SConstruct",
        "SConscript",
        "wscript",
        "BUILD",
        "BUILD.bazel",
        "WORKSPACE",
        "WORKSPACE.bazel",
        "MODULE.bazel",
        "BUCK",
        "Tiltfile",
    ],
    interpreters: &["python", "pypy", "uv"],
    ..Entry::NEW
};
