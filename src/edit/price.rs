//! Which steps a path may go from each place, and what each costs.

use crate::edit::anchor::Part;
use crate::edit::cost::Costs;
use crate::edit::declare::key;
use crate::edit::problem::{Item, Old, Problem, Role};
use crate::edit::step::{State, Step};
use crate::edit::text::{Kind, likeness};

/// Dearer than any path.
pub(super) const INFINITE: i32 = i32::MAX / 4;

/// A place on a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Lines of the part's original taken.
    pub old: usize,
    /// Items of the part's proposal taken.
    pub item: usize,
    pub state: State,
}

impl Place {
    /// The place behind a step.
    pub fn after(self, step: Step, state: State) -> Self {
        let (lines, items) = step.takes();
        Self { old: self.old + lines, item: self.item + items, state }
    }
}

/// What it costs to end a state, by a line that stays or by the end of the text.
pub(super) fn close(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Gone => Some(costs.pure_deletion),
        State::Announced => Some(costs.empty_removal),
        State::Opened | State::One | State::Two => Some(few(costs, state)),
        State::Ending => None,
        _ => Some(0),
    }
}

/// What it costs that a reference stands for few lines.
fn few(costs: &Costs, state: State) -> i32 {
    match state {
        State::Opened => costs.empty_reference,
        State::One => costs.reference_to_one,
        State::Two => costs.reference_to_two,
        _ => 0,
    }
}

/// What it costs to begin a change after lines that stay.
fn begin(costs: &Costs, state: State) -> Option<i32> {
    let run = match state {
        State::LeadBlank => costs.lead_blank,
        State::Lead0 => costs.lead_0,
        State::Lead1 => costs.lead_1,
        State::Lead2 | State::Rest2 => 0,
        State::RestBlank => costs.rest_blank,
        State::Rest0 => costs.rest_0,
        State::Rest1 => costs.rest_1,
        _ => return None,
    };
    Some(costs.hunk + run)
}

/// What it costs to begin a reference after a state.
fn open(costs: &Costs, state: State, first: bool) -> Option<i32> {
    let edge = if first { costs.edge_first } else { costs.edge_behind };
    Some(match state {
        State::LeadBlank => costs.head_blank,
        State::Lead0 => costs.head_0,
        State::Lead1 => costs.head_1,
        State::Lead2 => costs.head_2,
        State::RestBlank => costs.tail_blank,
        State::Rest0 => costs.tail_0,
        State::Rest1 => costs.tail_1,
        State::Rest2 | State::Ending => 0,
        State::Opened | State::One | State::Two | State::Kept | State::Beyond | State::Beginning => costs.second_reference,
        State::Gone => costs.pure_deletion + edge,
        State::Announced => costs.empty_removal + edge,
        State::Removed => costs.removed_edge,
        State::Added | State::Replaced | State::Swept | State::Edge => edge,
    })
}

/// Calls `to` with each step that a place allows, the state after it, and its cost.
pub(super) fn steps(problem: &Problem<'_>, part: &Part, place: Place, to: impl FnMut(Step, State, i32)) {
    Cell::new(problem, part, place.old, place.item).steps(place.state, to);
}

/// A line of the original and an item of the proposal, with what they cost whatever came before.
pub(super) struct Cell<'p, 'a> {
    costs: &'p Costs,
    line: Option<&'p Old<'a>>,
    next: Option<&'p Item<'a>>,
    reference: Option<&'p Item<'a>>,
    /// What it costs that the two are the same.
    same: Option<i32>,
    /// What it costs that the one became the other.
    changed: Option<i32>,
    /// What it costs besides that the item is new here and stands behind a reference.
    odd: i32,
    /// What it costs besides that the reference stands for the line.
    passed: i32,
    /// What it costs besides that a new declaration follows old code without the blank line that is shown before it.
    joined: i32,
    /// Whether a block ends before the line, so that new lines there stand at its end.
    last: bool,
    /// Whether a block begins with the line, so that changed lines before it stand at its start.
    first: bool,
}

