//! Explanations about as good as the best one.

use crate::edit::align::Grid;
use crate::edit::anchor::{Part, cut};
use crate::edit::content::OutLine;
use crate::edit::problem::{Item, Old, Problem, Role};
use crate::edit::result::{Move, lines, moves};
use crate::edit::step::{Place, State, Step};

/// One explanation of a proposal.
pub(super) struct Candidate<'a> {
    pub cost: i32,
    pub moves: Vec<Move>,
    pub lines: Vec<OutLine<'a>>,
}

/// At most this many explanations are compared.
const MOST: usize = 8;

/// At most this many places are followed to find them.
const MOST_TRACED: usize = 64;

/// Grids with more places than this are cut.
const MOST_CELLS: usize = 150_000;

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
        let same = |known: &Candidate<'_>| {
            known.lines.len() == other.lines.len() && known.lines.iter().zip(&other.lines).all(|(a, b)| a.text == b.text)
        };
        if !found.iter().any(same) {
            found.push(other);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// The lines of the cheapest explanation alone.
pub(super) fn cheapest<'a>(problem: &Problem<'a>) -> Vec<OutLine<'a>> {
    let parts = cut(problem, MOST_CELLS);
    let paths = parts.into_iter().flat_map(|part| {
        if part.cells() > MOST_ALIGNED {
            return coarse(problem, &part);
        }
        let grid = Grid::new(problem, part);
        grid.path_to(grid.best().0)
    });
    lines(problem, &moves(&paths.collect::<Vec<Step>>()))
}

/// The cheapest path of a part and others near it that take references for other lines.
///
/// The result depends only on what each reference stands for, so it is enough to ask, for every reference and every line of the
/// original, what the cheapest explanation costs in which the reference begins or ends there.
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
    places.sort_by_key(|(through, place)| (*through, place.item, place.old));
    for (through, place) in places.into_iter().take(MOST_TRACED) {
        let mut path = grid.path_to(place);
        path.extend(grid.path_from(place, leaves(place.state)));
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
    Candidate { cost, moves, lines }
}

/// Where a reference may begin or end at a cost up to `most`.
fn near_places(grid: &Grid<'_, '_>, problem: &Problem<'_>, part: &Part, most: i32) -> Vec<(i32, Place)> {
    let mut places = Vec::new();
    let references = problem.items[part.items.clone()].iter().enumerate().filter(|(_, item)| item.is_reference());
    for (item, _) in references {
        for old in 0..=part.old.len() {
            for state in [State::Opened, State::Begun, State::Kept, State::Beyond] {
                let place = Place { old, item: item + 1, state };
                if grid.least_through(place) > most {
                    continue;
                }
                let through = grid.cost_through(place, leaves(state));
                if through <= most {
                    places.push((through, place));
                }
            }
        }
    }
    places
}

/// Whether a step begins what the reference stands for, or ends it.
fn leaves(state: State) -> impl Fn(Step) -> bool {
    move |step| (step == Step::Cover) == matches!(state, State::Opened | State::Begun)
}
