//! Comments and attributes that stand before a definition.

use std::ops::Range;

use tree_sitter::Node;

use crate::syntax::extent::end_row;

/// The comments and attributes just before the next node.
#[derive(Clone, Default, Debug)]
pub(super) struct Lead {
    /// The row of the first, if there is one.
    pub row: Option<usize>,
    /// The row after the last.
    end: usize,
    /// The byte where the first attribute begins.
    pub signature: Option<usize>,
    /// The bytes of the first comment.
    pub doc: Option<Range<usize>>,
    /// The bytes of a signature that stands apart, as in Haskell.
    pub told: Option<Range<usize>>,
    /// The row on which the last node ended that is neither.
    last_row: Option<usize>,
}

impl Lead {
    /// Takes a comment, unless it stands behind code on the same line.
    pub fn comment(&mut self, node: Node<'_>) {
        let row = node.start_position().row;
        if self.last_row == Some(row) {
            return;
        }
        self.take(node, row);
        self.doc.get_or_insert(node.byte_range());
    }

    /// Takes what belongs to the next node without a meaning of its own.
    pub fn aside(&mut self, node: Node<'_>) {
        self.take(node, node.start_position().row);
    }

    /// Takes an attribute.
    pub fn attribute(&mut self, node: Node<'_>) {
        self.take(node, node.start_position().row);
        self.signature.get_or_insert(node.start_byte());
    }

    /// Takes the signature of the next definition.
    pub fn tell(&mut self, node: Node<'_>) {
        self.take(node, node.start_position().row);
        self.told = Some(node.byte_range());
    }

    fn take(&mut self, node: Node<'_>, row: usize) {
        if self.row.is_none() || row > self.end {
            *self = Self { row: Some(row), last_row: self.last_row, ..Self::default() };
        }
        self.end = end_row(node);
    }

    /// Notes that a node passed that is neither.
    pub fn pass(&mut self, node: Node<'_>) {
        *self = Self { last_row: Some(node.end_position().row), ..Self::default() };
    }

    /// What of this belongs to `node`: what stands right before it.
    pub fn before(&self, node: Node<'_>) -> Self {
        if self.row.is_some() && node.start_position().row <= self.end { self.clone() } else { Self::default() }
    }
}
