//! Paths that a prompt names: `@src/main.rs`, `@docs/`, `@src/*.rs`, `@"a b.txt"`.

/// What may follow a path in a sentence and be no part of it.
const PUNCTUATION: &[char] = &['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '`', '*'];

/// The spellings that each `@word` of a text may stand for, the longest first.
///
/// A word such as an e-mail address is none, as its `@` has a letter before it. Whether there is such a file is for the
/// caller to find out; `@decorator` is a word like any other when there is not.
pub fn mentions(text: &str) -> Vec<Vec<&str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let spellings = if may_begin(text[..at].chars().next_back()) { spellings(&text[at + 1..]) } else { Vec::new() };
        if !spellings.is_empty() && !found.contains(&spellings) {
            found.push(spellings);
        }
    }
    found
}

fn may_begin(before: Option<char>) -> bool {
    before.is_none_or(|c| !(c.is_alphanumeric() || "._-+%@/\\".contains(c)))
}

fn spellings(rest: &str) -> Vec<&str> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let line = quoted.split('\n').next().unwrap_or_default();
        return line.split_once('"').map(|(path, _)| path).filter(|path| !path.is_empty()).into_iter().collect();
    }
    let mut word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let mut spellings = Vec::new();
    while !word.is_empty() {
        spellings.push(word);
        match word.strip_suffix(PUNCTUATION) {
            Some(shorter) => word = shorter,
            None => break,
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_after_an_at_sign_may_be_paths() {
        let one = |text: &'static str| mentions(text).into_iter().map(|spellings| spellings[spellings.len() - 1]).collect::<Vec<_>>();
        assert_eq!(one("Fix @src/main.rs, then (@docs/) and \"@src/*.rs\"."), ["src/main.rs", "docs/", "src/*.rs"]);
        assert_eq!(one("@a.rs @a.rs\n@b"), ["a.rs", "b"]);
        assert_eq!(one("like @\"a b/c.txt\" and @\"open"), ["a b/c.txt"]);
        assert_eq!(one("`@property`"), ["property"]);
    }

    #[test]
    fn addresses_and_lone_signs_are_no_paths() {
        for text in ["ada@example.org", "git@github.com:a/b", "a.b+c@d", "@", "@ x", "@...", "a@@x", "https://medium.com/@someone"] {
            assert!(mentions(text).into_iter().flatten().all(|word| word.starts_with('.')), "{text}");
        }
    }

    #[test]
    fn what_follows_a_path_may_belong_to_it() {
        assert_eq!(mentions("see @app/(group)/page.tsx)."), [["app/(group)/page.tsx).", "app/(group)/page.tsx)", "app/(group)/page.tsx"]]);
    }
}
