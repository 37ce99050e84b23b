//! Things about settings that are worth a warning but stop nothing.

use std::fmt;

use super::Key;

/// A setting that is written somewhere and has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The dashed form in git config, where git's own style has no dashes.
    Dashed {
        /// As written.
        name: String,
        /// Where.
        origin: String,
        /// As it should be.
        instead: String,
    },
    /// No such setting.
    Unknown {
        /// As written.
        name: String,
        /// Where.
        origin: String,
        /// The setting that is written most like it.
        near: Option<&'static str>,
    },
    /// A setting without a use yet.
    NotOffered {
        /// As written.
        name: String,
        /// Where.
        origin: String,
    },
    /// A key in `plan.yml` that gives consent, which never travels with a plan.
    Consent {
        /// The key.
        key: Key,
    },
}

impl Notice {
    /// Tells apart why `name`, with its last part `key`, is not read.
    pub(super) fn unread(name: &str, key: &str, origin: &str) -> Self {
        let (name, origin) = (name.to_owned(), origin.to_owned());
        match Key::from_name(key) {
            Some(known) => Self::Dashed { instead: name.replace(key, known.info().git), name, origin },
            None => Self::Unknown { near: nearest(key), name, origin },
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dashed { name, origin, instead } => write!(f, "'{name}' in {origin} is not read: use '{instead}'"),
            Self::Unknown { name, origin, near: Some(near) } => write!(f, "'{name}' in {origin} is not a setting; did you mean '{near}'?"),
            Self::Unknown { name, origin, near: None } => write!(f, "'{name}' in {origin} is not a setting"),
            Self::NotOffered { name, origin } => write!(f, "'{name}' in {origin} has no effect in this version"),
            Self::Consent { key } => {
                write!(f, "the plan's own '{key}' is not obeyed: what may be done without asking is set in each clone")
            }
        }
    }
}

/// The dashed name that differs least from `given`, if it is near enough to be meant.
pub(super) fn nearest(given: &str) -> Option<&'static str> {
    let given = given.to_ascii_lowercase().replace('-', "");
    let far = |info: &super::KeyInfo| distance(&given, &info.name.replace('-', ""));
    let best = super::KEYS.iter().filter(|info| info.offered).min_by_key(|info| far(info))?;
    (far(best) <= 1 + given.len() / 5).then_some(best.name)
}

/// The edit distance of Levenshtein.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(nearest("auto-aply"), Some("auto-apply"));
        assert_eq!(nearest("autocontinu"), Some("auto-continue"));
        assert_eq!(nearest("colour"), None);
    }
}
