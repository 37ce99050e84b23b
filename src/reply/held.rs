//! Lines held back because they may belong to the head of a block: its label, a fence around it, blank lines between.

use super::label::{self, Label};
use super::line::fence;
use super::parser::Pieces;

/// What stands before a block.
#[derive(Debug)]
pub(super) struct Lead {
    pub(super) path: String,
    pub(super) fence: Option<(char, usize)>,
    /// How many held lines are prose after all.
    pub(super) prose_lines: usize,
}

#[derive(Debug)]
enum Kind {
    Label(Label),
    Fence(char, usize),
    Blank,
}

#[derive(Debug)]
struct Line {
    text: String,
    kind: Kind,
    /// Whether it counts as prose when no block follows.
    prose: bool,
}

/// The lines held back.
#[derive(Debug, Default)]
pub(super) struct Held {
    lines: Vec<Line>,
    /// The fence of the code that the prose is showing.
    code: Option<(char, usize)>,
}

impl Held {
    /// Whether a label is among the lines.
    pub(super) fn has_label(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.kind, Kind::Label(_)))
    }

    /// Reads `line` as part of a block's head; `None` when it is none.
    fn kind(&mut self, line: &str) -> Option<Kind> {
        if line.trim().is_empty() {
            return (!self.lines.is_empty()).then_some(Kind::Blank);
        }
        let Some((mark, length, info)) = fence(line) else { return label::read(line).map(Kind::Label) };
        match self.code {
            Some((open, least)) if open == mark && length >= least && info.is_empty() => {
                self.code = None;
                None
            }
            Some(_) => None,
            None => {
                self.code = Some((mark, length));
                Some(Kind::Fence(mark, length))
            }
        }
    }

    /// Holds `line` back if it may belong to the head of a block; else `false`.
    pub(super) fn take(&mut self, line: &str, prose: bool, out: (&mut Pieces, &mut String)) -> bool {
        let Some(kind) = self.kind(line) else { return false };
        if matches!(kind, Kind::Label(_)) && self.has_label() {
            self.settle(usize::MAX, out);
        }
        self.lines.push(Line { text: line.to_owned(), kind, prose });
        true
    }

    /// What the held lines say about a block whose tag has the path `attribute`.
    ///
    /// The label counts when the tag has no path, or when it is written exactly as asked for and names another file;
    /// a label that merely shortens the attribute does not override it.
    pub(super) fn lead(&mut self, attribute: Option<&str>) -> Lead {
        let found = self.lines.iter().enumerate().rev().find_map(|(at, line)| match &line.kind {
            Kind::Label(label) => Some((at, label)),
            _ => None,
        });
        let mut fences = self.lines.iter().filter_map(|line| match line.kind {
            Kind::Fence(mark, length) => Some((mark, length)),
            _ => None,
        });
        let fence = fences.next_back();
        if fence.is_some() {
            self.code = None;
        }
        let (path, prose_lines) = match (attribute, found) {
            (None, None) => (String::new(), 0),
            (None, Some((_, label))) => (label.path.clone(), 0),
            (Some(path), Some((_, label))) if label.names(path) => (path.to_owned(), 0),
            (Some(_), Some((_, label))) if label.exact => (label.path.clone(), 0),
            (Some(path), Some((at, _))) => (path.to_owned(), at + 1),
            (Some(path), None) => (path.to_owned(), 0),
        };
        Lead { path, fence, prose_lines }
    }

    /// Gives out the first `count` lines as prose and forgets the rest.
    pub(super) fn settle(&mut self, count: usize, (pieces, prose): (&mut Pieces, &mut String)) {
        for line in self.lines.drain(..).take(count) {
            pieces.text(&line.text);
            if line.prose {
                prose.push_str(&line.text);
            }
        }
    }
}
