//! What a step costs by what the path did before it.

use crate::edit::anchor::Part;
use crate::edit::cost::Costs;
use crate::edit::declare::key;
use crate::edit::problem::{Item, Old, Problem, Role};
use crate::edit::step::{Place, State, Step};
use crate::edit::text::{Kind, likeness};

/// What it costs to end a state, by a line that stays or by the end of the text.
pub(super) fn close(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Gone => Some(costs.pure_deletion),
        State::Announced => Some(costs.empty_removal),
        State::Opened | State::Begun => Some(costs.empty_reference),
        _ => Some(0),
    }
}

/// Lets a reference stand for one more line.
#[inline]
pub(super) fn cover(costs: &Costs, state: State, line: &Old<'_>, reference: &Item<'_>, to: &mut impl FnMut(Step, State, i32)) {
    let begins = matches!(state, State::Opened | State::Begun);
    if begins && line.line.is_blank() {
        return to(Step::Cover, state, 0);
    }
    let beyond = !line.line.is_blank()
        && line.line.indent < reference.floor
        && !(line.line.kind == Kind::Closer && line.line.indent + 1 == reference.floor);
    let unlike = begins && reference.role != Role::Implied && line.line.indent != reference.line.indent;
    let price = match state {
        State::Begun if unlike => costs.seam,
        _ if unlike => costs.ref_indent,
        _ => 0,
    };
    match (state, beyond) {
        (State::Beyond, _) => to(Step::Cover, State::Beyond, price),
        (State::Opened | State::Begun, true) if reference.role != Role::Implied => to(Step::Cover, State::Beyond, price + costs.seam),
        (_, true) => to(Step::Cover, State::Beyond, price + costs.beyond),
        (_, false) => to(Step::Cover, State::Kept, price),
    }
}

/// What it costs that new code follows what a reference stands for where it does not fit by its indentation.
///
/// It fits in the block that was opened last, or between the depths of what went before and what followed.
pub(super) fn seam(problem: &Problem<'_>, part: &Part, place: Place) -> i32 {
    let leaves = match place.state {
        State::Kept | State::Aired => 0,
        State::Beyond | State::Parted => problem.costs.leave,
        _ => return 0,
    };
    let Some(new) = problem.items[part.items.start + place.item..].iter().find(|item| !item.line.is_blank()) else { return leaves };
    if new.role != Role::Code {
        return 0;
    }
    let at = part.old.start + place.old;
    let (Some(before), after) = (problem.indent_before(at), problem.indent_after(at).unwrap_or(0)) else { return leaves };
    let indent = new.line.indent;
    let fits = if after > before { indent > before } else { (after..=before).contains(&indent) };
    leaves + if fits { 0 } else { problem.costs.seam }
}

/// What it costs to skip a blank line beside a reference.
pub(super) fn idle(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Same | State::Kept | State::Beyond | State::Idle | State::Aired | State::Parted => Some(costs.idle),
        State::Opened | State::Begun => Some(costs.empty_reference),
        _ => None,
    }
}

#[inline]
pub(super) fn insert(costs: &Costs, state: State, item: &Item<'_>, seam: i32, to: &mut impl FnMut(Step, State, i32)) {
    let price = item.insert;
    let (next, cost) = match state {
        State::Same | State::Aired | State::Parted => (State::Added, costs.hunk),
        State::Added => {
            to(Step::Insert, State::Grown, costs.grow + item.insert_more);
            (State::Added, 0)
        }
        State::Grown => return to(Step::Insert, State::Grown, item.insert_more),
        State::Gone => (State::Replaced, costs.both),
        State::Replaced | State::Removed => {
            to(Step::Insert, State::Grown, costs.grow + item.insert_more);
            (State::Replaced, 0)
        }
        State::Swept => (State::Swept, 0),
        State::Announced => (State::Added, costs.empty_removal),
        State::Edge => {
            to(Step::Insert, State::Grown, costs.grow + item.insert_more);
            (State::Edge, 0)
        }
        State::Opened | State::Begun => (State::Edge, costs.empty_reference + costs.edge),
        State::Kept | State::Beyond => (State::Edge, if item.fresh { costs.fresh_edge } else { costs.edge }),
        State::Idle => return,
    };
    to(Step::Insert, next, cost + price + seam);
}

