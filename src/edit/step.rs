//! What a path can do at each place of the grid, and what follows from it.

use crate::edit::anchor::Part;
use crate::edit::price::{change_cost, close, cover, delete, enter_change, idle, insert, match_cost, open, seam};
use crate::edit::problem::{Problem, Role};

/// What the path did last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum State {
    /// The lines were the same.
    Same,
    /// New lines.
    Added,
    /// Many new lines.
    Grown,
    /// Lines went, and nothing says so yet.
    Gone,
    /// Lines went and others came.
    Replaced,
    /// A removal comment, nothing removed yet.
    Announced,
    /// Lines went as a removal comment says.
    Removed,
    /// Many lines went and others came.
    Swept,
    /// New lines next to a reference.
    Edge,
    /// A reference that stands for nothing yet.
    Opened,
    /// The same behind new lines.
    Begun,
    /// A reference that stands for lines of its own block.
    Kept,
    /// A reference that stands for lines beyond its own block.
    Beyond,
    /// Blank lines that only set a reference apart.
    Idle,
    /// Blank lines that stay, behind a reference.
    Aired,
    /// The same behind a reference that stands for lines beyond its own block.
    Parted,
}

pub(super) const STATES: [State; 16] = [
    State::Same,
    State::Added,
    State::Grown,
    State::Gone,
    State::Replaced,
    State::Announced,
    State::Removed,
    State::Swept,
    State::Edge,
    State::Opened,
    State::Begun,
    State::Kept,
    State::Beyond,
    State::Idle,
    State::Aired,
    State::Parted,
];

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Step {
    /// A line of the original and one of the proposal are the same.
    Match,
    /// A line of the proposal replaces a similar one of the original.
    Change,
    /// A line of the proposal is new.
    Insert,
    /// A line of the original goes.
    Delete,
    /// The item is a removal comment.
    Announce,
    /// The item is a reference.
    Open,
    /// The reference stands for this line of the original.
    Cover,
    /// The item means nothing: an implied reference that is not needed, a blank line beside a reference.
    Skip,
}

pub(super) const STEPS: [Step; 8] =
    [Step::Match, Step::Change, Step::Insert, Step::Delete, Step::Announce, Step::Open, Step::Cover, Step::Skip];

impl Step {
    /// How many lines of the original and items of the proposal the step takes.
    pub fn takes(self) -> (usize, usize) {
        match self {
            Self::Match | Self::Change => (1, 1),
            Self::Insert | Self::Announce | Self::Open | Self::Skip => (0, 1),
            Self::Delete | Self::Cover => (1, 0),
        }
    }
}

/// A place on a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Lines of the part's original taken.
    pub old: usize,
    /// Items of the part's proposal taken.
    pub item: usize,
    pub state: State,
}

/// Calls `to` with each step that a place allows, the state after it, and its cost.
#[inline]
pub(super) fn steps(problem: &Problem<'_>, part: &Part, place: Place, mut to: impl FnMut(Step, State, i32)) {
    let costs = &problem.costs;
    let Place { old, item, state } = place;
    let (olds, items) = (&problem.old[part.old.clone()], &problem.items[part.items.clone()]);
    let line = olds.get(old);
    if let Some(next) = items.get(item) {
        if next.spacer {
            to(Step::Skip, state, 0);
        }
        if next.is_code() {
            if let Some(line) = line.filter(|_| !next.spacer) {
                if line.line.id == next.line.id {
                    if let Some(close) = close(costs, state) {
                        to(Step::Match, matched(state, line.line.is_blank()), close + match_cost(costs, state, line, next));
                    }
                } else if next.new
                    && next.role == Role::Code
                    && let (Some(cost), Some(enter)) = (change_cost(costs, line, next), enter_change(costs, state))
                {
                    to(Step::Change, State::Replaced, enter + cost + seam(problem, part, place) + costs.keep);
                }
            }
            if !next.spacer {
                insert(costs, state, next, seam(problem, part, place), &mut to);
            }
            if next.idle
                && !next.spacer
                && let Some(cost) = idle(costs, state)
            {
                to(Step::Skip, State::Idle, cost);
            }
        }
        match next.role {
            Role::Reference(_) => {
                if let Some(cost) = open(costs, state) {
                    to(Step::Open, opened(state), cost);
                }
            }
            Role::Implied => {
                to(Step::Skip, state, 0);
                if let Some(edge) = open(costs, state).filter(|_| line.is_some()) {
                    to(Step::Open, opened(state), next.insert + 2 * edge);
                }
            }
            Role::Removal(_) => {
                let cost = match state {
                    State::Opened | State::Begun => costs.empty_reference + costs.edge,
                    State::Kept | State::Beyond | State::Idle | State::Edge => costs.edge_change,
                    State::Gone | State::Replaced | State::Swept => costs.both,
                    _ => costs.hunk / 2,
                };
                to(Step::Announce, State::Announced, cost);
            }
            Role::Code => {}
        }
    }
    let Some(line) = line else { return };
    let keep = if line.line.is_blank() || matches!(state, State::Announced | State::Removed) { 0 } else { costs.keep };
    let lost = if line.declares != 0 && !matches!(state, State::Announced | State::Removed) { costs.lost_declaration } else { 0 } + keep;
    delete(costs, state, line.line.is_blank(), lost, &mut to);
    let Some(reference) = item.checked_sub(1).map(|item| &items[item]) else { return };
    if matches!(state, State::Opened | State::Begun | State::Kept | State::Beyond) && reference.is_reference() {
        cover(costs, state, line, reference, &mut to);
    }
}

/// The state after a reference begins.
fn opened(state: State) -> State {
    match state {
        State::Added | State::Grown | State::Replaced | State::Swept | State::Edge | State::Begun => State::Begun,
        _ => State::Opened,
    }
}

/// The state after a line that stays.
fn matched(state: State, blank: bool) -> State {
    match state {
        State::Kept | State::Aired if blank => State::Aired,
        State::Beyond | State::Idle | State::Parted if blank => State::Parted,
        _ => State::Same,
    }
}
