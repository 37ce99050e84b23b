//! HCL, the language of Terraform.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, scope, value};
use crate::syntax::walk::{child_of, text_of};

pub(super) const HCL: Entry = Entry {
    language: Language::Hcl,
    name: "hcl",
    grammar: Some(|| tree_sitter_hcl::LANGUAGE.into()),
    comments: &["#", "//", "/*"],
    extensions: &["hcl", "tf", "tfvars", "tofu", "nomad"],
    files: &[".terraformrc"],
    rules: &[
        scope("block", "block").name(Name::From(block_name)).body(Body::Kinds(&["block_start"])),
        value("attribute", "attribute").name(Name::Kinds(&["identifier"])).body(Body::None).when(is_told),
    ],
    map_depth: 2,
    ..Entry::NEW
};

/// A block's type and labels: `resource aws_instance web`.
fn block_name(node: Node<'_>, text: &str) -> Option<String> {
    let mut cursor = node.walk();
    let words = node.named_children(&mut cursor).take_while(|child| child.kind() != "block_start");
    let words: Vec<String> = words.filter_map(|word| text_of(word, text)).map(|word| word.trim_matches('"').to_owned()).collect();
    Some(words.join(" "))
}

/// Whether the attribute stands in no block, in `locals`, or says what a variable or module is.
fn is_told(node: Node<'_>, text: &str) -> bool {
    let block = node.parent().and_then(|body| body.parent()).filter(|block| block.kind() == "block");
    let Some(block) = block.and_then(|block| text_of(child_of(block, &["identifier"])?, text)) else { return true };
    let name = child_of(node, &["identifier"]).and_then(|name| text_of(name, text)).unwrap_or_default();
    block == "locals" || matches!(name.as_str(), "type" | "source" | "description")
}
