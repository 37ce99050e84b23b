//! What is found in one file: what it defines, and the words that it uses.

use std::collections::HashSet;

use crate::syntax::{Language, Symbol, map, map_text};

/// Kinds of symbols whose names no other file refers to.
const LOCAL_KINDS: &[&str] = &["key", "heading", "element", "rule"];

/// The shortest word that tells one definition from another.
const MIN_WORD: usize = 4;

/// What is found in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Finding {
    /// What it defines, as a map shows it.
    pub(super) symbols: String,
    /// The words that it defines and that it uses.
    pub(super) words: Words,
}

/// Words as numbers, each list sorted and without repetitions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) defined: Vec<u32>,
    pub(super) used: Vec<u32>,
}

/// Looks into a file; what is not text, or of no known language, has nothing.
pub(super) fn find(path: &str, bytes: &[u8]) -> Finding {
    let first_line = bytes.split(|b| *b == b'\n').next().map(String::from_utf8_lossy).unwrap_or_default();
    let Some(language) = Language::detect(path, &first_line) else { return Finding::default() };
    let Ok(text) = std::str::from_utf8(bytes) else { return Finding::default() };
    let symbols = map(language, text);
    let mut defined = Vec::new();
    names(&symbols, &mut defined);
    Finding { words: Words { defined: sorted(defined), used: used(text) }, symbols: map_text(&symbols) }
}

fn names(symbols: &[Symbol], found: &mut Vec<u32>) {
    for symbol in symbols {
        if !LOCAL_KINDS.contains(&symbol.kind) {
            let last = symbol.name.rsplit(|c: char| !is_word(c)).find(|word| !word.is_empty()).unwrap_or_default();
            let whole = symbol.name.split_whitespace().count() == 1;
            found.extend((whole && last.len() >= MIN_WORD).then(|| number(last)));
        }
        names(&symbol.children, found);
    }
}

fn used(text: &str) -> Vec<u32> {
    let words: HashSet<&str> = text.split(|c: char| !is_word(c)).filter(|word| word.len() >= MIN_WORD).collect();
    sorted(words.into_iter().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit())).map(number).collect())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// FNV-1a: kept on disk, so it must not change from release to release.
fn number(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Words {
    /// As they are kept.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.defined.len()).unwrap_or(u32::MAX);
        [count].iter().chain(&self.defined).chain(&self.used).flat_map(|number| number.to_le_bytes()).collect()
    }

    /// Reads what was kept.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let numbers: Vec<u32> = bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect();
        let (count, rest) = numbers.split_first().unwrap_or((&0, &[]));
        let (defined, used) = rest.split_at((*count as usize).min(rest.len()));
        Self { defined: defined.to_vec(), used: used.to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_and_words_of_a_file_are_found_and_kept() {
        let found =
            find("src/shop.rs", b"/// A till.\npub struct Till { coins: u32 }\nfn count_coins(till: &Till) -> u32 { till.coins }\n");
        assert!(found.symbols.starts_with("pub struct Till"), "{}", found.symbols);
        for (word, defined, used) in [("Till", true, true), ("count_coins", true, true), ("u32", false, false), ("struct", false, true)] {
            assert_eq!(found.words.defined.contains(&number(word)), defined, "{word}");
            assert_eq!(found.words.used.contains(&number(word)), used, "{word}");
        }
        assert_eq!(Words::from_bytes(&found.words.to_bytes()), found.words);
        assert_eq!(Words::from_bytes(b"\xff\xff\xff\xff\x01"), Words::default(), "damaged");
    }

    #[test]
    fn what_is_no_text_or_of_no_language_defines_nothing() {
        assert_eq!(find("a.rs", b"fn a() {}\xff"), Finding::default());
        assert_eq!(find("notes", b"fn a() {}"), Finding::default());
        assert!(find("tool", b"#!/usr/bin/env python3\ndef start():\n    pass\n").symbols.contains("def start"));
    }
}
