//! A text as lines, each with what the alignment needs to know of it.

use std::collections::HashMap;

/// A line of either side.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// The line without its ending.
    pub text: &'a str,
    /// Equal for lines that are equal but for white space at their ends.
    pub id: u32,
    /// The width of the white space at the start; a tab counts as four.
    pub indent: u32,
    /// How much the line tells.
    pub kind: Kind,
    /// Which words and signs the line has, one bit each.
    pub sketch: u128,
}

/// How much a line tells about its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// White space only.
    Blank,
    /// Begins with what closes a block: `}`, `);`, `end`.
    Closer,
    /// Closes a block and opens the next: `} else {`.
    Turn,
    /// A comment, a preprocessor line: never the header of a block.
    Aside,
    /// Anything else.
    Code,
}

impl Line<'_> {
    /// Whether the line is only white space.
    pub fn is_blank(&self) -> bool {
        self.kind == Kind::Blank
    }

    /// Whether the line says nothing about its place by itself.
    pub fn is_bare(&self) -> bool {
        self.kind == Kind::Blank || self.kind == Kind::Closer && self.text.trim().len() <= 4
    }
}

/// Gives equal lines equal ids, over both sides.
#[derive(Default)]
pub(super) struct Interner<'a>(HashMap<&'a str, u32>);

impl<'a> Interner<'a> {
    /// Makes the line that `text` is.
    pub fn line(&mut self, text: &'a str) -> Line<'a> {
        let trimmed = text.trim();
        let next = self.0.len() as u32;
        let id = *self.0.entry(trimmed).or_insert(next);
        Line { text, id, indent: indent(text), kind: kind(trimmed), sketch: sketch(trimmed) }
    }

    /// How many different lines there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

fn indent(text: &str) -> u32 {
    text.chars().take_while(|c| *c == ' ' || *c == '\t').map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

fn kind(trimmed: &str) -> Kind {
    let closes = trimmed.starts_with(['}', ')', ']'])
        || ["end", "fi", "done", "esac", "</"].iter().any(|word| {
            trimmed.strip_prefix(word).is_some_and(|rest| *word == "</" || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
    if trimmed.is_empty() {
        Kind::Blank
    } else if closes {
        if trimmed.ends_with(['{', '(', '[', ':']) || trimmed.ends_with("do") { Kind::Turn } else { Kind::Closer }
    } else if trimmed.starts_with(['#', '*'])
        || trimmed.starts_with("//")
        || trimmed.starts_with("/*")
        || trimmed.starts_with("--")
        || trimmed.starts_with("<!--")
    {
        Kind::Aside
    } else {
        Kind::Code
    }
}

fn sketch(trimmed: &str) -> u128 {
    let mut bits = 0u128;
    let mut add = |hash: u32| bits |= 1 << (hash.wrapping_mul(0x9E37_79B1) >> 25);
    let mut word = 0u32;
    let mut before = 0u32;
    for byte in trimmed.bytes().chain([b' ']) {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 {
            word = (word ^ u32::from(byte)).wrapping_mul(0x0100_0193).wrapping_add(1);
            continue;
        }
        if word != 0 {
            add(word);
            add(before ^ word.rotate_left(7));
            before = word;
            word = 0;
        }
        if byte != b' ' && byte != b'\t' {
            add(u32::from(byte));
        }
    }
    bits
}

/// How alike two lines are by their words, from 0 to 1000.
pub(super) fn likeness(a: u128, b: u128) -> i32 {
    let (total, common) = (a.count_ones() + b.count_ones(), (a & b).count_ones());
    (2000 * common).checked_div(total).map_or(0, |likeness| likeness as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let kinds: Vec<Kind> =
            ["", "}", "} else {", "// x", "let a;", "end", "endless()", "</div>"].iter().map(|line| kind(line)).collect();
        let expected = [Kind::Blank, Kind::Closer, Kind::Turn, Kind::Aside, Kind::Code, Kind::Closer, Kind::Code, Kind::Closer];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn a_changed_line_is_more_like_its_original_than_like_another() {
        let (old, new, other) =
            (sketch("fn open(path: &Path) -> File {"), sketch("fn open(path: &Path, mode: Mode) -> File {"), sketch("return 1;"));
        assert!(likeness(old, new) > 700);
        assert!(likeness(old, other) < 300);
    }
}
