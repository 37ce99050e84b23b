//! Explanations about as good as the best one.

use crate::edit::align::{Edge, Grid};
use crate::edit::anchor::{Part, cut};
use crate::edit::content::OutLine;
use crate::edit::price::{INFINITE, Place};
use crate::edit::problem::{Item, Old, Problem, Role};
use crate::edit::result::{Move, lines, moves};
use crate::edit::shape::Shape;
use crate::edit::step::{STATES, State, Step};

/// One explanation of a proposal.
pub(super) struct Candidate<'a> {
    pub cost: i32,
    pub moves: Vec<Move>,
    pub lines: Vec<OutLine<'a>>,
}

impl Candidate<'_> {
    /// Whether both make the same text.
    fn is_like(&self, other: &Self) -> bool {
        self.lines.len() == other.lines.len() && self.lines.iter().zip(&other.lines).all(|(a, b)| a.text == b.text)
    }
}

/// At most this many odd stretches are explained once more.
const MOST_DETOURS: usize = 3;

/// At most this many explanations are compared.
const MOST: usize = 12;

/// At most this many places are followed to find them.
const MOST_TRACED: usize = 64;

/// Grids with more places than this are cut.
const MOST_CELLS: usize = 250_000;

/// Grids with more places than this are not searched.
const MOST_ALIGNED: usize = 1_500_000;

/// The best explanation and those near it whose results differ, cheapest first.
pub(super) fn candidates<'a>(problem: &Problem<'a>) -> Vec<Candidate<'a>> {
    let parts: Vec<Vec<(i32, Vec<Step>)>> = cut(problem, MOST_CELLS).into_iter().map(|part| paths(problem, part)).collect();
    let cost: i32 = parts.iter().map(|paths| paths[0].0).sum();
    let join = |at: usize, other: usize| -> Vec<Step> {
        parts.iter().enumerate().flat_map(|(part, paths)| paths[if part == at { other } else { 0 }].1.iter().copied()).collect()
    };
    let mut rivals: Vec<(i32, usize, usize)> = Vec::new();
    for (at, paths) in parts.iter().enumerate() {
        rivals.extend(paths.iter().enumerate().skip(1).map(|(other, path)| (cost + path.0 - paths[0].0, at, other)));
    }
    rivals.sort_unstable();
    let mut found = vec![candidate(problem, cost, &join(0, 0))];
    for (cost, at, other) in rivals {
        let other = candidate(problem, cost, &join(at, other));
        if !found.iter().any(|known| known.is_like(&other)) {
            found.push(other);
        }
        if found.len() == MOST {
            break;
        }
    }
    found.sort_by_key(|candidate| candidate.cost);
    if let [part] = &cut(problem, MOST_CELLS)[..]
        && part.cells() <= MOST_ALIGNED
    {
        for other in detours(problem, part, &found[0]) {
            if !found.iter().any(|known| known.is_like(&other)) {
                found.push(other);
            }
        }
        found.sort_by_key(|candidate| candidate.cost);
    }
    found
}

/// Explanations that avoid what looks odd in one: a stretch whose changes do not keep blocks whole is explained once more with
/// the reference before it ending elsewhere, the one behind it beginning elsewhere, or both.
fn detours<'a>(problem: &Problem<'a>, part: &Part, found: &Candidate<'a>) -> Vec<Candidate<'a>> {
    let mut others = Vec::new();
    for (before, behind) in odd_stretches(problem, &found.moves).into_iter().take(MOST_DETOURS) {
        let edges: Vec<Edge> = before.into_iter().chain(behind).collect();
        let mut ways: Vec<Vec<Edge>> = edges.iter().map(|edge| vec![*edge]).collect();
        if edges.len() > 1 {
            ways.push(edges);
        }
        for closed in ways {
            let grid = Grid::without(problem, part.clone(), closed);
            let (end, cost) = grid.best();
            if cost < INFINITE {
                others.push(candidate(problem, cost, &grid.path_to(end)));
            }
        }
    }
    others
}

/// The edges of the references around each stretch whose changes look odd.
fn odd_stretches(problem: &Problem<'_>, moves: &[Move]) -> Vec<(Option<Edge>, Option<Edge>)> {
    let covers = |next: &Move| next.step == Step::Cover;
    let mut stretches = Vec::new();
    let mut start = 0;
    for stretch in moves.split(covers) {
        let range = start..start + stretch.len();
        start = range.end + 1;
        if stretch.is_empty() || Shape::new(problem, stretch).cost(&problem.costs) == 0 {
            continue;
        }
        let before = range.start.checked_sub(1).map(|_| Edge { item: stretch[0].item, old: stretch[0].old, begins: false });
        let behind = moves.get(range.end).map(|next| Edge { item: next.item, old: next.old, begins: true });
        stretches.push((before, behind));
    }
    stretches
}

