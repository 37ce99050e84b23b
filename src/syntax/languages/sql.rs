//! SQL.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const SQL: Entry = Entry {
    language: Language::Sql,
    name: "sql",
    grammar: Some(|| tree_sitter_sequel::LANGUAGE.into()),
    comments: &["--", "/*"],
    extensions: &["sql", "psql", "ddl", "pgsql"],
    rules: &[
        scope("create_table", "table").name(Name::Kinds(OBJECT)).body(Body::Kinds(&["column_definitions", "create_query"])),
        value("column_definition", "column").body(Body::None),
        def("create_view", "view").name(Name::Kinds(OBJECT)).body(Body::Kinds(&["create_query"])),
        def("create_materialized_view", "view").name(Name::Kinds(OBJECT)).body(Body::Kinds(&["create_query"])),
        def("create_function", "function").name(Name::Kinds(OBJECT)).body(Body::Kinds(&["function_body"])),
        def("create_trigger", "trigger").name(Name::Kinds(OBJECT)).body(Body::None),
        def("create_index", "index").name(Name::From(index)).body(Body::None),
        def("create_type", "type").name(Name::Kinds(OBJECT)).body(Body::None),
        def("create_sequence", "sequence").name(Name::Kinds(OBJECT)).body(Body::None),
        def("create_schema", "schema").name(Name::Kinds(&["identifier"])).body(Body::None),
        def("create_database", "database").name(Name::Kinds(&["identifier"])).body(Body::None),
        def("create_role", "role").name(Name::Kinds(&["identifier"])).body(Body::None),
        def("create_extension", "extension").name(Name::Kinds(&["identifier", "literal"])).body(Body::None),
        def("alter_table", "alter").name(Name::Kinds(OBJECT)).body(Body::None),
    ],
    ..Entry::NEW
};

const OBJECT: &[&str] = &["object_reference", "identifier"];

/// The name of an index; one without a name is called by its table.
fn index(node: Node<'_>, text: &str) -> Option<String> {
    text_of(child_of(node, &["identifier", "object_reference"])?, text)
}
