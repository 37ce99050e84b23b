//! GraphQL schemas and queries.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;

pub(super) const GRAPHQL: Entry = Entry {
    language: Language::Graphql,
    name: "graphql",
    grammar: Some(|| tree_sitter_graphql::LANGUAGE.into()),
    comments: &["#"],
    extensions: &["graphql", "graphqls", "gql"],
    ..Entry::NEW
};