impl<'p, 'a> Cell<'p, 'a> {
    /// Looks at the lines behind so many of a part's.
    pub fn new(problem: &'p Problem<'a>, part: &Part, old: usize, item: usize) -> Self {
        let costs = &problem.costs;
        let (olds, items) = (&problem.old[part.old.clone()], &problem.items[part.items.clone()]);
        let (line, next) = (olds.get(old), items.get(item));
        let (mut same, mut changed, mut odd, mut passed) = (None, None, 0, 0);
        if let Some(next) = next.filter(|next| next.is_code()) {
            match line {
                Some(line) if line.line.id == next.line.id => same = Some(match_cost(costs, line, next)),
                Some(line) if next.role == Role::Code && next.new => changed = change_cost(costs, line, next),
                Some(line) if is_other_end(line, next) => changed = Some(costs.other_end),
                _ => {}
            }
            if !next.line.is_blank() {
                odd += if old.checked_sub(1).is_some_and(|old| olds[old].line.id == next.line.id) { costs.shadow } else { 0 };
                odd += if line.is_some_and(|line| line.line.is_blank()) { costs.blank_left } else { 0 };
            }
        }
        let reference = item.checked_sub(1).map(|item| &items[item]).filter(|item| item.is_reference());
        if let (Some(line), Some((first, second))) = (line, reference.and_then(|reference| reference.anchor))
            && first == line.line.id
            && olds.get(old + 1).is_some_and(|line| line.line.id == second)
        {
            passed = costs.passed;
        }
        let follows_code = old.checked_sub(1).is_some_and(|old| !olds[old].line.is_blank());
        let joined = if follows_code && next.is_some_and(|next| next.fresh) { costs.joined } else { 0 };
        let depth = line.and_then(|line| line.next_indent);
        let last = next.is_some_and(|next| depth.is_none_or(|depth| next.next_indent.is_some_and(|indent| depth < indent)));
        let before = old.checked_sub(1).map(|old| olds[old].last_indent);
        let first = before.is_none_or(|before| depth.is_some_and(|depth| before.is_none_or(|before| before < depth)));
        Self { costs, line, next, reference, same, changed, odd, passed, joined, last, first }
    }

    /// Calls `to` with each step that a state allows, the state after it, and its cost.
    #[inline]
    pub fn steps(&self, state: State, mut to: impl FnMut(Step, State, i32)) {
        let costs = self.costs;
        if let Some(next) = self.next {
            if next.is_code() {
                self.take(state, &mut to);
                insert(costs, state, next, (self.edge(next), self.joined), &mut to);
                idle(costs, state, next, self.first, &mut to);
            }
            mark(costs, state, (self.line.is_some(), self.first), next, &mut to);
        }
        let Some(line) = self.line else { return };
        delete(costs, state, line, &mut to);
        if let Some(reference) = self.reference.filter(|_| state.refers()) {
            cover(costs, state, line, reference, self.passed, &mut to);
        }
    }

    /// What it costs that new lines stand behind a reference.
    fn edge(&self, item: &Item<'_>) -> i32 {
        let costs = self.costs;
        self.odd
            + match (self.last, item.fresh) {
                (true, true) => costs.fresh_last,
                (true, false) => costs.edge_last,
                (false, true) => costs.fresh_edge,
                (false, false) => costs.edge_before,
            }
    }

    /// The line stays or changes.
    #[inline]
    fn take(&self, state: State, to: &mut impl FnMut(Step, State, i32)) {
        if let (Some(cost), Some(line)) = (self.same, self.line)
            && let Some(close) = close(self.costs, state)
        {
            to(Step::Match, state.stay(line.line.is_blank(), line.tells), close + cost);
        }
        if let Some(cost) = self.changed
            && let Some(enter) = enter_change(self.costs, state)
        {
            to(Step::Change, State::Replaced, enter + cost);
        }
    }
}

