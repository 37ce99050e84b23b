//! Identifiers: entities, objects, plan and branch names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// The id of an entity of a plan: a ULID in its canonical 26 characters, upper case.
///
/// Ids order by time; within one plan a new one is greater than every one before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(Ulid);

impl EntityId {
    /// The milliseconds since the Unix epoch that the id was made at.
    pub fn timestamp_ms(&self) -> u64 {
        self.0.timestamp_ms()
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EntityId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Ulid::from_string(text).map_err(|error| format!("'{text}' is not an entity id: {error}"))?;
        if id.to_string() != text {
            return Err(format!("'{text}' is not an entity id in its canonical form"));
        }
        Ok(Self(id))
    }
}

impl Serialize for EntityId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes entity ids that only grow.
///
/// Time and randomness come in as values, so that a caller can fix both in a test.
#[derive(Debug, Clone)]
pub struct IdSource {
    last: Ulid,
}

impl IdSource {
    /// Makes ids greater than `floor`, the greatest id of the plan.
    pub fn after(floor: Option<EntityId>) -> Self {
        Self { last: floor.map_or(Ulid::nil(), |id| id.0) }
    }

    /// Makes the next id from the time in milliseconds since the Unix epoch and random bits.
    ///
    /// Falls back to the successor of the last id when the clock stands still or runs backwards.
    pub fn next(&mut self, now_ms: u64, random: u128) -> EntityId {
        let made = Ulid::from_parts(now_ms, random);
        // 2^80 ids within one millisecond cannot be made, so an increment always exists.
        self.last = if made > self.last { made } else { self.last.increment().unwrap_or(made) };
        EntityId(self.last)
    }
}

/// The id of a git object in hexadecimal; opaque, of either hash's length.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ObjectId(String);

impl ObjectId {
    /// Takes lower-case hexadecimal digits of either hash's length.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let ok = matches!(hex.len(), 40 | 64) && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        ok.then(|| Self(hex.to_owned()))
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first ten digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..10.min(self.0.len())]
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is not an object id")))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plan's or branch's name in a ref: `[a-z0-9][a-z0-9-]{0,49}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// A name that is not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a name: use 1 to 50 of a-z, 0-9 and '-', beginning with a letter or digit")]
pub struct InvalidSlug(pub String);

impl Slug {
    /// The most characters that a slug may have.
    pub const MAX: usize = 50;

    /// Makes a slug from free text: ASCII letters and digits of the first `words` words, joined by dashes.
    ///
    /// Returns `None` when nothing usable is left.
    pub fn from_text(text: &str, words: usize) -> Option<Self> {
        let joined = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(words)
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
            .join("-");
        let cut = joined.get(..Self::MAX).unwrap_or(&joined).trim_end_matches('-');
        cut.parse().ok()
    }

    /// The same name with `-<n>` at its end, shortened to fit.
    pub fn numbered(&self, n: usize) -> Self {
        let suffix = format!("-{n}");
        let keep = self.0.len().min(Self::MAX - suffix.len());
        Self(format!("{}{suffix}", self.0[..keep].trim_end_matches('-')))
    }

    /// The branch that every plan begins with.
    pub fn main() -> Self {
        Self("main".into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let ok = (1..=Self::MAX).contains(&bytes.len())
            && bytes[0] != b'-'
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-');
        if ok { Ok(Self(text.to_owned())) } else { Err(InvalidSlug(text.to_owned())) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which plan branch: `<plan>/<branch>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlanRef {
    /// The plan.
    pub plan: Slug,
    /// The branch of the plan.
    pub branch: Slug,
}

impl PlanRef {
    /// The main branch of `plan`.
    pub fn main_of(plan: Slug) -> Self {
        Self { plan, branch: Slug::main() }
    }
}

impl fmt::Display for PlanRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.plan, self.branch)
    }
}

impl FromStr for PlanRef {
    type Err = InvalidSlug;

    /// Reads `<plan>/<branch>`, or `<plan>` for its main branch.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((plan, branch)) => Ok(Self { plan: plan.parse()?, branch: branch.parse()? }),
            None => Ok(Self::main_of(text.parse()?)),
        }
    }
}

impl Serialize for PlanRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_when_the_clock_runs_backwards() {
        let mut ids = IdSource::after(None);
        let first = ids.next(2_000, 7);
        let second = ids.next(1_000, 3);
        assert!(second > first);
        assert_eq!(first.to_string().parse::<EntityId>(), Ok(first));
    }

    #[test]
    fn slugs_are_what_a_ref_can_hold() {
        assert!("a-b2".parse::<Slug>().is_ok());
        for bad in ["", "-a", "A", "a_b", "a/b", "a.lock", &"x".repeat(51)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
        assert_eq!(Slug::from_text("Add JWT auth to the user service!", 4).map(|s| s.to_string()), Some("add-jwt-auth-to".into()));
        assert_eq!(Slug::from_text("…", 3), None);
        assert_eq!("x".repeat(50).parse::<Slug>().map(|s| s.numbered(12).as_str().len()), Ok(50));
    }
}
