//! XML.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

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
    ..Entry::NEW
};
