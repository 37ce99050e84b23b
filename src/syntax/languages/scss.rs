//! SCSS.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::stylesheet;
use crate::syntax::rule::{Body, def};

pub(super) const SCSS: Entry = Entry {
    language: Language::Scss,
    name: "scss",
    grammar: Some(tree_sitter_scss::language),
    comments: &["//", "/*"],
    extensions: &["scss"],
    rules: &[
        stylesheet::RULE,
        stylesheet::MEDIA,
        stylesheet::SUPPORTS,
        stylesheet::KEYFRAMES,
        stylesheet::AT_RULE,
        stylesheet::VARIABLE,
        def("mixin_statement", "mixin").body(Body::Kinds(&["block"])),
        def("function_statement", "function").body(Body::Kinds(&["block"])),
    ],
    skips: &["import_statement", "use_statement", "forward_statement"],
    ..Entry::NEW
};
