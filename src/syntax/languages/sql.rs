//! SQL.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const SQL: Entry = Entry {
    language: Language::Sql,
    name: "sql",
    grammar: Some(|| tree_sitter_sequel::LANGUAGE.into()),
    comments: &["--", "/*"],
    extensions: &["sql", "psql", "ddl", "pgsql"],
    ..Entry::NEW
};
