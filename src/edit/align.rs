//! The cheapest explanation of a proposal.
//!
//! A path through the grid of original lines × proposal items explains the whole proposal at once: which lines are the
//! same, which are new, which went, and what each reference stands for. Costs are in thousandths of a new line.

use crate::edit::anchor::Part;
use crate::edit::cost::Costs;
use crate::edit::declare::key;
use crate::edit::problem::{Item, Problem, Role};
use crate::edit::text::{Kind, likeness};

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
    /// A reference that stands for lines of its own block.
    Kept,
    /// A reference that stands for lines beyond its own block.
    Beyond,
    /// Blank lines that only set a reference apart.
    Idle,
}

const STATES: [State; 13] = [
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
    State::Kept,
    State::Beyond,
    State::Idle,
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

const STEPS: [Step; 8] = [Step::Match, Step::Change, Step::Insert, Step::Delete, Step::Announce, Step::Open, Step::Cover, Step::Skip];

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

const INFINITE: i32 = i32::MAX / 4;

/// How dear an explanation may be at the first try.
const FIRST_BOUND: i32 = 8_000;

/// The grid with the cheapest cost to and from each place.
pub(super) struct Grid<'p, 'a> {
    problem: &'p Problem<'a>,
    part: Part,
    width: usize,
    /// Places dearer than this are on no path that is asked for.
    bound: i32,
    to: Vec<[i32; STATES.len()]>,
    /// How each place is reached: the state before, then the step.
    via: Vec<[u8; STATES.len()]>,
    from: Vec<[i32; STATES.len()]>,
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

impl<'p, 'a> Grid<'p, 'a> {
    /// Finds the cheapest cost to every place that a path near the cheapest one can pass.
    ///
    /// All prices are positive, so a place dearer than the end is on no such path. How dear the end is shows only at the end:
    /// the search begins with a low bound and raises it until the end lies well within.
    pub fn new(problem: &'p Problem<'a>, part: Part) -> Self {
        let width = part.old.len() + 1;
        let size = part.cells();
        let mut grid = Self {
            problem,
            part,
            width,
            bound: FIRST_BOUND,
            to: vec![[INFINITE; STATES.len()]; size],
            via: vec![[0; STATES.len()]; size],
            from: Vec::new(),
        };
        loop {
            grid.fill();
            let reached = grid.best().1;
            if reached.saturating_add(problem.costs.reach) <= grid.bound || grid.bound >= INFINITE {
                return grid;
            }
            grid.bound = if reached < INFINITE { reached + problem.costs.reach } else { grid.bound.saturating_mul(4).min(INFINITE) };
            grid.to.fill([INFINITE; STATES.len()]);
        }
    }

    fn fill(&mut self) {
        self.to[0][State::Same as usize] = 0;
        for item in 0..=self.part.items.len() {
            for old in 0..self.width {
                self.push(old, item);
            }
        }
    }

    fn push(&mut self, old: usize, item: usize) {
        let here = item * self.width + old;
        let costs = self.to[here];
        for state in STATES {
            let cost = costs[state as usize];
            if cost > self.bound || cost >= INFINITE {
                continue;
            }
            let (to, via, width) = (&mut self.to, &mut self.via, self.width);
            steps(self.problem, &self.part, Place { old, item, state }, |step, next, price| {
                let (lines, items) = step.takes();
                let there = here + items * width + lines;
                if cost + price < to[there][next as usize] {
                    to[there][next as usize] = cost + price;
                    via[there][next as usize] = (state as u8) << 4 | step as u8;
                }
            });
        }
    }

    /// Finds the cheapest cost from every such place to the end.
    pub fn look_back(&mut self) {
        let costs = &self.problem.costs;
        let size = self.to.len();
        let bound = self.best().1.saturating_add(costs.reach);
        self.from = vec![[INFINITE; STATES.len()]; size];
        for state in STATES {
            self.from[size - 1][state as usize] = close(costs, state).unwrap_or(INFINITE);
        }
        for here in (0..size).rev() {
            let (item, old) = (here / self.width, here % self.width);
            for state in STATES {
                let to = self.to[here][state as usize];
                if to > bound || to >= INFINITE {
                    continue;
                }
                let mut best = self.from[here][state as usize];
                steps(self.problem, &self.part, Place { old, item, state }, |step, next, price| {
                    let (lines, items) = step.takes();
                    best = best.min(price + self.from[here + items * self.width + lines][next as usize]);
                });
                self.from[here][state as usize] = best;
            }
        }
    }

    /// The end of the cheapest path, and its cost.
    pub fn best(&self) -> (Place, i32) {
        let costs = &self.problem.costs;
        let last = self.to.last().expect("the grid has at least one place");
        let cost = |state: State| close(costs, state).map_or(INFINITE, |close| last[state as usize].saturating_add(close));
        let state = STATES.into_iter().min_by_key(|state| cost(*state)).expect("there are states");
        (Place { old: self.width - 1, item: self.part.items.len(), state }, cost(state))
    }

    /// The cheapest way to a place.
    pub fn path_to(&self, place: Place) -> Vec<Step> {
        let mut path = Vec::new();
        let Place { mut old, mut item, mut state } = place;
        while (old, item) != (0, 0) {
            let via = self.via[item * self.width + old][state as usize];
            let step = STEPS[usize::from(via & 15)];
            path.push(step);
            state = STATES[usize::from(via >> 4)];
            let (lines, items) = step.takes();
            (old, item) = (old - lines, item - items);
        }
        path.reverse();
        path
    }

    /// The cheapest way from a place to the end, after `look_back`; `first` may forbid a first step.
    pub fn path_from(&self, place: Place, first: impl Fn(Step) -> bool) -> Vec<Step> {
        let mut path = Vec::new();
        let mut place = place;
        while (place.old, place.item) != (self.width - 1, self.part.items.len()) {
            let mut best = (INFINITE, Step::Skip, place.state);
            steps(self.problem, &self.part, place, |step, next, price| {
                let cost = price + self.cost_from(after(place, step, next));
                if cost < best.0 && (!path.is_empty() || first(step)) {
                    best = (cost, step, next);
                }
            });
            path.push(best.1);
            place = after(place, best.1, best.2);
        }
        path
    }

    /// The cheapest cost of a path through a place that goes on with an allowed step.
    pub fn cost_through(&self, place: Place, first: impl Fn(Step) -> bool) -> i32 {
        let to = self.to[place.item * self.width + place.old][place.state as usize];
        if to >= INFINITE {
            return INFINITE;
        }
        let costs = &self.problem.costs;
        let end = (place.old, place.item) == (self.width - 1, self.part.items.len());
        let mut best = if end { close(costs, place.state).unwrap_or(INFINITE) } else { INFINITE };
        steps(self.problem, &self.part, place, |step, next, price| {
            if first(step) {
                best = best.min(price + self.cost_from(after(place, step, next)));
            }
        });
        to.saturating_add(best).min(INFINITE)
    }

    /// The cheapest cost of any path through a place.
    pub fn least_through(&self, place: Place) -> i32 {
        self.to[place.item * self.width + place.old][place.state as usize].saturating_add(self.cost_from(place))
    }

    fn cost_from(&self, place: Place) -> i32 {
        self.from[place.item * self.width + place.old][place.state as usize]
    }
}

fn after(place: Place, step: Step, state: State) -> Place {
    let (lines, items) = step.takes();
    Place { old: place.old + lines, item: place.item + items, state }
}

/// What it costs to end a state, by a line that stays or by the end of the text.
fn close(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Gone => Some(costs.pure_deletion),
        State::Announced => Some(costs.empty_removal),
        State::Opened => Some(costs.empty_reference),
        _ => Some(0),
    }
}

/// Calls `to` with each step that a place allows, the state after it, and its cost.
#[inline]
fn steps(problem: &Problem<'_>, part: &Part, place: Place, mut to: impl FnMut(Step, State, i32)) {
    let costs = &problem.costs;
    let Place { old, item, state } = place;
    let (olds, items) = (&problem.old[part.old.clone()], &problem.items[part.items.clone()]);
    let line = olds.get(old);
    if let Some(next) = items.get(item) {
        if next.is_code() {
            if let Some(line) = line {
                if line.line.id == next.line.id {
                    if let Some(close) = close(costs, state) {
                        to(Step::Match, State::Same, close + match_cost(costs, line, next));
                    }
                } else if next.new
                    && next.role == Role::Code
                    && let (Some(cost), Some(enter)) = (change_cost(costs, line, next), enter_change(costs, state))
                {
                    to(Step::Change, State::Replaced, enter + cost);
                }
            }
            insert(costs, state, next, &mut to);
            if next.idle
                && let Some(cost) = idle(costs, state)
            {
                to(Step::Skip, State::Idle, cost);
            }
        }
        match next.role {
            Role::Reference(_) => {
                if let Some(cost) = open(costs, state) {
                    to(Step::Open, State::Opened, cost);
                }
            }
            Role::Implied => {
                to(Step::Skip, state, 0);
                if line.is_some() {
                    let edge = open(costs, state).map_or(INFINITE, |cost| 2 * cost);
                    to(Step::Open, State::Opened, next.insert + edge);
                }
            }
            Role::Removal(_) => {
                let cost = match state {
                    State::Opened => costs.empty_reference + costs.edge,
                    State::Kept | State::Beyond | State::Idle | State::Edge => costs.edge,
                    State::Gone | State::Replaced | State::Swept => costs.both,
                    _ => costs.hunk / 2,
                };
                to(Step::Announce, State::Announced, cost);
            }
            Role::Code => {}
        }
    }
    let Some(line) = line else { return };
    let lost = if line.declares != 0 && !matches!(state, State::Announced | State::Removed) { costs.lost_declaration } else { 0 };
    delete(costs, state, lost, if line.line.is_blank() { costs.delete_blank } else { costs.delete }, &mut to);
    let Some(reference) = item.checked_sub(1).map(|item| &items[item]) else { return };
    if matches!(state, State::Opened | State::Kept | State::Beyond) && reference.is_reference() {
        let beyond = !line.line.is_blank()
            && line.line.indent < reference.floor
            && !(line.line.kind == Kind::Closer && line.line.indent + 1 == reference.floor);
        let mut cost = 0;
        if state == State::Opened && line.line.is_blank() {
            return to(Step::Cover, State::Opened, 0);
        }
        if state == State::Opened
            && reference.role != Role::Implied
            && line.next_indent.is_some_and(|indent| indent != reference.line.indent)
        {
            cost += costs.ref_indent;
        }
        match (state, beyond) {
            (State::Beyond, _) => to(Step::Cover, State::Beyond, cost),
            (_, true) => to(Step::Cover, State::Beyond, cost + costs.beyond),
            (_, false) => to(Step::Cover, State::Kept, cost),
        }
    }
}

/// What it costs to skip a blank line beside a reference.
fn idle(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Same | State::Kept | State::Beyond | State::Idle => Some(costs.idle),
        State::Opened => Some(costs.empty_reference),
        _ => None,
    }
}

