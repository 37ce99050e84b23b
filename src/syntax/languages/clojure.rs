//! Clojure and ClojureScript.

use tree_sitter::Node;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::rule::{Body, Name, def, scope};
use crate::syntax::walk::{child_of, text_of};

pub(super) const CLOJURE: Entry = Entry {
    language: Language::Clojure,
    name: "clojure",
    grammar: Some(|| tree_sitter_clojure_orchard::LANGUAGE.into()),
    comments: &[";", "#_"],
    extensions: &["clj", "cljs", "cljc", "edn", "bb", "cljd"],
    interpreters: &["clojure", "bb"],
    rules: &[
        def("list_lit", "module")
            .name(Name::From(name))
            .body(Body::From(|node, _| node.named_child(2)))
            .when(|node, text| is(node, text, &["ns"])),
        scope("list_lit", "type").name(Name::From(name)).body(Body::From(after_arguments)).when(|node, text| is(node, text, SCOPES)),
        def("list_lit", "method").name(Name::From(own_name)).body(Body::From(|node, _| child_of(node, &["str_lit"]))).when(is_member),
        def("list_lit", "function").name(Name::From(name)).body(Body::From(after_arguments)).when(is_definition),
    ],
    skips: &["str_lit", "map_lit", "dis_expr"],
    descriptions: &["str_lit"],
    ..Entry::NEW
};

const SCOPES: &[&str] = &["defprotocol", "defrecord", "deftype", "definterface"];

fn head(node: Node<'_>, text: &str) -> Option<String> {
    text_of(node.named_child(0).filter(|first| first.kind() == "sym_lit")?, text)
}

fn is(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    head(node, text).is_some_and(|head| names.contains(&head.as_str()))
}

fn is_definition(node: Node<'_>, text: &str) -> bool {
    head(node, text).is_some_and(|head| head.rsplit('/').next().unwrap_or(&head).starts_with("def"))
}

/// The name that is defined, without the words about it.
fn name(node: Node<'_>, text: &str) -> Option<String> {
    let second = node.named_child(1)?;
    let name = child_of(second, &["sym_name"]).unwrap_or(second);
    text_of(name, text)
}

/// What comes after the arguments; what has none ends after its name.
fn after_arguments<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let arguments =
        child_of(node, &["vec_lit"]).filter(|arguments| node.named_child(4).is_none_or(|last| arguments.start_byte() <= last.start_byte()));
    arguments.map_or_else(|| node.named_child(2), |arguments| arguments.next_sibling())
}

/// Whether a list is a function of the protocol around it.
fn is_member(node: Node<'_>, text: &str) -> bool {
    node.parent().is_some_and(|parent| parent.kind() == "list_lit" && is(parent, text, &["defprotocol", "definterface"]))
}

fn own_name(node: Node<'_>, text: &str) -> Option<String> {
    head(node, text)
}
