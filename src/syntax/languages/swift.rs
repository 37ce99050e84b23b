//! Swift.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const SWIFT: Entry = Entry {
    language: Language::Swift,
    name: "swift",
    grammar: Some(|| tree_sitter_swift::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["swift", "swiftinterface"],
    interpreters: &["swift"],
    rules: &[
        scope("class_declaration", "class"),
        scope("protocol_declaration", "protocol"),
        def("function_declaration", "function"),
        def("protocol_function_declaration", "function"),
        def("init_declaration", "init").name(Name::From(|_, _| Some("init".to_owned()))),
        def("deinit_declaration", "deinit").name(Name::From(|_, _| Some("deinit".to_owned()))),
        def("subscript_declaration", "subscript")
            .name(Name::From(|_, _| Some("subscript".to_owned())))
            .body(Body::Kinds(&["computed_property"])),
        value("property_declaration", "property").body(Body::Kinds(&["computed_property", "="])),
        def("protocol_property_declaration", "property"),
        def("typealias_declaration", "type").body(Body::None),
        def("associatedtype_declaration", "type"),
        value("enum_entry", "case").body(Body::None),
        def("macro_declaration", "macro").name(Name::Kinds(&["simple_identifier"])),
        def("operator_declaration", "operator").name(Name::Kinds(&["custom_operator"])),
    ],
    skips: &["import_declaration"],
    ..Entry::NEW
};
