//! PowerShell.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const POWERSHELL: Entry = Entry {
    language: Language::PowerShell,
    name: "powershell",
    grammar: Some(|| tree_sitter_powershell::LANGUAGE.into()),
    comments: &["#", "<#"],
    extensions: &["ps1", "psm1", "psd1"],
    interpreters: &["pwsh", "powershell"],
    rules: &[
        def("function_statement", "function").name(Name::Kinds(&["function_name"])).body(Body::Kinds(&["{"])),
        scope("class_statement", "class").name(Name::Kinds(&["simple_name"])).body(Body::Kinds(&["{"])),
        def("class_method_definition", "method").name(Name::Kinds(&["simple_name"])).body(Body::Kinds(&["{"])),
        value("class_property_definition", "property").name(Name::Kinds(&["variable"])).body(Body::Kinds(&["="])),
        scope("enum_statement", "enum").name(Name::Kinds(&["simple_name"])).body(Body::Kinds(&["{"])),
        value("enum_member", "member").name(Name::Kinds(&["simple_name"])).body(Body::None),
    ],
    trusted_errors: false,
    ..Entry::NEW
};
