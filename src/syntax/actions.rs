//! What a walk does at each kind of node.

use std::sync::OnceLock;

use crate::syntax::Language;
use crate::syntax::languages::{ENTRIES, Entry};

/// What to do at a node.
#[derive(Clone, Copy)]
pub(super) enum Action {
    /// Look inside.
    Enter,
    /// Look inside for an outline, not for a map.
    Deep,
    /// Look inside for functions and types, not for values: it is a block of statements, or broken.
    Local,
    Skip,
    Comment,
    Attribute,
    Wrap,
    /// Try the rules with these indexes.
    Define {
        first: u16,
        end: u16,
    },
}

/// What to do at each kind of node by its id, made once per language.
pub(super) fn actions(language: Language) -> &'static [Action] {
    static ACTIONS: [OnceLock<Vec<Action>>; 64] = [const { OnceLock::new() }; 64];
    debug_assert!(ENTRIES.len() <= ACTIONS.len(), "one cell for each language");
    ACTIONS[language as usize].get_or_init(|| {
        let Some(grammar) = language.grammar() else { return Vec::new() };
        let kind = |id: usize| grammar.node_kind_for_id(u16::try_from(id).unwrap_or(u16::MAX)).unwrap_or_default();
        let named = |id: usize| grammar.node_kind_is_named(u16::try_from(id).unwrap_or(u16::MAX));
        let act = |id: usize| if named(id) { action(language.entry(), kind(id)) } else { Action::Enter };
        (0..grammar.node_kind_count()).map(act).collect()
    })
}

fn action(entry: &Entry, kind: &str) -> Action {
    let index = |at: usize| u16::try_from(at).expect("tables of rules are short");
    if let Some(first) = entry.rules.iter().position(|rule| rule.node == kind) {
        let count = entry.rules[first..].iter().take_while(|rule| rule.node == kind).count();
        return Action::Define { first: index(first), end: index(first + count) };
    }
    let tables = [
        (entry.skips, Action::Skip),
        (entry.deep, Action::Deep),
        (entry.wraps, Action::Wrap),
        (entry.attributes, Action::Attribute),
        (entry.blocks, Action::Local),
    ];
    let listed = tables.iter().find(|(kinds, _)| kinds.contains(&kind)).map(|(_, action)| *action);
    let comment = kind.to_ascii_lowercase().contains("comment") || kind == "haddock";
    listed.unwrap_or(if comment { Action::Comment } else { Action::Enter })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_names_nodes_of_its_grammar() {
        let mut wrong = Vec::new();
        for language in Language::all() {
            let Some(grammar) = language.grammar() else { continue };
            let ids = 0..u16::try_from(grammar.node_kind_count()).expect("ids are small");
            let kinds: BTreeSet<&str> = ids.filter_map(|id| grammar.node_kind_for_id(id)).collect();
            let entry = language.entry();
            let rules = entry.rules.iter().flat_map(|rule| std::iter::once(rule.node).chain(rule.within));
            let lists = [entry.skips, entry.deep, entry.wraps, entry.attributes, entry.blocks, entry.descriptions].concat();
            wrong.extend(rules.chain(lists).filter(|kind| *kind != "ERROR" && !kinds.contains(kind)).map(|kind| (language, kind)));
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn rules_of_one_node_stand_together() {
        for language in Language::all() {
            let mut seen = BTreeSet::new();
            for group in language.entry().rules.chunk_by(|one, other| one.node == other.node) {
                assert!(seen.insert(group[0].node), "{}: {}", language.name(), group[0].node);
            }
        }
    }

    #[test]
    fn every_language_tells_definitions() {
        for language in Language::all() {
            let entry = language.entry();
            assert!(!entry.rules.is_empty() || entry.scanner.is_some(), "{}", entry.name);
        }
    }
}
