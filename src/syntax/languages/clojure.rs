//! Clojure and ClojureScript.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const CLOJURE: Entry = Entry {
    language: Language::Clojure,
    name: "clojure",
    grammar: Some(|| tree_sitter_clojure_orchard::LANGUAGE.into()),
    comments: &[";", "#_"],
    extensions: &["clj", "cljs", "cljc", "edn", "bb", "cljd"],
    interpreters: &["clojure", "bb"],
    ..Entry::NEW
};
