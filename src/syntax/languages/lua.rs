//! Lua.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const LUA: Entry = Entry {
    language: Language::Lua,
    name: "lua",
    grammar: Some(|| tree_sitter_lua::LANGUAGE.into()),
    comments: &["--"],
    extensions: &["lua", "wlua", "rockspec"],
    files: &[".luacheckrc", ".luacov"],
    interpreters: &["lua", "luajit"],
    ..Entry::NEW
};
