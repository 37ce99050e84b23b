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
}

struct Open {
    indent: u32,
    key: u64,
    crossed: bool,
}

/// Follows the blocks of a text from its first line to its last.
#[derive(Default)]
pub(super) struct Tracker(Vec<Open>);

impl Tracker {
    /// Takes the next line and tells its block.
    pub fn line(&mut self, line: &Line<'_>) -> Scope {
        match line.kind {
            Kind::Blank => Scope::default(),
            Kind::Aside => self.scope(self.0.iter().rposition(|open| open.indent < line.indent)),
            Kind::Closer | Kind::Turn => {
                self.close(line.indent + 1);
                let scope = self.scope(self.0.len().checked_sub(1));
                if self.0.last().is_some_and(|open| open.indent == line.indent) {
                    let open = self.0.pop().expect("there is a last one");
                    self.0.push(Open { key: mix(open.key, line.id), ..open });
                } else {
                    self.push(line);
                }
                scope
            }
            Kind::Code => {
                self.close(line.indent);
                let scope = self.scope(self.0.len().checked_sub(1));
                self.push(line);
                scope
            }
        }
    }

    /// Takes a reference: blocks may end and begin in what it stands for.
    pub fn reference(&mut self) {
        for open in &mut self.0 {
            open.crossed = true;
        }
    }

    fn close(&mut self, indent: u32) {
        while self.0.last().is_some_and(|open| open.indent >= indent) {
            self.0.pop();
        }
    }

    fn push(&mut self, line: &Line<'_>) {
        self.0.push(Open { indent: line.indent, key: mix(0, line.id), crossed: false });
    }

    fn scope(&self, at: Option<usize>) -> Scope {
        let Some(at) = at else { return Scope::default() };
        let outer = at.checked_sub(1).map_or(0, |outer| self.0[outer].key);
        Scope { header: self.0[at].key, outer, crossed: self.0[at].crossed }
    }
}

fn mix(key: u64, id: u32) -> u64 {
    (key ^ u64::from(id).wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) | 1
}
