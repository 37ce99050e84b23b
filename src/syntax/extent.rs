//! The rows that a definition takes.

use std::ops::Range;

use tree_sitter::Node;

/// The rows of a definition, counted from 0.
pub(super) struct Extent {
    /// To where the body begins.
    pub header: Range<usize>,
    /// Without what closes it, if that has a row of its own.
    pub body: Range<usize>,
    /// The row after the last.
    pub end: usize,
}

/// The row after a node's last.
pub(super) fn end_row(node: Node<'_>) -> usize {
    let end = node.end_position();
    if end.column == 0 && end.row > node.start_position().row { end.row } else { end.row + 1 }
}

/// The rows of the definition `node`, which begins at the row `start`.
pub(super) fn extent(start: usize, node: Node<'_>, body: Option<Node<'_>>, text: &str) -> Extent {
    let end = end_row(node).max(start + 1);
    let Some(body) = body else { return Extent { header: start..end, body: end..end, end } };
    let first = body.start_position().row;
    let opened = text[body.start_byte()..].starts_with(['{', '(', '[', '<', '=']);
    let before = node_before(body).map_or(start, |node| node.end_position().row);
    let header_end = if opened { first + 1 } else { (before + 1).min(first + 1) }.clamp(start + 1, end);
    let closed = header_end < end && closes(text, node);
    Extent { header: start..header_end, body: header_end..end - usize::from(closed), end }
}

/// The node before `node` that is no comment.
fn node_before(node: Node<'_>) -> Option<Node<'_>> {
    let mut before = node.prev_sibling();
    while let Some(comment) = before.filter(|node| node.is_extra()) {
        before = comment.prev_sibling();
    }
    before
}

/// Words that close a block.
const CLOSERS: &[&str] = &["}", ")", "]", "end", "</", "fi", "done", "esac", "endef"];

/// Whether the last row of `node` only closes it.
fn closes(text: &str, node: Node<'_>) -> bool {
    let words = text[..node.end_byte()].trim_end();
    let last = words[words.rfind('\n').map_or(0, |at| at + 1)..].trim();
    CLOSERS.iter().any(|word| last.starts_with(word))
}
