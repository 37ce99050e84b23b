//! The merge of one proposal into one original.

use crate::edit::align::{Grid, Place, State, Step};
use crate::edit::problem::Problem;
use crate::edit::reason::{Reason, ReasonKind};
use crate::edit::text::split;

/// What is merged.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The file's path, which tells its language.
    pub path: &'a str,
    /// The content before the edit.
    pub original: &'a str,
    /// The edit as it was written: code, references, removal comments.
    pub proposal: &'a str,
    /// What was said about the edit before it; a hint only.
    pub explanation: Option<&'a str>,
}

/// The result of a merge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merged {
    /// The best new content.
    pub content: String,
    /// Why it may be wrong; empty when it is sure.
    pub reasons: Vec<Reason>,
}

/// How much dearer than the best explanation another may be and still count as about as good.
const MARGIN: i32 = 250;

/// Merges a proposal into its original.
pub fn merge(input: &Input<'_>) -> Merged {
    let original = split(input.original);
    let proposal = split(input.proposal);
    let problem = Problem::new(&original, &proposal);
    let mut grid = Grid::new(&problem);
    let (end, cost) = grid.best();
    let path = grid.path_to(end);
    grid.look_back();
    let content = render(&problem, &path, input.original);
    let mut reasons = Vec::new();
    if let Some(other) = rival(&grid, &problem, &path, cost) {
        let other = render(&problem, &other, input.original);
        if other != content {
            reasons.push(Reason { kind: ReasonKind::AmbiguousLocation, detail: "another place fits as well".to_owned() });
        }
    }
    Merged { content, reasons }
}

/// Another path about as cheap as the best whose result differs.
fn rival(grid: &Grid<'_, '_>, problem: &Problem<'_>, best: &[Step], cost: i32) -> Option<Vec<Step>> {
    let base = covers(best, problem);
    for (item, reference) in problem.items.iter().enumerate() {
        if !reference.is_reference() {
            continue;
        }
        for old in 0..=problem.old.len() {
            for state in [State::Opened, State::Kept, State::Beyond] {
                let place = Place { old, item: item + 1, state };
                let leaves = |step: Step| (step == Step::Cover) == (state == State::Opened);
                let through = grid.cost_through(place, leaves);
                if through > cost + MARGIN {
                    continue;
                }
                let mut path = grid.path_to(place);
                path.extend(grid.path_from(place, leaves));
                if covers(&path, problem) != base {
                    let (a, b) = (output(problem, best), output(problem, &path));
                    if a != b {
                        return Some(path);
                    }
                }
            }
        }
    }
    None
}

fn covers(path: &[Step], _problem: &Problem<'_>) -> Vec<(usize, usize)> {
    let (mut old, mut item) = (0, 0);
    let mut covers = Vec::new();
    for step in path {
        if *step == Step::Cover {
            covers.push((old, item));
        }
        let (lines, items) = step.takes();
        (old, item) = (old + lines, item + items);
    }
    covers
}

fn output<'a>(problem: &Problem<'a>, path: &[Step]) -> Vec<&'a str> {
    let (mut old, mut item) = (0, 0);
    let mut out = Vec::new();
    for step in path {
        match step {
            Step::Match | Step::Change | Step::Insert => out.push(problem.items[item].line.text),
            Step::Cover => out.push(problem.old[old].line.text),
            _ => {}
        }
        let (lines, items) = step.takes();
        (old, item) = (old + lines, item + items);
    }
    out
}

fn render(problem: &Problem<'_>, path: &[Step], original: &str) -> String {
    let mut text = output(problem, path).join("\n");
    if !text.is_empty() && (original.ends_with('\n') || original.is_empty()) {
        text.push('\n');
    }
    text
}
