//! What TypeScript with and without JSX have in common.

use crate::syntax::languages::ecmascript;
use crate::syntax::rule::{Body, Name, Rule, def, scope, value};

pub(super) const WRAPS: &[&str] = &["export_statement", "lexical_declaration", "variable_declaration", "ambient_declaration"];

pub(super) const RULES: &[Rule] = &[
    ecmascript::CLASS,
    ecmascript::CLASS_EXPRESSION,
    ecmascript::DEFAULT_CLASS,
    ecmascript::FUNCTION,
    ecmascript::GENERATOR,
    ecmascript::METHOD,
    ecmascript::FUNCTION_VARIABLE,
    ecmascript::CLASS_VARIABLE,
    ecmascript::OBJECT_VARIABLE,
    ecmascript::REQUIRED,
    ecmascript::VARIABLE,
    ecmascript::FUNCTION_PROPERTY,
    ecmascript::CLASS_PROPERTY,
    ecmascript::OBJECT_PROPERTY,
    ecmascript::PROPERTY,
    ecmascript::METHOD_PAIR,
    ecmascript::OBJECT_PAIR,
    ecmascript::PAIR,
    scope("abstract_class_declaration", "class"),
    scope("interface_declaration", "interface"),
    scope("enum_declaration", "enum"),
    scope("internal_module", "namespace"),
    scope("module", "module"),
    def("function_signature", "function"),
    def("method_signature", "method").within("interface_body"),
    def("method_signature", "method").within("class_body"),
    def("abstract_method_signature", "method"),
    value("property_signature", "property").within("interface_body"),
    value("public_field_definition", "field"),
    value("enum_assignment", "member"),
    value("property_identifier", "member").name(Name::Signature).within("enum_body"),
    def("type_alias_declaration", "type").body(Body::None),
];
