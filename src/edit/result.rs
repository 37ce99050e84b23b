//! What a path through the grid makes of the file.

use crate::edit::content::OutLine;
use crate::edit::problem::Problem;
use crate::edit::step::Step;

/// A step with the places that it starts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub step: Step,
    /// The next line of the original.
    pub old: usize,
    /// The next item of the proposal.
    pub item: usize,
}

/// Adds to each step where it stands.
pub(super) fn moves(path: &[Step]) -> Vec<Move> {
    let (mut old, mut item) = (0, 0);
    let mut moves = Vec::with_capacity(path.len());
    for step in path {
        moves.push(Move { step: *step, old, item });
        let (lines, items) = step.takes();
        (old, item) = (old + lines, item + items);
    }
    moves
}

/// The lines of the result.
pub(super) fn lines<'a>(problem: &Problem<'a>, moves: &[Move]) -> Vec<OutLine<'a>> {
    let mut out = Vec::with_capacity(moves.len());
    for Move { step, old, item } in moves.iter().copied() {
        match step {
            Step::Match | Step::Change => out.push(OutLine { text: problem.items[item].line.text, old: Some(old) }),
            Step::Insert => out.push(OutLine { text: problem.items[item].line.text, old: None }),
            Step::Cover => out.push(OutLine { text: problem.old[old].line.text, old: Some(old) }),
            _ => {}
        }
    }
    out
}
