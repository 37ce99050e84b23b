//! The cheapest explanation of a proposal.
//!
//! A path through the grid of original lines × proposal items explains the whole proposal at once: which lines are the
//! same, which are new, which went, and what each reference stands for. Costs are in thousandths of a new line.

use crate::edit::anchor::Part;
use crate::edit::price::close;
use crate::edit::problem::Problem;
use crate::edit::step::{Place, STATES, STEPS, State, Step, steps};

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
