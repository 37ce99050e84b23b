//! Values of settings, read from text.

use super::keys::{Key, Kind};
use crate::plan::nano_dollars;

/// A value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Switch(bool),
    Word(&'static str),
    Number(u64),
    Text(Option<String>),
}

impl Value {
    /// The value as it is written in git config.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Switch(on) => on.to_string(),
            Self::Word(word) => (*word).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone().unwrap_or_default(),
        }
    }
}

/// Words for on and off: git's own (`git help config`, "boolean"), and those of the assistants that people come from.
const SWITCH_WORDS: &[(bool, &[&str])] = &[
    (true, &["true", "yes", "on", "1", "y", "t", "enabled", "enable"]),
    (false, &["false", "no", "off", "0", "", "n", "f", "disabled", "disable"]),
];

/// git's suffixes of whole numbers.
const SUFFIXES: &[(char, u64)] = &[('k', 1 << 10), ('m', 1 << 20), ('g', 1 << 30)];

/// Reads `text` as a value of `key`; `None` for the text means a key without `=`, which is true.
pub(super) fn parse(key: Key, text: Option<&str>) -> Option<Value> {
    match key.info().kind {
        Kind::Switch(_) | Kind::ByLevel(_) => text.map_or(Some(true), switch).map(Value::Switch),
        Kind::Choice(_, words) => {
            let given = text?.trim().to_ascii_lowercase();
            words.iter().find(|word| **word == given).map(|word| Value::Word(word))
        }
        Kind::Number(_, least, most) => number(text?.trim()).filter(|n| (least..=most).contains(n)).map(Value::Number),
        Kind::Money => {
            let amount = text?.trim().trim_start_matches('$');
            let valid = amount.is_empty() || nano_dollars(amount).is_some();
            valid.then(|| Value::Text(Some(amount.to_owned()).filter(|amount| !amount.is_empty())))
        }
        Kind::Text => {
            text.filter(|text| !text.contains(char::is_control)).map(|text| Value::Text(Some(text.to_owned()).filter(|t| !t.is_empty())))
        }
    }
}

fn switch(text: &str) -> Option<bool> {
    let word = text.trim().to_ascii_lowercase();
    SWITCH_WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(on, _)| *on).or_else(|| number(&word).map(|n| n != 0))
}

fn number(text: &str) -> Option<u64> {
    let suffix = text.chars().last().and_then(|last| SUFFIXES.iter().find(|(c, _)| *c == last.to_ascii_lowercase()));
    match suffix {
        Some((_, factor)) => text[..text.len() - 1].parse::<u64>().ok()?.checked_mul(*factor),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_take_the_words_of_git_and_of_people() {
        for word in ["yes", "on", "TRUE", "1", "enabled", "t", "y", "Y", "2"] {
            assert_eq!(parse(Key::AutoBuild, Some(word)), Some(Value::Switch(true)), "{word}");
        }
        for word in ["no", "off", "False", "0", "", "disabled", "f", "n"] {
            assert_eq!(parse(Key::AutoBuild, Some(word)), Some(Value::Switch(false)), "{word:?}");
        }
        assert_eq!(parse(Key::AutoBuild, None), Some(Value::Switch(true)), "a key without a value is true in git");
        assert_eq!(parse(Key::AutoBuild, Some("maybe")), None);
    }

    #[test]
    fn words_and_numbers_are_checked() {
        assert_eq!(parse(Key::AutoMode, Some(" Full ")), Some(Value::Word("full")));
        assert_eq!(parse(Key::AutoMode, Some("custom")), None);
        assert_eq!(parse(Key::AutoMode, None), None);
        assert_eq!(parse(Key::MaxReplies, Some("150")), Some(Value::Number(150)));
        for bad in ["0", "-1", "201", "1k", "many", "99999999999g", "k", ""] {
            assert_eq!(parse(Key::MaxReplies, Some(bad)), None, "{bad}");
        }
        assert_eq!(parse(Key::MaxCost, Some("$2.50")), Some(Value::Text(Some("2.50".to_owned()))));
        for bad in ["-1", "two", "1e3", "1,50"] {
            assert_eq!(parse(Key::MaxCost, Some(bad)), None, "{bad}");
        }
        assert_eq!(parse(Key::Editor, Some("")), Some(Value::Text(None)));
        assert_eq!(parse(Key::Editor, Some("vim\u{1b}[2J")), None);
    }
}
