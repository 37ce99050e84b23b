//! Which block each line stands in, told by indentation.
//!
//! Indentation is right where a proposal leaves out the ends of blocks, which no parser could follow.

use crate::edit::text::{Kind, Line};

/// The block that a line stands in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Scope {
    /// Identifies the line that opens the block; 0 where none does.
    pub header: u64,
    /// The same for the block around that one.
    pub outer: u64,
    /// Whether a reference stands between the line and its header, so that the header may be another.
    pub crossed: bool,
    /// Which line of the text opens the block.
    pub line: Option<usize>,
}

struct Open {
    indent: u32,
    key: u64,
    crossed: bool,
    line: usize,
}

/// Follows the blocks of a text from its first line to its last.
#[derive(Default)]
pub(super) struct Tracker {
    open: Vec<Open>,
    /// The number of the line.
    at: usize,
}

impl Tracker {
    /// Takes the next line and tells its block.
    pub fn line(&mut self, at: usize, line: &Line<'_>) -> Scope {
        self.at = at;
        match line.kind {
            Kind::Blank => Scope::default(),
            Kind::Aside => self.scope(self.open.iter().rposition(|open| open.indent < line.indent)),
            Kind::Closer | Kind::Turn => {
                self.close(line.indent + 1);
                let scope = self.scope(self.open.len().checked_sub(1));
                if self.open.last().is_some_and(|open| open.indent == line.indent) {
                    let open = self.open.pop().expect("there is a last one");
                    self.open.push(Open { key: mix(open.key, line.id), line: at, ..open });
                } else {
                    self.push(line);
                }
                scope
            }
            Kind::Code => {
                self.close(line.indent);
                let scope = self.scope(self.open.len().checked_sub(1));
                self.push(line);
                scope
            }
        }
    }

    /// Takes a reference: blocks may end and begin in what it stands for.
    pub fn reference(&mut self) {
        for open in &mut self.open {
            open.crossed = true;
        }
    }

    fn close(&mut self, indent: u32) {
        while self.open.last().is_some_and(|open| open.indent >= indent) {
            self.open.pop();
        }
    }

    fn push(&mut self, line: &Line<'_>) {
        self.open.push(Open { indent: line.indent, key: mix(0, line.id), crossed: false, line: self.at });
    }

    fn scope(&self, at: Option<usize>) -> Scope {
        let Some(at) = at else { return Scope::default() };
        let outer = at.checked_sub(1).map_or(0, |outer| self.open[outer].key);
        Scope { header: self.open[at].key, outer, crossed: self.open[at].crossed, line: Some(self.open[at].line) }
    }
}

fn mix(key: u64, id: u32) -> u64 {
    (key ^ u64::from(id).wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) | 1
}
