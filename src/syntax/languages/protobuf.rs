//! Protocol buffers.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const PROTOBUF: Entry = Entry {
    language: Language::Protobuf,
    name: "protobuf",
    grammar: Some(|| tree_sitter_proto::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["proto"],
    ..Entry::NEW
};
