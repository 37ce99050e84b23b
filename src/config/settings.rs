//! Settings in force: one value per key, with its source.

use super::autonomy::{EXCLUSIVE, Held, Level, settle};
use super::keys::{KEYS, Key, Kind};
use super::layers::{Collected, FlagValue, Given, Layers, collect};
use super::source::{Layer, Source, Via};
use super::values::{self, Value};
use super::{Notice, SettingsError};

/// What to do when a reply writes to a file that it has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Ask the person.
    Ask,
    /// Load it and go on.
    Load,
    /// Leave the file alone.
    Skip,
    /// Take the block for the whole file.
    Overwrite,
}

/// Each choice with its word.
const MISSING: &[(&str, Missing)] =
    &[("ask", Missing::Ask), ("load", Missing::Load), ("skip", Missing::Skip), ("overwrite", Missing::Overwrite)];

impl Missing {
    /// The choice that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        MISSING.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice)
    }

    /// Its word.
    pub fn as_str(self) -> &'static str {
        MISSING.iter().find(|(_, choice)| *choice == self).map_or("ask", |(word, _)| word)
    }
}

/// What to do before a run when files that were applied are no longer in the working tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostApply {
    /// Ask the person; without one the run does not begin.
    Ask,
    /// Apply them again.
    Restore,
    /// Go on from what is there, without them.
    Rebase,
    /// Say so and go on.
    Warn,
}

/// Each choice with its word.
const LOST_APPLY: &[(&str, LostApply)] =
    &[("ask", LostApply::Ask), ("restore", LostApply::Restore), ("rebase", LostApply::Rebase), ("warn", LostApply::Warn)];

impl LostApply {
    /// The choice that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        LOST_APPLY.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice)
    }
}

/// The values in force.
#[derive(Debug, Clone)]
pub struct Settings {
    values: Vec<(Value, Source)>,
    notices: Vec<Notice>,
}

/// One line of `git plandex config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The setting.
    pub key: Key,
    /// Its value as text.
    pub value: String,
    /// Where the value comes from.
    pub source: String,
    /// What the setting does.
    pub meaning: &'static str,
}

impl Settings {
    /// Resolves all layers, strongest first: flag, `git -c`, environment, plan, worktree, repository, user, system, default.
    ///
    /// Within a layer a key that is set outright beats the layer's autonomy level.
    pub fn load(layers: &Layers<'_>) -> Result<Self, SettingsError> {
        refuse_contradiction(layers.flags)?;
        let Collected { mut given, notices } = collect(layers)?;
        // Stable: within a layer the order stays, and git's last value of a name wins.
        given.sort_by_key(|value| value.source.layer);
        let mut values: Vec<_> = KEYS.iter().map(|info| resolve(info.key, &given)).collect();
        couple(&mut values);
        Ok(Self { values, notices })
    }

    /// The built-in values.
    pub fn defaults() -> Self {
        Self { values: KEYS.iter().map(|info| resolve(info.key, &[])).collect(), notices: Vec::new() }
    }

    /// Whether a switch is on.
    ///
    /// # Panics
    /// When `key` is not a switch; its row in the table says so.
    pub fn bool(&self, key: Key) -> bool {
        match self.value(key) {
            Value::Switch(on) => *on,
            _ => panic!("{key} is not a switch"),
        }
    }

    /// The value of a number.
    ///
    /// # Panics
    /// When `key` is not a number; its row in the table says so.
    pub fn int(&self, key: Key) -> u64 {
        match self.value(key) {
            Value::Number(number) => *number,
            _ => panic!("{key} is not a number"),
        }
    }

