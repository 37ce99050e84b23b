//! Parts of a large file: the definitions that are wanted, with the headers of what they stand in.

use std::ops::Range;

use crate::syntax::{Block, Language, outline};

/// So many lines between two shown ones are shown too, as a line that says they are missing is no shorter.
const SHORT_GAP: usize = 2;

/// Shows of `text` the definitions called `symbols` with the headers around them; every header when none of them is found.
///
/// Nothing for a text of no known language or without definitions.
pub fn excerpt(path: &str, text: &str, symbols: &[String]) -> Option<String> {
    let language = Language::detect(path, text.lines().next().unwrap_or_default())?;
    let blocks = outline(language, text);
    if blocks.is_empty() {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut shown = vec![false; lines.len()];
    for symbol in symbols {
        let symbol = Symbol::of(symbol);
        if !mark(&blocks, &mut Vec::new(), &|block, above| symbol.names(block, above), &mut shown) {
            mark(&blocks, &mut Vec::new(), &|block, _| last_word(&block.name) == symbol.last, &mut shown);
        }
    }
    if !shown.contains(&true) {
        headers(&blocks, &mut shown);
    }
    Some(write(&lines, &shown))
}

/// A symbol as a model writes it: `check`, `Auth.check`, `Auth::check()`, `fn check`.
struct Symbol<'a> {
    whole: &'a str,
    above: Vec<&'a str>,
    last: &'a str,
}

impl<'a> Symbol<'a> {
    fn of(text: &'a str) -> Self {
        let whole = text.trim();
        let name = whole.split(['(', '<']).next().unwrap_or(whole).trim_end();
        let word = name.split_whitespace().next_back().unwrap_or(name);
        let mut above: Vec<&str> = word.split(|c: char| !is_word(c)).filter(|part| !part.is_empty()).collect();
        let last = above.pop().unwrap_or(word);
        Self { whole, above, last }
    }

    fn names(&self, block: &Block, above: &[&str]) -> bool {
        let stands_in = |part: &&str| above.iter().chain([&block.name.as_str()]).any(|name| words(name).any(|word| word == *part));
        block.name == self.whole || last_word(&block.name) == self.last && self.above.iter().all(stands_in)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '?' | '!' | '-')
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

fn last_word(name: &str) -> &str {
    words(name).last().unwrap_or(name)
}

type Test<'t> = dyn Fn(&Block, &[&str]) -> bool + 't;

/// Marks the lines of the blocks that fit and the headers above them; whether there are any.
fn mark<'b>(blocks: &'b [Block], above: &mut Vec<&'b str>, fits: &Test<'_>, shown: &mut [bool]) -> bool {
    let mut found = false;
    for block in blocks {
        if fits(block, above) {
            show(block.lead..block.end, shown);
            found = true;
            continue;
        }
        above.push(&block.name);
        if mark(&block.children, above, fits, shown) {
            frame(block, shown);
            found = true;
        }
        above.pop();
    }
    found
}

/// Marks what stands around a block's body.
fn frame(block: &Block, shown: &mut [bool]) {
    show(block.header.clone(), shown);
    if !block.body.is_empty() {
        show(block.body.end..block.end, shown);
    }
}

fn headers(blocks: &[Block], shown: &mut [bool]) {
    for block in blocks {
        show(block.header.clone(), shown);
        headers(&block.children, shown);
    }
}

fn show(lines: Range<usize>, shown: &mut [bool]) {
    let end = lines.end.min(shown.len());
    shown[lines.start.min(end)..end].fill(true);
}

fn write(lines: &[&str], shown: &[bool]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < lines.len() {
        let gap = shown[at..].iter().take_while(|shown| !**shown).count();
        if gap > SHORT_GAP {
            text.push_str(&format!("[lines {} to {} are left out]\n", at + 1, at + gap));
            at += gap;
            continue;
        }
        for line in &lines[at..(at + gap.max(1)).min(lines.len())] {
            text.push_str(line);
            text.push('\n');
        }
        at += gap.max(1);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
use std::fmt;

/// A till.
pub struct Till {
    coins: u32,
}

impl Till {
    /// Makes one.
    pub fn new() -> Self {
        Self { coins: 0 }
    }

    /// Counts.
    pub fn count(&self) -> u32 {
        self.coins
    }
}

struct Safe;

impl Safe {
    fn count(&self) -> u32 {
        7
    }
}
";

    fn of(symbols: &[&str]) -> String {
        let symbols: Vec<String> = symbols.iter().map(|name| (*name).to_owned()).collect();
        excerpt("till.rs", TEXT, &symbols).expect("Rust")
    }

    #[test]
    fn a_definition_is_shown_with_the_headers_around_it() {
        let shown = of(&["Till::count"]);
        let expected = "[lines 1 to 7 are left out]\nimpl Till {\n[lines 9 to 13 are left out]\n    /// Counts.\n    \
                        pub fn count(&self) -> u32 {\n        self.coins\n    }\n}\n[lines 19 to 26 are left out]\n";
        assert_eq!(shown, expected);
        for other in ["Till.count()", "Till#count", "fn Till::count(&self)", "`Till::count`"] {
            assert_eq!(of(&[other.trim_matches('`')]), expected, "{other}");
        }
    }

    #[test]
    fn a_name_without_its_owner_means_all_of_that_name_and_a_wrong_owner_none_is_lost_by() {
        for symbols in [["count"], ["Wrong.count"]] {
            let shown = of(&symbols);
            assert!(shown.contains("self.coins") && shown.contains("        7\n") && shown.contains("impl Safe {"), "{shown}");
            assert!(!shown.contains("Self { coins: 0 }"), "{shown}");
        }
    }

    #[test]
    fn without_a_known_name_all_headers_are_shown() {
        for symbols in [&[][..], &["nothing"]] {
            let shown = of(symbols);
            assert!(shown.contains("pub struct Till {") && shown.contains("    fn count(&self) -> u32 {"), "{shown}");
            assert!(!shown.contains("self.coins\n    }\n}") || shown.len() < TEXT.len(), "{shown}");
        }
        assert_eq!(excerpt("notes.txt", "words\n", &[]), None);
        assert_eq!(excerpt("a.rs", "// nothing\n", &[]), None);
    }
}