/// The item is a reference or a removal comment.
#[inline]
fn mark(costs: &Costs, state: State, (more, first): (bool, bool), next: &Item<'_>, to: &mut impl FnMut(Step, State, i32)) {
    match next.role {
        Role::Reference(_) => {
            if let Some(cost) = open(costs, state, first) {
                to(Step::Open, State::Opened, cost);
            }
        }
        Role::Implied => {
            to(Step::Skip, state, 0);
            if more && let Some(cost) = open(costs, state, first) {
                to(Step::Open, State::Opened, next.insert + if next.lone { 0 } else { cost });
            }
        }
        Role::Removal(_) => {
            let cost = match state {
                State::Opened | State::One | State::Two => Some(few(costs, state) + costs.removed_edge),
                State::Kept | State::Beyond | State::Beginning | State::Edge => Some(costs.removed_edge),
                State::Gone | State::Replaced | State::Swept | State::Added => Some(costs.both),
                State::Announced => Some(costs.empty_removal),
                State::Removed => Some(0),
                State::Ending => None,
                _ => begin(costs, state).map(|cost| cost / 2),
            };
            if let Some(cost) = cost {
                to(Step::Announce, State::Announced, cost);
            }
        }
        Role::Code => {}
    }
}

/// The reference stands for one more line.
#[inline]
fn cover(costs: &Costs, state: State, line: &Old<'_>, reference: &Item<'_>, passed: i32, to: &mut impl FnMut(Step, State, i32)) {
    if line.line.is_blank() {
        return to(Step::Cover, state, passed);
    }
    let beyond = line.line.indent < reference.floor && !(line.line.kind == Kind::Closer && line.line.indent + 1 == reference.floor);
    let mut cost = passed;
    if state == State::Opened && reference.role != Role::Implied && line.line.indent != reference.line.indent {
        cost += costs.ref_indent;
    }
    let next = match (state, beyond) {
        (State::Beyond, _) => State::Beyond,
        (_, true) => {
            cost += costs.beyond;
            State::Beyond
        }
        (State::Opened, _) => State::One,
        (State::One, _) => State::Two,
        (_, _) => State::Kept,
    };
    to(Step::Cover, next, cost);
}

/// A blank line beside a reference means nothing.
#[inline]
fn idle(costs: &Costs, state: State, item: &Item<'_>, first: bool, to: &mut impl FnMut(Step, State, i32)) {
    if item.idle_after {
        match state {
            State::One | State::Two | State::Kept | State::Beyond => to(Step::Skip, State::Beginning, item.idle + few(costs, state)),
            State::Beginning => to(Step::Skip, State::Beginning, item.idle),
            State::Opened => to(Step::Skip, State::Beginning, item.idle + costs.empty_reference),
            _ => {}
        }
    }
    if item.idle_before
        && !state.refers()
        && state != State::Beginning
        && let Some(cost) = open(costs, state, first)
    {
        to(Step::Skip, State::Ending, item.idle + cost);
    }
}

#[inline]
fn insert(costs: &Costs, state: State, item: &Item<'_>, (edge, joined): (i32, i32), to: &mut impl FnMut(Step, State, i32)) {
    let (next, cost) = match state {
        State::Added => (State::Added, 0),
        State::Gone => (State::Replaced, costs.both),
        State::Replaced | State::Removed => (State::Replaced, 0),
        State::Swept => (State::Swept, 0),
        State::Announced => (State::Added, costs.empty_removal),
        State::Edge => (State::Edge, 0),
        State::Opened | State::One | State::Two | State::Kept | State::Beyond => (State::Edge, edge + few(costs, state)),
        State::Beginning => (State::Edge, edge + costs.idle_edge + joined),
        State::Ending => return,
        _ => match begin(costs, state) {
            Some(cost) => (State::Added, cost),
            None => return,
        },
    };
    to(Step::Insert, next, cost + item.insert);
}

