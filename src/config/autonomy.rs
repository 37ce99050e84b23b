//! Autonomy levels, and settings that exclude each other.

use std::fmt;

use super::Key;

/// How much is done without asking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Step by step.
    None,
    /// Goes on and builds.
    Basic,
    /// Refreshes context and commits too.
    Plus,
    /// Chooses context too.
    #[default]
    Semi,
    /// Applies too.
    Full,
}

impl Level {
    /// All levels, least first.
    pub const ALL: [Self; 5] = [Self::None, Self::Basic, Self::Plus, Self::Semi, Self::Full];

    /// The level's word.
    pub fn as_str(self) -> &'static str {
        ["none", "basic", "plus", "semi", "full"][self as usize]
    }

    /// Reads the level's word, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word))
    }

    /// What the level says of `key`; `None` when the key does not depend on it.
    pub fn switch(self, key: Key) -> Option<bool> {
        match key.info().kind {
            super::Kind::ByLevel(row) => Some(row[self as usize]),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A setting at a position.
pub(super) type Position = (Key, bool);

/// Two positions that cannot hold together; of two that are equally strong, the first stays.
pub(super) const EXCLUSIVE: &[(Position, Position)] = &[
    // Nothing can be applied that was not built.
    ((Key::AutoBuild, false), (Key::AutoApply, true)),
    ((Key::SkipCommit, true), (Key::AutoCommit, true)),
    ((Key::CanExec, false), (Key::AutoExec, true)),
    // A failure is only fed back by itself when the command also runs again by itself.
    ((Key::AutoExec, false), (Key::AutoDebug, true)),
];

/// A switch with the strength of the layer that set it.
pub(super) struct Held<R> {
    pub(super) key: Key,
    pub(super) on: bool,
    pub(super) rank: R,
    /// The setting that turned it over.
    pub(super) because: Option<Key>,
}

/// Turns over the weaker one of every two switches that exclude each other, until none do.
pub(super) fn settle<R: PartialOrd + Clone>(switches: &mut [Held<R>]) {
    // Each round that changes something carries a stronger rank one link further along a chain; the chains are shorter than the table.
    for _ in 0..=EXCLUSIVE.len() {
        for (first, second) in EXCLUSIVE {
            let (Some(a), Some(b)) = (holds(switches, *first), holds(switches, *second)) else { continue };
            let (winner, loser) = if switches[b].rank > switches[a].rank { (b, a) } else { (a, b) };
            let (because, rank) = (switches[winner].key, switches[winner].rank.clone());
            let turned = &mut switches[loser];
            (turned.on, turned.rank, turned.because) = (!turned.on, rank, Some(because));
        }
    }
}

fn holds<R>(switches: &[Held<R>], (key, on): Position) -> Option<usize> {
    switches.iter().position(|held| held.key == key && held.on == on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KEYS;

    #[test]
    fn each_level_is_its_column_of_the_table() {
        let column =
            |level: Level| -> Vec<&str> { KEYS.iter().filter(|info| level.switch(info.key) == Some(true)).map(|info| info.name).collect() };
        let basic = ["auto-continue", "auto-build"];
        let plus = ["auto-continue", "auto-build", "auto-update-context", "smart-context", "auto-commit"];
        let semi = ["auto-continue", "auto-build", "auto-update-context", "auto-load-context", "smart-context", "auto-commit"];
        let full =
            ["auto-continue", "auto-build", "auto-update-context", "auto-load-context", "smart-context", "auto-apply", "auto-commit"];
        assert_eq!(column(Level::None), Vec::<&str>::new());
        assert_eq!(column(Level::Basic), basic);
        assert_eq!(column(Level::Plus), plus);
        assert_eq!(column(Level::Semi), semi);
        assert_eq!(column(Level::Full), full);
        assert_eq!(Level::default(), Level::Semi);
        for level in Level::ALL {
            assert_eq!(Level::from_word(&level.to_string().to_uppercase()), Some(level));
        }
    }

    /// All positions of the seven switches, at all ranks out of three.
    fn every_case() -> impl Iterator<Item = Vec<Held<u32>>> {
        let keys = [Key::AutoBuild, Key::AutoApply, Key::SkipCommit, Key::AutoCommit, Key::CanExec, Key::AutoExec, Key::AutoDebug];
        (0..6u32.pow(7)).map(move |mut code| {
            let mut digit = || {
                let digit = code % 6;
                code /= 6;
                digit
            };
            let held = keys.map(|key| (key, digit()));
            held.into_iter().map(|(key, digit)| Held { key, on: digit % 2 == 1, rank: digit / 2, because: None }).collect()
        })
    }

    #[test]
    fn whatever_was_set_ends_without_contradiction_and_the_strongest_stays() {
        for mut switches in every_case() {
            let before: Vec<_> = switches.iter().map(|held| (held.on, held.rank)).collect();
            settle(&mut switches);
            for (first, second) in EXCLUSIVE {
                let both = holds(&switches, *first).is_some() && holds(&switches, *second).is_some();
                assert!(!both, "{first:?} and {second:?} after {before:?}");
            }
            for (held, (on, rank)) in switches.iter().zip(&before) {
                let turned = held.on != *on;
                assert!(!turned || held.because.is_some(), "{} has a reason after {before:?}", held.key);
                assert!(!turned || held.rank >= *rank, "{} gave way to something weaker after {before:?}", held.key);
            }
        }
    }

    #[test]
    fn of_two_equally_strong_settings_the_one_that_does_less_stays() {
        for (first, second) in EXCLUSIVE {
            let mut pair = [*second, *first].map(|(key, on)| Held { key, on, rank: 1, because: None });
            settle(&mut pair);
            assert_eq!((pair[0].on, pair[1].on), (!second.1, first.1), "{first:?}");
        }
    }
}
