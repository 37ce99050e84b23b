//! Zig.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const ZIG: Entry = Entry {
    language: Language::Zig,
    name: "zig",
    grammar: Some(|| tree_sitter_zig::LANGUAGE.into()),
    comments: &["//"],
    extensions: &["zig", "zon"],
    ..Entry::NEW
};