    /// The value of a text or a choice; `None` for a text that is not set.
    pub fn text(&self, key: Key) -> Option<&str> {
        match self.value(key) {
            Value::Text(text) => text.as_deref(),
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The autonomy level in force.
    pub fn level(&self) -> Level {
        self.text(Key::AutoMode).and_then(Level::from_word).unwrap_or_default()
    }

    /// The keys whose value is not what the autonomy level says.
    pub fn off_level(&self) -> Vec<Key> {
        let level = self.level();
        let differs = |key: &Key| level.switch(*key).is_some_and(|on| on != self.bool(*key));
        KEYS.iter().map(|info| info.key).filter(differs).collect()
    }

    /// What to do about a file that the reply has not seen.
    pub fn missing(&self) -> Missing {
        self.text(Key::Missing).and_then(Missing::from_word).unwrap_or(Missing::Ask)
    }

    /// What to do about applied files that are no longer in the working tree.
    pub fn lost_apply(&self) -> LostApply {
        self.text(Key::LostApply).and_then(LostApply::from_word).unwrap_or(LostApply::Ask)
    }

    /// Where the value of `key` comes from.
    pub fn source(&self, key: Key) -> &Source {
        &self.values[key as usize].1
    }

    /// Every setting that can be set, for a listing.
    pub fn rows(&self) -> Vec<Row> {
        let row = |key: Key| Row { key, value: self.shown(key), source: self.source(key).to_string(), meaning: key.info().meaning };
        KEYS.iter().filter(|info| info.offered).map(|info| row(info.key)).collect()
    }

    /// What is written somewhere and has no effect.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn shown(&self, key: Key) -> String {
        self.value(key).to_text()
    }

    fn value(&self, key: Key) -> &Value {
        &self.values[key as usize].0
    }
}

/// Finds the value of `key`; `given` is sorted, weakest layer first.
fn resolve(key: Key, given: &[Given]) -> (Value, Source) {
    let mut layers: Vec<Layer> = given.iter().map(|value| value.source.layer).collect();
    layers.dedup();
    let found = layers.iter().rev().find_map(|layer| from_layer(key, *layer, given));
    found.unwrap_or_else(|| built_in(key))
}

fn from_layer(key: Key, layer: Layer, given: &[Given]) -> Option<(Value, Source)> {
    let last = |key: Key| given.iter().rev().find(|value| value.source.layer == layer && value.key == key);
    if let Some(own) = last(key) {
        return Some((own.value.clone(), own.source.clone()));
    }
    let mode = last(Key::AutoMode)?;
    let Value::Word(word) = mode.value else { return None };
    let level = Level::from_word(word)?;
    let on = level.switch(key)?;
    // A plan that came from elsewhere may take consent away but never give it.
    let refused = layer == Layer::Plan && key.info().consent && on;
    (!refused).then(|| (Value::Switch(on), Source { via: Via::Level(level), ..mode.source.clone() }))
}

fn built_in(key: Key) -> (Value, Source) {
    let value = match key.info().kind {
        Kind::Switch(on) => Value::Switch(on),
        Kind::ByLevel(row) => Value::Switch(row[Level::default() as usize]),
        Kind::Choice(at, words) => Value::Word(words[at]),
        Kind::Number(number, ..) => Value::Number(number),
        Kind::Text | Kind::Money => Value::Text(None),
    };
    let level = matches!(key.info().kind, Kind::ByLevel(_)).then_some(Via::Level(Level::default()));
    (value, Source { via: level.unwrap_or(Via::Itself), ..Source::built_in() })
}

/// Turns over what contradicts something stronger; configuration that contradicts itself is never an error.
fn couple(values: &mut [(Value, Source)]) {
    let switch = |(info, (value, source)): (&super::KeyInfo, &(Value, Source))| match value {
        Value::Switch(on) => Some(Held { key: info.key, on: *on, rank: source.rank(), because: None }),
        _ => None,
    };
    let mut switches: Vec<_> = KEYS.iter().zip(values.iter()).filter_map(switch).collect();
    settle(&mut switches);
    for held in switches {
        let turned = values[held.key as usize].0 != Value::Switch(held.on);
        let Some(because) = held.because.filter(|_| turned) else { continue };
        let source = Source { via: Via::Coupling(because), ..values[because as usize].1.clone() };
        values[held.key as usize] = (Value::Switch(held.on), source);
    }
}

fn refuse_contradiction(flags: &[FlagValue]) -> Result<(), SettingsError> {
    let given =
        |(key, on): (Key, bool)| flags.iter().find(|f| f.key == key && values::parse(key, Some(&f.value)) == Some(Value::Switch(on)));
    let clash = EXCLUSIVE.iter().find_map(|(first, second)| given(*first).zip(given(*second)));
    match clash {
        Some((first, second)) => Err(SettingsError::Contradiction { first: first.flag.into(), second: second.flag.into() }),
        None => Ok(()),
    }
}
