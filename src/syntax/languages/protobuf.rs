//! Protocol buffers.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};

pub(super) const PROTOBUF: Entry = Entry {
    language: Language::Protobuf,
    name: "protobuf",
    grammar: Some(|| tree_sitter_proto::LANGUAGE.into()),
    comments: &["//", "/*"],
    extensions: &["proto"],
    rules: &[
        def("package", "package").name(Name::Kinds(&["full_ident"])).body(Body::None),
        scope("message", "message").name(Name::Kinds(&["message_name"])).body(Body::Kinds(&["message_body"])),
        scope("enum", "enum").name(Name::Kinds(&["enum_name"])).body(Body::Kinds(&["enum_body"])),
        scope("service", "service").name(Name::Kinds(&["service_name"])).body(Body::Kinds(&["{"])),
        scope("extend", "extend").name(Name::Kinds(&["full_ident"])).body(Body::Kinds(&["message_body"])),
        scope("oneof", "oneof").name(Name::Kinds(&["identifier"])).body(Body::Kinds(&["{"])),
        scope("group", "group").name(Name::Kinds(&["message_name"])).body(Body::Kinds(&["message_body"])),
        def("rpc", "rpc").name(Name::Kinds(&["rpc_name"])).body(Body::Kinds(&["{"])),
        value("field", "field").name(Name::Kinds(&["identifier"])).body(Body::None),
        value("map_field", "field").name(Name::Kinds(&["identifier"])).body(Body::None),
        value("oneof_field", "field").name(Name::Kinds(&["identifier"])).body(Body::None),
        value("enum_field", "value").name(Name::Kinds(&["identifier"])).body(Body::None),
    ],
    skips: &["import", "option"],
    ..Entry::NEW
};
