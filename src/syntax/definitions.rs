//! The definitions of a text, nested as they stand.

use crate::syntax::walk::{Found, Reach, walk};
use crate::syntax::{Language, parse};

/// Finds the definitions of a text, each after the one that it stands in.
///
/// Gives nothing when the text is too large or takes too long to parse.
pub(super) fn definitions(language: Language, text: &str, reach: Reach) -> Vec<Found> {
    let mut found = language.entry().scanner.map_or_else(|| parsed(language, text, reach), |scan| scan(text));
    enclose(&mut found);
    found
}

/// The definitions of a text whose language has a grammar.
fn parsed(language: Language, text: &str, reach: Reach) -> Vec<Found> {
    let Some(tree) = parse(language, text) else { return Vec::new() };
    let mut found = walk(language, &tree, text, reach);
    for host in 0..found.len() {
        let Some((inner, range)) = found[host].embedded.clone() else { continue };
        embed(&mut found, host, inner, range.start, &text[range], reach);
    }
    found
}

/// Lets every definition reach to the end of those inside, as one that a broken text does not close.
fn enclose(found: &mut [Found]) {
    for at in (0..found.len()).rev() {
        let (end, Some(parent)) = (found[at].end, found[at].parent) else { continue };
        let around = &mut found[parent];
        if around.end < end {
            (around.end, around.body.end) = (end, end);
        }
    }
}

/// Adds the definitions of `code`, which stands at the byte `start` inside the definition `host`.
fn embed(found: &mut Vec<Found>, host: usize, language: Language, start: usize, code: &str, reach: Reach) {
    let row = found[host].header.end.saturating_sub(1);
    let first = found.len();
    found.extend(definitions(language, code, reach).into_iter().map(|inner| shifted(inner, start, row, first, host)));
}

fn shifted(inner: Found, start: usize, row: usize, first: usize, host: usize) -> Found {
    let bytes = |range: std::ops::Range<usize>| range.start + start..range.end + start;
    let rows = |range: std::ops::Range<usize>| range.start + row..range.end + row;
    Found {
        parent: Some(inner.parent.map_or(host, |parent| parent + first)),
        prefix: inner.prefix.map(bytes),
        signature: inner.signature.into_iter().map(bytes).collect(),
        tail: inner.tail.map(bytes),
        doc: inner.doc.map(bytes),
        lead: inner.lead + row,
        header: rows(inner.header),
        body: rows(inner.body),
        end: inner.end + row,
        embedded: None,
        ..inner
    }
}

/// Turns a list of definitions into a tree; what `make` leaves out goes with all that is inside.
pub(super) fn nest<T>(found: Vec<Found>, mut make: impl FnMut(&Found, Vec<T>) -> Option<T>) -> Vec<T> {
    let mut inside: Vec<Vec<T>> = found.iter().map(|_| Vec::new()).collect();
    let mut top = Vec::new();
    for (at, found) in found.iter().enumerate().rev() {
        let mut children = std::mem::take(&mut inside[at]);
        children.reverse();
        if let Some(item) = make(found, children) {
            found.parent.map_or(&mut top, |parent| &mut inside[parent]).push(item);
        }
    }
    top.reverse();
    top
}
