//! What the scanners of languages without a grammar share.

use std::ops::Range;

use crate::syntax::walk::Found;

/// A text with the byte at which each row begins.
pub(super) struct Rows<'a> {
    pub text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Rows<'a> {
    pub fn new(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The row of a byte.
    pub fn row(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte) - 1
    }

    /// The comments in the rows just before `row`: the first row and the bytes of the first.
    pub fn comments_before(&self, row: usize, signs: &[&str]) -> Option<(usize, Range<usize>)> {
        let line = |row: usize| {
            let end = self.starts.get(row + 1).copied().unwrap_or(self.text.len());
            self.starts[row]..end
        };
        let first =
            (0..row).rev().take_while(|row| signs.iter().any(|sign| self.text[line(*row)].trim_start().starts_with(sign))).last()?;
        Some((first, line(first)))
    }
}

/// What a scanner knows of a definition, in bytes.
pub(super) struct Scanned {
    pub kind: &'static str,
    pub name: String,
    pub parent: Option<usize>,
    pub signature: Range<usize>,
    pub has_body: bool,
    /// The byte after the last.
    pub end: usize,
}

impl Scanned {
    /// The definition with its rows; `comments` begin comments.
    pub fn found(self, rows: &Rows<'_>, comments: &[&str]) -> Found {
        let row = rows.row(self.signature.start);
        let (lead, doc) = rows.comments_before(row, comments).map_or((row, None), |(lead, doc)| (lead, Some(doc)));
        let end = rows.row(self.end.saturating_sub(1).max(self.signature.start)) + 1;
        let last = self.signature.end.saturating_sub(1).max(self.signature.start);
        let header_end = if self.has_body { (rows.row(last) + 1).min(end) } else { end };
        Found {
            kind: self.kind,
            name: self.name,
            parent: self.parent,
            prefix: None,
            signature: std::iter::once(self.signature).collect(),
            has_body: self.has_body,
            tail: None,
            doc,
            lead,
            header: row..header_end,
            body: header_end..end,
            end,
            embedded: None,
        }
    }
}
