//! GraphQL schemas and queries.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const GRAPHQL: Entry = Entry {
    language: Language::Graphql,
    name: "graphql",
    grammar: Some(|| tree_sitter_graphql::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["graphql", "graphqls", "gql"],
    rules: &[
        scope("schema_definition", "schema").name(Name::From(|_, _| Some("schema".to_owned()))).body(Body::Kinds(&["{"])),
        value("root_operation_type_definition", "field").name(Name::Kinds(&["operation_type"])).body(Body::None),
        scope("object_type_definition", "type").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("object_type_extension", "type").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("interface_type_definition", "interface").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("interface_type_extension", "interface").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("input_object_type_definition", "input").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("input_object_type_extension", "input").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("enum_type_definition", "enum").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        scope("enum_type_extension", "enum").name(Name::Kinds(NAME)).body(Body::Kinds(FIELDS)),
        def("union_type_definition", "union").name(Name::Kinds(NAME)).body(Body::None),
        def("union_type_extension", "union").name(Name::Kinds(NAME)).body(Body::None),
        def("scalar_type_definition", "scalar").name(Name::Kinds(NAME)).body(Body::None),
        def("directive_definition", "directive").name(Name::Kinds(NAME)).body(Body::None),
        value("field_definition", "field").name(Name::Kinds(NAME)).body(Body::None),
        value("input_value_definition", "field").name(Name::Kinds(NAME)).body(Body::None).within("input_fields_definition"),
        value("enum_value_definition", "value").name(Name::Kinds(&["enum_value"])).body(Body::None),
        def("operation_definition", "operation").name(Name::Kinds(NAME)).body(Body::Kinds(&["selection_set"])),
        def("fragment_definition", "fragment").name(Name::Kinds(&["fragment_name"])).body(Body::Kinds(&["selection_set"])),
    ],
    descriptions: &["description"],
    ..Entry::NEW
};

const NAME: &[&str] = &["name"];

const FIELDS: &[&str] = &["fields_definition", "input_fields_definition", "enum_values_definition"];
