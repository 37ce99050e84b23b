//! Keys that never print themselves, and the mask that hides them in any text.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Environment;

/// What stands where a key was.
const HIDDEN: &str = "***";

/// Values shorter than this are placeholders (`none`, `ollama`); hiding them would deface ordinary text.
const SHORTEST_KEY: usize = 8;

/// Endings of the names of variables that hold keys, besides those that a provider names.
const KEY_NAME_ENDINGS: &[&str] = &["_API_KEY", "_AUTH_TOKEN", "_SECRET_ACCESS_KEY", "_SESSION_TOKEN"];

/// A key; printing it in any way prints `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a key; white space around it, a trailing newline for example, is dropped.
    pub fn new(value: &str) -> Self {
        Self(value.trim().to_owned())
    }

    /// The key itself, for the header of a request and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// Hides every known key in a text; cheap to clone.
#[derive(Clone, Default)]
pub struct Mask {
    /// Longest first, so that a key that contains another is hidden whole.
    keys: Arc<[String]>,
}

impl Mask {
    /// A mask for the keys in `env`: the variables in `names`, and every other one that is named like a key.
    pub fn of<'a>(env: &Environment, names: impl IntoIterator<Item = &'a str>) -> Self {
        let named = names.into_iter().filter_map(|name| env.get(name));
        let alike = env.iter().filter(|(name, _)| KEY_NAME_ENDINGS.iter().any(|ending| name.ends_with(ending))).map(|(_, value)| value);
        Self::for_keys(named.chain(alike))
    }

    /// A mask for these keys.
    pub fn for_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let long = keys.into_iter().map(str::trim).filter(|key| key.len() >= SHORTEST_KEY);
        let mut keys: Vec<String> = long.map(str::to_owned).collect();
        keys.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        keys.dedup();
        Self { keys: keys.into() }
    }

    /// The text with `***` in the place of each key.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut masked = Cow::Borrowed(text);
        for key in self.keys.iter().filter(|key| text.contains(key.as_str())) {
            masked = Cow::Owned(masked.replace(key.as_str(), HIDDEN));
        }
        masked
    }
}

/// A [`Mask`] for text that comes in pieces: what may be the beginning of a key waits for what follows.
#[derive(Debug, Default)]
pub struct StreamMask {
    mask: Mask,
    held: String,
}

impl StreamMask {
    /// Masks by `mask`.
    pub fn new(mask: Mask) -> Self {
        Self { mask, held: String::new() }
    }

    /// Takes a piece and returns what can be shown.
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let masked = self.mask.text(&self.held).into_owned();
        let begins = |at: &usize| self.mask.keys.iter().any(|key| key.starts_with(&masked[*at..]));
        let from = masked.len().saturating_sub(self.mask.keys.first().map_or(0, String::len));
        let waits = (from..masked.len()).filter(|at| masked.is_char_boundary(*at)).find(begins).unwrap_or(masked.len());
        self.held = masked[waits..].to_owned();
        masked[..waits].to_owned()
    }

    /// Returns what has waited, at the end or before something else is shown.
    pub fn flush(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask({} keys)", self.keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_stars_only() {
        let secret = Secret::new("sk-abcdefgh\n");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
        assert_eq!(secret.expose(), "sk-abcdefgh");
    }

    #[test]
    fn every_known_key_is_masked_and_a_longer_one_first() {
        let mask = Mask::for_keys(["sk-abcdefgh", "sk-abcdefgh-2", "none"]);
        assert_eq!(mask.text("key sk-abcdefgh-2, key sk-abcdefgh, none"), "key ***, key ***, none");
        assert!(matches!(mask.text("no key here"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_key_is_masked_however_the_stream_cuts_it() {
        let text = "ü sk-abcdefgh-2 sk-abc sk-abcdefgh, sk-sk-abcdefgh";
        for size in 1..=text.len() {
            let mut stream = StreamMask::new(Mask::for_keys(["sk-abcdefgh", "sk-abcdefgh-2"]));
            let chars: Vec<char> = text.chars().collect();
            let shown: String = chars.chunks(size).map(|piece| stream.push(&String::from_iter(piece))).collect();
            let shown = shown + &stream.flush();
            assert!(!shown.contains("abcdefgh"), "{size}: {shown}");
            assert!(shown.starts_with("ü ***") && shown.contains(" sk-abc ***"), "{size}: {shown}");
        }
    }

    #[test]
    fn variables_named_like_keys_are_masked_without_being_configured() {
        let env = Environment::from_pairs([("MY_CORP_API_KEY", "abcdefghij"), ("LOCAL_KEY", "klmnopqrst"), ("PATH", "/usr/local/bin")]);
        let mask = Mask::of(&env, ["LOCAL_KEY"]);
        assert_eq!(mask.text("abcdefghij klmnopqrst /usr/local/bin"), "*** *** /usr/local/bin");
    }
}
