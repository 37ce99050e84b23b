//! Java.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::declarators;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const JAVA: Entry = Entry {
    language: Language::Java,
    name: "java",
    grammar: Some(|| tree_sitter_java::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["java", "jav"],
    rules: &[
        def("package_declaration", "package").name(Name::Kinds(&["scoped_identifier", "identifier"])),
        def("module_declaration", "module"),
        scope("class_declaration", "class"),
        scope("interface_declaration", "interface"),
        scope("enum_declaration", "enum"),
        scope("record_declaration", "record"),
        scope("annotation_type_declaration", "annotation"),
        def("method_declaration", "method"),
        def("constructor_declaration", "constructor"),
        def("compact_constructor_declaration", "constructor"),
        def("annotation_type_element_declaration", "method").body(Body::None),
        value("field_declaration", "field").name(Name::From(declarators::names)).body(Body::From(declarators::value)),
        value("constant_declaration", "field").name(Name::From(declarators::names)).body(Body::From(declarators::value)),
        scope("enum_constant", "constant"),
    ],
    skips: &["import_declaration", "static_initializer", "argument_list"],
    ..Entry::NEW
};
