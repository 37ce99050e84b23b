//! C#.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::languages::declarators;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const CSHARP: Entry = Entry {
    language: Language::CSharp,
    name: "csharp",
    grammar: Some(|| tree_sitter_c_sharp::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["cs", "csx", "cake"],
    interpreters: &["dotnet-script"],
    rules: &[
        scope("namespace_declaration", "namespace"),
        def("file_scoped_namespace_declaration", "namespace").body(Body::Kinds(&[";"])),
        scope("class_declaration", "class"),
        scope("struct_declaration", "struct"),
        scope("interface_declaration", "interface"),
        scope("record_declaration", "record"),
        scope("enum_declaration", "enum"),
        value("enum_member_declaration", "member"),
        def("delegate_declaration", "delegate"),
        def("method_declaration", "method"),
        def("constructor_declaration", "constructor"),
        def("destructor_declaration", "destructor"),
        def("operator_declaration", "operator").name(Name::From(operator)),
        def("conversion_operator_declaration", "operator").name(Name::Field("type")),
        def("property_declaration", "property").body(Body::From(accessors)),
        def("indexer_declaration", "indexer").name(Name::From(|_, _| Some("this".to_owned()))).body(Body::From(accessors)),
        def("event_declaration", "event").body(Body::Field("accessors")),
        value("event_field_declaration", "event").name(Name::From(declarators::names)).body(Body::From(declarators::value)),
        value("field_declaration", "field").name(Name::From(declarators::names)).body(Body::From(declarators::value)),
        def("local_function_statement", "function"),
    ],
    skips: &["using_directive", "accessor_list"],
    trusted_errors: false,
    ..Entry::NEW
};

fn accessors<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    node.child_by_field_name("accessors").or_else(|| node.child_by_field_name("value"))
}

fn operator(node: Node<'_>, text: &str) -> Option<String> {
    text_of(node.child_by_field_name("operator")?, text)
}
