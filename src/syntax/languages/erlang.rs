//! Erlang.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const ERLANG: Entry = Entry {
    language: Language::Erlang,
    name: "erlang",
    grammar: Some(|| tree_sitter_erlang::LANGUAGE.into()),
    comments: &["%"],
    extensions: &["erl", "hrl", "escript", "xrl", "yrl"],
    files: &["rebar.config"],
    interpreters: &["escript"],
    ..Entry::NEW
};
