//! Scala.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const SCALA: Entry = Entry {
    language: Language::Scala,
    name: "scala",
    grammar: Some(|| tree_sitter_scala::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["scala", "sc", "sbt"],
    interpreters: &["scala", "amm", "scala-cli"],
    rules: &[
        scope("package_clause", "package"),
        scope("class_definition", "class"),
        scope("object_definition", "object"),
        scope("package_object", "object"),
        scope("trait_definition", "trait"),
        scope("enum_definition", "enum"),
        scope("extension_definition", "extension").name(Name::Signature),
        def("given_definition", "given").name(Name::Signature),
        def("function_definition", "function"),
        def("function_declaration", "function"),
        value("val_definition", "value").name(Name::Field("pattern")),
        value("var_definition", "variable").name(Name::Field("pattern")),
        value("val_declaration", "value"),
        value("var_declaration", "variable"),
        def("type_definition", "type").body(Body::None),
        value("simple_enum_case", "case"),
        def("full_enum_case", "case"),
    ],
    skips: &["import_declaration", "export_declaration"],
    ..Entry::NEW
};
