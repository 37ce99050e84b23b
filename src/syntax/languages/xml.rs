//! XML.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const XML: Entry = Entry {
    language: Language::Xml,
    name: "xml",
    grammar: Some(|| tree_sitter_xml::LANGUAGE_XML.into()),
    comments: &["<!--"],
    extensions: &[
        "xml",
        "xsd",
        "xsl",
        "xslt",
        "wsdl",
        "xaml",
        "axaml",
        "plist",
        "resx",
        "svg",
        "rss",
        "atom",
        "csproj",
        "fsproj",
        "vbproj",
        "vcxproj",
        "props",
        "targets",
        "nuspec",
        "pom",
        "storyboard",
        "xib",
        "ui",
        "iml",
    ],
    files: &["web.config", "nuget.config", "packages.config"],
    rules: &[
        value("element", "element").name(Name::From(name)).body(Body::None).when(is_leaf),
        scope("element", "element").name(Name::From(name)).body(Body::Kinds(&["content", "ETag"])),
    ],
    map_depth: 3,
    ..Entry::NEW
};

/// The tag, with the id or name where it has one.
fn name(node: Node<'_>, text: &str) -> Option<String> {
    let start = child_of(node, &["STag", "EmptyElemTag"])?;
    let tag = text_of(child_of(start, &["Name"])?, text)?;
    let mut cursor = start.walk();
    let mut attributes = start.named_children(&mut cursor).filter(|child| child.kind() == "Attribute");
    let named = attributes.find(|attribute| {
        let name = child_of(*attribute, &["Name"]).and_then(|name| text_of(name, text));
        name.is_some_and(|name| matches!(name.as_str(), "id" | "name" | "Name" | "x:Name" | "Include"))
    });
    let value = named.and_then(|attribute| text_of(child_of(attribute, &["AttValue"])?, text));
    Some(value.map_or(tag.clone(), |value| format!("{tag}#{}", value.trim_matches(['"', '\'']))))
}

/// Whether an element holds only a short text.
fn is_leaf(node: Node<'_>, _: &str) -> bool {
    let inside = child_of(node, &["content"]).is_none_or(|content| child_of(content, &["element"]).is_none());
    inside && node.end_byte() - node.start_byte() < 120
}