#[inline]
pub(super) fn delete(costs: &Costs, state: State, blank: bool, lost: i32, to: &mut impl FnMut(Step, State, i32)) {
    let price = if blank { costs.delete_blank } else { costs.delete };
    match state {
        State::Same => to(Step::Delete, State::Gone, costs.hunk + price + lost),
        State::Aired | State::Parted => to(Step::Delete, State::Gone, costs.edge + price + lost),
        State::Gone => to(Step::Delete, State::Gone, price + lost),
        State::Added | State::Grown => to(Step::Delete, State::Replaced, costs.both + price + lost),
        State::Replaced => {
            to(Step::Delete, State::Replaced, price + lost);
            to(Step::Delete, State::Swept, costs.sweep + price + lost);
        }
        State::Swept => to(Step::Delete, State::Swept, price / costs.swept_part + lost),
        State::Edge => to(Step::Delete, State::Replaced, costs.edge_deletion + price + lost),
        State::Announced if blank => {
            to(Step::Delete, State::Announced, 0);
            to(Step::Delete, State::Removed, costs.blank_removal);
        }
        State::Announced | State::Removed => to(Step::Delete, State::Removed, price / costs.removed_part),
        State::Opened | State::Begun | State::Kept | State::Beyond | State::Idle => {}
    }
}

/// What it costs to begin a reference after a state.
pub(super) fn open(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Same | State::Idle | State::Aired | State::Parted => Some(0),
        State::Opened | State::Begun | State::Kept | State::Beyond => Some(costs.second_reference),
        State::Gone => Some(costs.pure_deletion + costs.edge),
        State::Announced => Some(costs.empty_removal + costs.edge),
        State::Added | State::Grown | State::Replaced | State::Removed | State::Swept | State::Edge => Some(costs.edge),
    }
}

/// What it costs to go on with a changed line after a state.
pub(super) fn enter_change(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Same | State::Aired | State::Parted => Some(costs.hunk),
        State::Announced => Some(costs.empty_removal),
        State::Opened | State::Begun => Some(costs.empty_reference + costs.edge_change),
        State::Kept | State::Beyond | State::Idle => Some(costs.edge_change),
        State::Edge => Some(costs.edge_deletion / 2),
        State::Added | State::Grown | State::Gone | State::Replaced | State::Removed | State::Swept => Some(0),
    }
}

/// What it costs to take a new line for another form of an old one, if they are alike.
pub(super) fn change_cost(costs: &Costs, old: &Old<'_>, item: &Item<'_>) -> Option<i32> {
    if item.known && old.declares == item.declares {
        return Some(costs.known_change);
    }
    let likeness = likeness(old.line.sketch, item.line.sketch);
    if likeness < costs.least_likeness {
        return None;
    }
    if old.declares != 0 && old.declares == item.declares {
        return Some(costs.known_change + (1000 - likeness) * costs.unlike / 1000);
    }
    let renamed = if item.known {
        costs.second_declaration
    } else if old.declares != 0 && item.declares != 0 && old.declares != item.declares {
        costs.other_name
    } else if key(old.line.text) != key(item.line.text) {
        costs.other_key
    } else {
        0
    };
    Some(costs.change + (1000 - likeness) * costs.unlike / 1000 + renamed)
}

/// What it costs to take two equal lines for the same one.
pub(super) fn match_cost(costs: &Costs, state: State, old: &Old<'_>, item: &Item<'_>) -> i32 {
    if old.line.is_blank() {
        return 0;
    }
    let indent = if old.line.indent == item.line.indent { 0 } else { costs.other_indent };
    if state == State::Same {
        return indent;
    }
    let (a, b) = (old.scope, item.scope);
    let scope = if b.header == 0 && item.line.indent > 0 {
        50
    } else if a.header != b.header {
        if b.crossed { costs.other_scope_crossed } else { costs.other_scope }
    } else if a.outer != b.outer && b.outer != 0 {
        costs.other_outer
    } else {
        0
    };
    let inner = if matches!((old.inner, item.inner), (Some(a), Some(b)) if a != b) { costs.other_inner } else { 0 };
    indent + scope + inner
}
