//! Groovy and Gradle.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::declarators;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const GROOVY: Entry = Entry {
    language: Language::Groovy,
    name: "groovy",
    grammar: Some(|| dekobon_tree_sitter_groovy::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["groovy", "gradle", "gvy", "gsh"],
    files: &["Jenkinsfile", "Jenkinsfile.*"],
    interpreters: &["groovy"],
    rules: &[
        def("package_declaration", "package"),
        scope("class_declaration", "class"),
        scope("interface_declaration", "interface"),
        scope("trait_declaration", "trait"),
        scope("enum_declaration", "enum"),
        scope("record_declaration", "record"),
        scope("annotation_type_declaration", "annotation"),
        def("method_declaration", "method"),
        def("constructor_declaration", "constructor"),
        value("field_declaration", "field").name(Name::From(declarators::names)).body(Body::From(declarators::value)),
        value("enum_constant", "constant"),
    ],
    skips: &["import_declaration"],
    ..Entry::NEW
};
