//! Explanations about as good as the best one.

use crate::edit::align::{Grid, Place, State, Step};
use crate::edit::content::OutLine;
use crate::edit::problem::Problem;
use crate::edit::result::{Move, lines, moves};

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

/// The best explanation and those near it whose results differ, cheapest first.
///
/// The result depends only on what each reference stands for, so it is enough to ask, for every reference and every line of the
/// original, what the cheapest explanation costs in which the reference begins or ends there.
pub(super) fn candidates<'a>(grid: &mut Grid<'_, 'a>, problem: &Problem<'a>) -> Vec<Candidate<'a>> {
    let (end, cost) = grid.best();
    let best = candidate(problem, cost, &grid.path_to(end));
    grid.look_back();
    let mut found = vec![best];
    let mut places = near_places(grid, problem, cost + problem.costs.reach);
    places.sort_by_key(|(through, place)| (*through, place.item, place.old));
    for (through, place) in places.into_iter().take(MOST_TRACED) {
        let leaves = leaves(place.state);
        let mut path = grid.path_to(place);
        path.extend(grid.path_from(place, leaves));
        let other = candidate(problem, through, &path);
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

fn candidate<'a>(problem: &Problem<'a>, cost: i32, path: &[Step]) -> Candidate<'a> {
    let moves = moves(path);
    let lines = lines(problem, &moves);
    Candidate { cost, moves, lines }
}

/// Where a reference may begin or end at a cost up to `most`.
fn near_places(grid: &Grid<'_, '_>, problem: &Problem<'_>, most: i32) -> Vec<(i32, Place)> {
    let mut places = Vec::new();
    let references = problem.items.iter().enumerate().filter(|(_, item)| item.is_reference());
    for (item, _) in references {
        for old in 0..=problem.old.len() {
            for state in [State::Opened, State::Kept, State::Beyond] {
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
    move |step| (step == Step::Cover) == (state == State::Opened)
}
