//! Keys that never print themselves, and the mask that hides them in any text.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Environment;

/// What stands where a key was.
pub const HIDDEN: &str = "***";

/// Values shorter than this are placeholders (`none`, `ollama`); hiding them would deface ordinary text.
const SHORTEST_KEY: usize = 8;

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
    /// Longest first, so that a key that contains another is hidden whole; each with its variable, if that is known.
    keys: Arc<[(String, String)]>,
}

/// The variable of Google's credentials: the path of a file, or its text.
const GOOGLE: &str = "GOOGLE_APPLICATION_CREDENTIALS";

/// The parts of that text which are secrets.
const GOOGLE_SECRETS: [&str; 3] = ["client_secret", "refresh_token", "private_key"];

/// The secrets in Google's credentials; none where those cannot be read, as nobody can use them then.
fn google_secrets(env: &Environment) -> Vec<String> {
    let Some(value) = env.get(GOOGLE) else { return Vec::new() };
    let text = if value.trim_start().starts_with('{') { value.to_owned() } else { std::fs::read_to_string(value).unwrap_or_default() };
    let Ok(parts) = serde_json::from_str::<serde_json::Value>(&text) else { return Vec::new() };
    GOOGLE_SECRETS.iter().filter_map(|part| Some(parts.get(part)?.as_str()?.to_owned())).collect()
}

impl Mask {
    /// A mask for the keys in `env`: the variables in `names`, and every other one that is named like a key.
    pub fn of<'a>(env: &Environment, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<String> = names.into_iter().map(str::to_owned).chain(env.key_variables()).collect();
        let parts = google_secrets(env);
        let parts = parts.iter().map(|part| (part.as_str(), GOOGLE));
        Self::new(names.iter().filter_map(|name| Some((env.get(name)?, name.as_str()))).chain(parts))
    }

    /// A mask for these keys.
    pub fn for_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(keys.into_iter().map(|key| (key, "")))
    }

    fn new<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let long = keys.into_iter().map(|(key, name)| (key.trim(), name)).filter(|(key, _)| key.len() >= SHORTEST_KEY);
        let mut keys: Vec<(String, String)> = long.map(|(key, name)| (key.to_owned(), name.to_owned())).collect();
        keys.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        keys.dedup_by(|(a, _), (b, _)| a == b);
        Self { keys: keys.into() }
    }

    /// The same mask with more keys.
    pub fn and<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> Self {
        let known = self.keys.iter().map(|(key, name)| (key.as_str(), name.as_str()));
        Self::new(known.chain(more.into_iter().map(|key| (key, ""))))
    }

    /// The key that a content holds, by the name of its variable in words.
    pub fn found_in(&self, content: &[u8]) -> Option<String> {
        if self.keys.is_empty() {
            return None;
        }
        let text = String::from_utf8_lossy(content);
        let (_, name) = self.keys.iter().find(|(key, _)| text.contains(key.as_str()))?;
        Some(if name.is_empty() { "a key in use".to_owned() } else { format!("the value of {name}") })
    }

    /// The text with `***` in the place of each key.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut masked = Cow::Borrowed(text);
        for (key, _) in self.keys.iter().filter(|(key, _)| text.contains(key.as_str())) {
            masked = Cow::Owned(masked.replace(key.as_str(), HIDDEN));
        }
        masked
    }
}

/// A [`Mask`] for a text that comes in chunks, which may cut a key in two.
#[derive(Debug, Default)]
pub struct MaskStream {
    mask: Mask,
    held: String,
    hidden: bool,
}

impl MaskStream {
    /// A stream behind this mask.
    pub fn new(mask: &Mask) -> Self {
        Self { mask: mask.clone(), held: String::new(), hidden: false }
    }

    /// Takes a chunk and gives out what can no longer become a key.
    pub fn push(&mut self, chunk: &str) -> String {
        self.held.push_str(chunk);
        let masked = self.mask.text(&self.held);
        self.hidden |= matches!(masked, Cow::Owned(_));
        let mut out = masked.into_owned();
        self.held = out.split_off(out.len() - self.begun(&out));
        out
    }

    /// Whether a key was hidden since this was last asked.
    pub fn has_hidden(&mut self) -> bool {
        std::mem::take(&mut self.hidden)
    }

    /// Gives out the rest at the end of the text.
    pub fn finish(self) -> String {
        self.held
    }

    /// How many bytes at the end of `text` may be the beginning of a key.
    fn begun(&self, text: &str) -> usize {
        let begins = |(key, _): &(String, String)| (1..key.len()).rev().find(|len| text.as_bytes().ends_with(&key.as_bytes()[..*len]));
        let most = self.mask.keys.iter().filter_map(begins).max().unwrap_or(0);
        // A key may begin with a character of which other characters share the first byte.
        (0..=most).rev().find(|len| text.is_char_boundary(text.len() - len)).unwrap_or(0)
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
    fn a_key_is_masked_however_chunks_cut_it() {
        let mask = Mask::for_keys(["sk-abcdefgh", "ключ-секрет"]);
        let text = "sk-abcdefgh, sk-abcd, ключ-секрет и ключ; sk-sk-abcdefghsk-ab";
        for size in 1..=text.len() {
            let mut stream = MaskStream::new(&mask);
            let chars: Vec<char> = text.chars().collect();
            let mut out: String = chars.chunks(size).map(|chunk| stream.push(&chunk.iter().collect::<String>())).collect();
            out += &stream.finish();
            assert_eq!(out, "***, sk-abcd, *** и ключ; sk-***sk-ab", "{size}");
        }
    }

    #[test]
    fn variables_named_like_keys_are_masked_without_being_configured() {
        let env = Environment::from_pairs([("MY_CORP_API_KEY", "abcdefghij"), ("LOCAL_KEY", "klmnopqrst"), ("PATH", "/usr/local/bin")]);
        let mask = Mask::of(&env, ["LOCAL_KEY"]);
        assert_eq!(mask.text("abcdefghij klmnopqrst /usr/local/bin"), "*** *** /usr/local/bin");
        assert_eq!(mask.found_in(b"key: abcdefghij\xff\n").as_deref(), Some("the value of MY_CORP_API_KEY"));
        assert_eq!(mask.found_in(b"nothing of the kind"), None);
    }
}