#[inline]
fn delete(costs: &Costs, state: State, line: &Old<'_>, to: &mut impl FnMut(Step, State, i32)) {
    let lost = if line.lost { costs.lost_declaration } else { 0 };
    let price = lost + if line.line.is_blank() { costs.delete_blank } else { costs.delete };
    match state {
        State::Gone => to(Step::Delete, State::Gone, price),
        State::Added => to(Step::Delete, State::Replaced, costs.both + price),
        State::Replaced => {
            to(Step::Delete, State::Replaced, price);
            to(Step::Delete, State::Swept, costs.sweep + price);
        }
        State::Swept => to(Step::Delete, State::Swept, lost + if line.line.is_blank() { 0 } else { costs.swept }),
        State::Edge => to(Step::Delete, State::Replaced, costs.edge_deletion + price),
        State::Announced | State::Removed => to(Step::Delete, State::Removed, if line.line.is_blank() { 0 } else { costs.removed }),
        _ => {
            if let Some(begin) = begin(costs, state) {
                to(Step::Delete, State::Gone, begin + price);
            }
        }
    }
}

/// What it costs to go on with a changed line after a state.
fn enter_change(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Announced => Some(costs.empty_removal),
        State::Opened | State::One | State::Two => Some(few(costs, state) + costs.edge_change),
        State::Kept | State::Beyond | State::Beginning => Some(costs.edge_change),
        State::Edge => Some(costs.edge_deletion / 2),
        State::Added | State::Gone | State::Replaced | State::Removed | State::Swept => Some(0),
        State::Ending => None,
        _ => begin(costs, state),
    }
}

/// Whether both lines close a block of the same depth in different ways.
fn is_other_end(line: &Old<'_>, item: &Item<'_>) -> bool {
    line.line.kind == Kind::Closer && item.line.kind == Kind::Closer && line.line.indent == item.line.indent
}

/// What it costs to take a new line for another form of an old one, if they are alike.
fn change_cost(costs: &Costs, old: &Old<'_>, item: &Item<'_>) -> Option<i32> {
    if item.known && old.declares == item.declares {
        return Some(costs.known_change);
    }
    let likeness = likeness(old.line.sketch, item.line.sketch);
    if likeness < costs.least_likeness {
        return None;
    }
    let unlike = (1000 - likeness) * costs.unlike / 1000;
    if old.declares != 0 && old.declares == item.declares {
        return Some(costs.known_change + unlike);
    }
    let renamed = if old.declares != 0 && item.declares != 0 {
        costs.other_name
    } else if key(old.line.text) != key(item.line.text) {
        costs.other_key
    } else {
        0
    };
    Some(costs.change + unlike + renamed)
}

/// What it costs to take two equal lines for the same one.
fn match_cost(costs: &Costs, old: &Old<'_>, item: &Item<'_>) -> i32 {
    if old.line.is_blank() {
        return 0;
    }
    let indent = if old.line.indent == item.line.indent { 0 } else { costs.other_indent };
    let (a, b) = (old.scope, item.scope);
    let scope = if b.header == 0 && item.line.indent > 0 {
        costs.no_scope
    } else if a.header != b.header {
        match (b.crossed, item.scope_known) {
            (true, true) => costs.other_scope_crossed,
            (true, false) => costs.new_scope_crossed,
            (false, true) => costs.other_scope,
            (false, false) => costs.new_scope,
        }
    } else if a.outer != b.outer && b.outer != 0 {
        costs.other_outer
    } else {
        0
    };
    let inner = if matches!((old.inner, item.inner), (Some(a), Some(b)) if a != b) { costs.other_inner } else { 0 };
    let fresh = if item.inside_fresh { costs.stays_in_new } else { 0 };
    indent + scope + inner + fresh
}
