//! Less.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::stylesheet;
use crate::syntax::rule::{Body, Name, scope};

pub(super) const LESS: Entry = Entry {
    language: Language::Less,
    name: "less",
    grammar: Some(tree_sitter_less::language),
    comments: &["//", "/*"],
    extensions: &["less"],
    rules: &[
        stylesheet::RULE,
        stylesheet::MEDIA,
        stylesheet::SUPPORTS,
        stylesheet::KEYFRAMES,
        stylesheet::AT_RULE,
        stylesheet::VARIABLE,
        scope("mixin_definition", "mixin").name(Name::Signature).body(Body::Kinds(&["block"])),
    ],
    skips: &["import_statement"],
    ..Entry::NEW
};