#[inline]
fn insert(costs: &Costs, state: State, item: &Item<'_>, to: &mut impl FnMut(Step, State, i32)) {
    let price = item.insert;
    let (next, cost) = match state {
        State::Same => (State::Added, costs.hunk),
        State::Added => {
            to(Step::Insert, State::Grown, costs.grow + item.insert_more);
            (State::Added, 0)
        }
        State::Grown => return to(Step::Insert, State::Grown, item.insert_more),
        State::Gone => (State::Replaced, costs.both),
        State::Replaced | State::Removed => (State::Replaced, 0),
        State::Swept => (State::Swept, 0),
        State::Announced => (State::Added, costs.empty_removal),
        State::Edge => {
            to(Step::Insert, State::Grown, costs.grow + item.insert_more);
            (State::Edge, 0)
        }
        State::Opened => (State::Edge, costs.empty_reference + costs.edge),
        State::Kept | State::Beyond => (State::Edge, if item.fresh { costs.fresh_edge } else { costs.edge }),
        State::Idle => return,
    };
    to(Step::Insert, next, cost + price);
}

#[inline]
fn delete(costs: &Costs, state: State, lost: i32, price: i32, to: &mut impl FnMut(Step, State, i32)) {
    match state {
        State::Same => to(Step::Delete, State::Gone, costs.hunk + price + lost),
        State::Gone => to(Step::Delete, State::Gone, price + lost),
        State::Added | State::Grown => to(Step::Delete, State::Replaced, costs.both + price + lost),
        State::Replaced => {
            to(Step::Delete, State::Replaced, price + lost);
            to(Step::Delete, State::Swept, costs.sweep + price + lost);
        }
        State::Swept => to(Step::Delete, State::Swept, price / costs.swept_part + lost),
        State::Edge => to(Step::Delete, State::Replaced, costs.edge_deletion + price + lost),
        State::Announced | State::Removed => to(Step::Delete, State::Removed, price / costs.removed_part),
        State::Opened | State::Kept | State::Beyond | State::Idle => {}
    }
}

