//! CUE.
//!
//! The only crate with its grammar needs a tree-sitter of 2023, and two copies of the runtime do not link; a scanner of the lines does.

use std::ops::Range;

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::walk::Found;

pub(super) const CUE: Entry = Entry {
    language: Language::Cue,
    name: "cue",
    comments: &["//"],
    extensions: &["cue"],
    interpreters: &["cue"],
    scanner: Some(scan),
    ..Entry::NEW
};

/// How deep the fields of a struct are told.
const MAX_DEPTH: usize = 3;

/// Finds packages, definitions, fields and `let` clauses.
fn scan(text: &str) -> Vec<Found> {
    let mut scan = Scan::default();
    let mut start = 0;
    for (row, line) in text.split_inclusive('\n').enumerate() {
        scan.line(row, start, line);
        start += line.len();
    }
    scan.found
}

#[derive(Default)]
struct Scan {
    found: Vec<Found>,
    /// For each open bracket the definition that it belongs to, if it is one's body.
    open: Vec<Option<usize>>,
    /// Where the comment lines just before began, in rows and bytes.
    comment: Option<(usize, Range<usize>)>,
    /// The quotes that close the string of several lines that is open.
    quotes: Option<&'static str>,
}

impl Scan {
    fn line(&mut self, row: usize, start: usize, line: &str) {
        let words = line.trim();
        if self.quotes.is_none() && words.starts_with("//") {
            self.comment.get_or_insert((row, start..start + line.len()));
            return;
        }
        let added = if self.quotes.is_none() { self.define(row, start, line) } else { None };
        self.comment = None;
        self.brackets(row, line, added);
    }

    /// Adds the definition that begins on this line, unless it stands in a list or too deep.
    fn define(&mut self, row: usize, start: usize, line: &str) -> Option<usize> {
        let parent = match self.open.last() {
            None => None,
            Some(Some(owner)) => Some(*owner),
            Some(None) => return None,
        };
        let indent = line.len() - line.trim_start().len();
        let (kind, name, length) = head(line.trim())?;
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        let (lead, doc) = self.comment.take().map_or((row, None), |(row, doc)| (row, Some(doc)));
        let from = start + indent;
        let header = row..row + 1;
        let body = row + 1..row + 1;
        let prefix = None;
        let signature = std::iter::once(from..from + length).collect();
        let end = row + 1;
        self.found.push(Found {
            kind,
            name,
            parent,
            prefix,
            signature,
            has_body: length < line.trim().len(),
            tail: None,
            doc,
            lead,
            header,
            body,
            end,
            embedded: None,
        });
        Some(self.found.len() - 1)
    }

    /// Follows the brackets of a line; the first that stays open is the body of what the line defines.
    fn brackets(&mut self, row: usize, line: &str, mut added: Option<usize>) {
        let mut rest = line;
        while !rest.is_empty() {
            if let Some(quotes) = self.quotes {
                let Some(at) = rest.find(quotes) else { return };
                rest = &rest[at + 3..];
                self.quotes = None;
                continue;
            }
            if rest.starts_with("//") {
                return;
            }
            self.quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| rest.starts_with(quotes));
            let mut length = if self.quotes.is_some() { 3 } else { rest.chars().next().map_or(1, char::len_utf8) };
            match rest.as_bytes()[0] {
                b'"' | b'\'' if self.quotes.is_none() => length = string_length(rest),
                b'{' => self.open.push(added.take()),
                b'[' | b'(' => self.open.push(None),
                b'}' | b']' | b')' => self.close(row),
                _ => {}
            }
            rest = &rest[length.min(rest.len())..];
        }
    }

    fn close(&mut self, row: usize) {
        let Some(Some(closed)) = self.open.pop() else { return };
        let found = &mut self.found[closed];
        found.end = row + 1;
        found.body.end = row.max(found.body.start);
    }
}

/// The length of the string that `text` begins with, or of its line if it does not end there.
fn string_length(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if byte == quote && !escaped {
            return at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    text.len()
}

/// The kind and name of what a line defines, and the length of its signature.
fn head(line: &str) -> Option<(&'static str, String, usize)> {
    if let Some(name) = line.strip_prefix("package ") {
        return Some(("package", name.trim().to_owned(), line.len()));
    }
    if let Some((name, _)) = line.strip_prefix("let ").and_then(|rest| rest.split_once('=')) {
        return Some(("let", name.trim().to_owned(), "let ".len() + name.trim_end().len()));
    }
    let length = if line.starts_with('"') { string_length(line) } else { line.find([':', ' ', '?', '!', '\t'])? };
    let name = line.get(..length)?.trim_matches('"');
    let after = line[length..].trim_start_matches(['?', '!']);
    let value = after.strip_prefix(':')?;
    let named = !name.is_empty() && (line.starts_with('"') || name.chars().all(|c| c.is_alphanumeric() || "_#$-".contains(c)));
    let plain = !value.contains(['{', '[', '"']) && value.len() <= 80;
    let kind = if name.trim_start_matches('_').starts_with('#') { "definition" } else { "field" };
    named.then(|| (kind, name.to_owned(), if plain { line.len() } else { length }))
}