/// The cheapest path of a part and others near it that take references for other lines.
///
/// The result depends only on what each reference stands for and which blank lines beside it count, so it is enough to ask, for
/// every reference and every line of the original, what the cheapest explanation costs in which the reference begins or ends
/// there, and the same for each such blank line.
fn paths(problem: &Problem<'_>, part: Part) -> Vec<(i32, Vec<Step>)> {
    let referring = problem.items[part.items.clone()].iter().any(Item::is_reference);
    if part.cells() > MOST_ALIGNED {
        return vec![(0, coarse(problem, &part))];
    }
    let mut grid = Grid::new(problem, part.clone());
    let (end, cost) = grid.best();
    let mut paths = vec![(cost, grid.path_to(end))];
    if !referring {
        return paths;
    }
    grid.look_back();
    let mut places = near_places(&grid, problem, &part, cost + problem.costs.reach);
    places.sort_by_key(|(through, place, _)| (*through, place.item, place.old));
    for (through, place, first) in places.into_iter().take(MOST_TRACED) {
        let mut path = grid.path_to(place);
        path.extend(grid.path_from(place, |step| first.allows(step)));
        if !paths.iter().any(|(_, known)| *known == path) {
            paths.push((through, path));
        }
    }
    paths
}

/// Whether a part of the problem is too large to be searched, so that other explanations are unknown.
pub(super) fn is_unsearched(problem: &Problem<'_>) -> bool {
    cut(problem, MOST_CELLS).iter().any(|part| part.cells() > MOST_ALIGNED)
}

/// A path for a part that is too large to search: equal lines at both ends stay, the first reference between stands for the rest.
fn coarse(problem: &Problem<'_>, part: &Part) -> Vec<Step> {
    let (old, items) = (&problem.old[part.old.clone()], &problem.items[part.items.clone()]);
    let same = |(old, item): &(&Old<'_>, &Item<'_>)| item.is_code() && old.line.id == item.line.id;
    let skipped = items.iter().take_while(|item| !item.is_code()).count();
    let head = old.iter().zip(&items[skipped..]).take_while(same).count();
    let (rest_old, rest) = (&old[head..], &items[skipped + head..]);
    let closing = rest.iter().rev().take_while(|item| !item.is_code()).count();
    let tail = rest_old.iter().rev().zip(rest[..rest.len() - closing].iter().rev()).take_while(same).count();
    let (rest_old, between) = (&rest_old[..rest_old.len() - tail], &rest[..rest.len() - closing - tail]);
    let mut path = vec![Step::Skip; skipped];
    path.extend(vec![Step::Match; head]);
    let reference = between.iter().position(|item| matches!(item.role, Role::Reference(_)));
    for (at, item) in between.iter().enumerate() {
        path.push(if matches!(item.role, Role::Reference(_)) { Step::Open } else { Step::Insert });
        if reference == Some(at) {
            path.extend(vec![Step::Cover; rest_old.len()]);
        }
    }
    if reference.is_none() {
        path.extend(vec![Step::Delete; rest_old.len()]);
    }
    path.extend(vec![Step::Match; tail]);
    path.extend(vec![Step::Skip; closing]);
    path
}

fn candidate<'a>(problem: &Problem<'a>, cost: i32, path: &[Step]) -> Candidate<'a> {
    let moves = moves(path);
    let lines = lines(problem, &moves);
    let cost = cost + Shape::new(problem, &moves).cost(&problem.costs);
    Candidate { cost, moves, lines }
}

/// The first step from a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum First {
    Is(Step),
    IsNot(Step),
}

impl First {
    /// Whether it may be this one.
    pub fn allows(self, step: Step) -> bool {
        match self {
            Self::Is(only) => step == only,
            Self::IsNot(other) => step != other,
        }
    }
}

const REFERRING: [State; 5] = [State::Opened, State::One, State::Two, State::Kept, State::Beyond];

/// Where a reference may begin or end, or a blank line count or not, at a cost up to `most`.
fn near_places(grid: &Grid<'_, '_>, problem: &Problem<'_>, part: &Part, most: i32) -> Vec<(i32, Place, First)> {
    let mut places = Vec::new();
    let mut add = |place: Place, first: First| {
        let through = grid.cost_through(place, |step| first.allows(step));
        if through <= most {
            places.push((through, place, first));
        }
    };
    for (item, next) in problem.items[part.items.clone()].iter().enumerate() {
        let idle = next.idle_before || next.idle_after;
        for old in (0..=part.old.len()).filter(|_| idle || next.is_reference()) {
            for state in STATES.into_iter().filter(|_| idle) {
                let place = Place { old, item, state };
                if grid.least_through(place) <= most {
                    add(place, First::Is(Step::Skip));
                    add(place, First::IsNot(Step::Skip));
                }
            }
            for state in REFERRING.into_iter().filter(|_| next.is_reference()) {
                let place = Place { old, item: item + 1, state };
                if grid.least_through(place) <= most {
                    add(place, if state == State::Opened { First::Is(Step::Cover) } else { First::IsNot(Step::Cover) });
                }
            }
        }
    }
    places
}
