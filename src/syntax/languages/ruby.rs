//! Ruby.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope, value};
use crate::syntax::walk::text_of;

pub(super) const RUBY: Entry = Entry {
    language: Language::Ruby,
    name: "ruby",
    grammar: Some(|| tree_sitter_ruby::LANGUAGE.into()),
    comments: &["#", "=begin"],
    extensions: &["rb", "rake", "gemspec", "ru", "rbw", "rbi", "podspec", "jbuilder", "thor"],
    files: &[
        "Gemfile",
        "Rakefile",
        "Guardfile",
        "Capfile",
        "Vagrantfile",
        "Brewfile",
        "Podfile",
        "Fastfile",
        "Appfile",
        "Berksfile",
        "Thorfile",
        "Dangerfile",
        "Steepfile",
        ".irbrc",
        ".pryrc",
        ".simplecov",
    ],
    interpreters: &["ruby", "jruby", "rake"],
    rules: &[
        scope("module", "module"),
        scope("class", "class"),
        scope("singleton_class", "class").name(Name::Field("value")),
        def("method", "method"),
        def("singleton_method", "method"),
        def("alias", "alias").body(Body::None),
        value("assignment", "constant").name(Name::Field("left")).body(Body::Field("right")).when(is_constant),
        value("call", "accessor").name(Name::From(arguments)).body(Body::None).when(declares),
        scope("call", "block").name(Name::Signature).body(Body::Field("block")).when(is_block),
    ],
    ..Entry::NEW
};

fn is_constant(node: Node<'_>, _: &str) -> bool {
    node.child_by_field_name("left").is_some_and(|left| left.kind() == "constant")
}

/// Methods that define what their arguments name.
const DECLARING: &[&str] = &[
    "attr_accessor",
    "attr_reader",
    "attr_writer",
    "define_method",
    "has_many",
    "has_one",
    "belongs_to",
    "scope",
    "alias_method",
    "delegate",
];

/// Methods whose blocks a reader looks for in files without classes.
const BLOCKS: &[&str] =
    &["task", "namespace", "describe", "context", "group", "target", "shared_examples", "shared_context", "included", "class_methods"];

fn called(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    let name = node.child_by_field_name("method").and_then(|name| text_of(name, text));
    let receiver = node.child_by_field_name("receiver").and_then(|receiver| text_of(receiver, text));
    receiver.is_none_or(|receiver| receiver == "RSpec") && name.is_some_and(|name| names.contains(&name.as_str()))
}

fn declares(node: Node<'_>, text: &str) -> bool {
    called(node, text, DECLARING)
}

fn is_block(node: Node<'_>, text: &str) -> bool {
    called(node, text, BLOCKS) && node.child_by_field_name("block").is_some()
}

/// The names among the arguments of a call.
fn arguments(node: Node<'_>, text: &str) -> Option<String> {
    let arguments = node.child_by_field_name("arguments")?;
    let mut cursor = arguments.walk();
    let symbols = arguments.named_children(&mut cursor).filter(|argument| matches!(argument.kind(), "simple_symbol" | "string"));
    let names = symbols.filter_map(|symbol| text_of(symbol, text));
    Some(names.map(|name| name.trim_matches([':', '"', '\'']).to_owned()).collect::<Vec<_>>().join(", "))
}