/// What it costs to begin a reference after a state.
fn open(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Same | State::Idle => Some(0),
        State::Opened | State::Kept | State::Beyond => Some(costs.second_reference),
        State::Gone => Some(costs.pure_deletion + costs.edge),
        State::Announced => Some(costs.empty_removal + costs.edge),
        State::Added | State::Grown | State::Replaced | State::Removed | State::Swept | State::Edge => Some(costs.edge),
    }
}

/// What it costs to go on with a changed line after a state.
fn enter_change(costs: &Costs, state: State) -> Option<i32> {
    match state {
        State::Same => Some(costs.hunk),
        State::Announced => Some(costs.empty_removal),
        State::Opened => Some(costs.empty_reference + costs.edge),
        State::Kept | State::Beyond | State::Idle => Some(costs.edge),
        State::Edge => Some(costs.edge_deletion / 2),
        State::Added | State::Grown | State::Gone | State::Replaced | State::Removed | State::Swept => Some(0),
    }
}

/// What it costs to take a new line for another form of an old one, if they are alike.
fn change_cost(costs: &Costs, old: &crate::edit::problem::Old<'_>, item: &Item<'_>) -> Option<i32> {
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
    let renamed = if old.declares != 0 && item.declares != 0 && old.declares != item.declares {
        costs.other_name
    } else if key(old.line.text) != key(item.line.text) {
        costs.other_key
    } else {
        0
    };
    Some(costs.change + (1000 - likeness) * costs.unlike / 1000 + renamed)
}

/// What it costs to take two equal lines for the same one.
fn match_cost(costs: &Costs, old: &crate::edit::problem::Old<'_>, item: &Item<'_>) -> i32 {
    if old.line.is_blank() {
        return 0;
    }
    let indent = if old.line.indent == item.line.indent { 0 } else { costs.other_indent };
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
