//! Why an explanation of a proposal may be wrong though no other is as good.

use std::collections::HashSet;

use crate::edit::declare::declared;
use crate::edit::explanation::Explanation;
use crate::edit::marker::Strength;
use crate::edit::problem::{Problem, Role};
use crate::edit::reason::{Reason, ReasonKind};
use crate::edit::result::Move;
use crate::edit::step::Step;

/// A stretch of moves that change something.
struct Hunk {
    deleted: Vec<usize>,
    added: usize,
    announced: bool,
    /// The names that new lines declare.
    declares: HashSet<u32>,
}

/// Every doubt about a path.
pub(super) fn doubts(problem: &Problem<'_>, moves: &[Move], explanation: &Explanation) -> Vec<Reason> {
    let mut reasons = removed(problem, moves, explanation);
    reasons.extend(duplicated(problem, moves));
    reasons.extend(unclear(problem, moves));
    reasons.extend(lone(problem, moves, explanation));
    reasons
}

/// This many telling lines that stay part two hunks.
const APART: usize = 3;

fn hunks(problem: &Problem<'_>, moves: &[Move]) -> Vec<Hunk> {
    let empty = || Hunk { deleted: vec![], added: 0, announced: false, declares: HashSet::new() };
    let (mut hunks, mut hunk, mut between) = (vec![], empty(), 0);
    for next in moves {
        let reference = matches!(next.step, Step::Cover | Step::Open);
        if reference || between >= APART {
            hunks.push(std::mem::replace(&mut hunk, empty()));
        }
        match next.step {
            Step::Delete => hunk.deleted.push(next.old),
            Step::Announce => hunk.announced = true,
            Step::Insert | Step::Change => {
                hunk.added += usize::from(!problem.items[next.item].line.is_blank());
                hunk.declares.insert(problem.items[next.item].declares);
                if next.step == Step::Change {
                    hunk.deleted.push(next.old);
                }
            }
            Step::Match if is_moved(problem, *next) => hunk.added += 1,
            Step::Match => {
                between += usize::from(!problem.items[next.item].line.is_bare());
                continue;
            }
            Step::Skip => continue,
            Step::Cover | Step::Open => {}
        }
        between = 0;
    }
    hunks.push(hunk);
    hunks
}

/// Whether a line stays but for its indentation.
fn is_moved(problem: &Problem<'_>, next: Move) -> bool {
    let line = &problem.items[next.item].line;
    !line.is_blank() && line.indent != problem.old[next.old].line.indent
}

/// Lines that go though nothing says so.
fn removed(problem: &Problem<'_>, moves: &[Move], explanation: &Explanation) -> Vec<Reason> {
    let kept: HashSet<u32> = moves
        .iter()
        .filter_map(|next| match next.step {
            Step::Match | Step::Change | Step::Insert => Some(problem.items[next.item].declares),
            Step::Cover => Some(problem.old[next.old].declares),
            _ => None,
        })
        .collect();
    let was: HashSet<u32> = problem.old.iter().map(|old| old.declares).collect();
    let lost = |old: usize| problem.old[old].declares != 0 && !kept.contains(&problem.old[old].declares);
    let mut reasons = vec![];
    for hunk in hunks(problem, moves) {
        let solid: Vec<usize> = hunk.deleted.iter().copied().filter(|old| !problem.old[*old].line.is_blank()).collect();
        let (Some(first), Some(last)) = (solid.first(), solid.last()) else { continue };
        if hunk.announced || explanation.covers(*first, *last) {
            continue;
        }
        let names = outermost(problem, solid.iter().copied().filter(|old| lost(*old)));
        let renamed = hunk.declares.iter().filter(|name| **name != 0 && !was.contains(*name)).count();
        let named = !names.is_empty() && names.iter().all(|name| explanation.names(name));
        let place = if first == last {
            format!("line {} of the original", first + 1)
        } else {
            format!("lines {} to {} of the original", first + 1, last + 1)
        };
        if hunk.added == 0 && !named {
            reasons.push(Reason { kind: ReasonKind::CodeRemoved, detail: format!("{place} would go, and nothing says so") });
        } else if names.len() >= 2 + renamed && !named {
            let detail = format!("`{}` would go with {place}, and nothing says so", names.join("`, `"));
            reasons.push(Reason { kind: ReasonKind::CodeRemoved, detail });
        }
    }
    reasons
}

/// The names of declarations that do not stand in others of them.
fn outermost<'a>(problem: &Problem<'a>, lost: impl Iterator<Item = usize> + Clone) -> Vec<&'a str> {
    let least = lost.clone().map(|old| problem.old[old].line.indent).min();
    let mut names: Vec<&str> =
        lost.filter(|old| Some(problem.old[*old].line.indent) == least).filter_map(|old| declared(problem.old[old].line.text)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Declarations that would stand twice in one block.
fn duplicated(problem: &Problem<'_>, moves: &[Move]) -> Vec<Reason> {
    let stays: HashSet<(u32, u64)> = moves
        .iter()
        .filter(|next| next.step == Step::Cover && problem.old[next.old].declares != 0)
        .map(|next| (problem.old[next.old].line.id, problem.old[next.old].scope.header))
        .collect();
    let twice = moves.iter().filter(|next| next.step == Step::Insert && problem.items[next.item].declares != 0).filter(|next| {
        let item = &problem.items[next.item];
        stays.contains(&(item.line.id, item.scope.header))
    });
    twice
        .map(|next| {
            let detail = format!("`{}` would stand twice", problem.items[next.item].line.text.trim());
            Reason { kind: ReasonKind::CodeDuplicated, detail }
        })
        .collect()
}

/// Markers that stand for nothing.
fn unclear(problem: &Problem<'_>, moves: &[Move]) -> Vec<Reason> {
    let mut reasons = vec![];
    for (at, next) in moves.iter().enumerate() {
        let follows = moves.get(at + 1).map(|next| next.step);
        let empty = match (next.step, problem.items.get(next.item).map(|item| item.role)) {
            (Step::Open, Some(Role::Reference(_))) => follows != Some(Step::Cover) && follows != Some(Step::Open),
            (Step::Announce, _) => !deletes_beside(problem, moves, at),
            (Step::Insert, Some(Role::Reference(strength) | Role::Removal(strength))) => strength == Strength::Strong,
            _ => false,
        };
        if empty {
            let line = problem.items[..=next.item].iter().filter(|item| item.role != Role::Implied).count();
            let detail = format!("the comment on line {line} of the proposal stands for nothing in the original");
            reasons.push(Reason { kind: ReasonKind::UnclearMarker, detail });
        }
    }
    reasons
}

/// Whether lines go at a removal comment that do not come back beside it.
fn deletes_beside(problem: &Problem<'_>, moves: &[Move], at: usize) -> bool {
    let changing = |next: &&Move| matches!(next.step, Step::Delete | Step::Insert | Step::Change | Step::Announce);
    let before = moves[..at].iter().rev().take_while(changing);
    let stretch: Vec<&Move> = moves[at..].iter().take_while(changing).chain(before).collect();
    let comes = |next: &&&Move| matches!(next.step, Step::Insert | Step::Change);
    let back: HashSet<u32> = stretch.iter().filter(comes).map(|next| problem.items[next.item].line.id).collect();
    let goes = |next: &&Move| matches!(next.step, Step::Delete | Step::Change) && !back.contains(&problem.old[next.old].line.id);
    stretch.into_iter().any(|next| goes(&next))
}

/// A proposal without markers that may be a part of the file or all of it.
fn lone(problem: &Problem<'_>, moves: &[Move], explanation: &Explanation) -> Option<Reason> {
    let marked = moves.iter().any(|next| {
        matches!(next.step, Step::Open | Step::Announce) && problem.items.get(next.item).is_some_and(|item| item.role != Role::Implied)
    });
    if marked || problem.old.is_empty() || explanation.overwrites {
        return None;
    }
    let covered = moves.iter().any(|next| next.step == Step::Cover);
    let sure = if covered { is_anchored(problem, moves) } else { is_whole(problem, moves) };
    let what = if covered {
        "the snippet has no reference comment and no clear place"
    } else {
        "the proposal has no reference comment and little of the original"
    };
    (!sure).then(|| Reason { kind: ReasonKind::LoneSnippet, detail: what.to_owned() })
}

/// Whether the snippet begins and ends with lines that tell its place.
fn is_anchored(problem: &Problem<'_>, moves: &[Move]) -> bool {
    let mut solid = moves
        .iter()
        .filter(|next| matches!(next.step, Step::Match | Step::Insert | Step::Change) && !problem.items[next.item].line.is_blank());
    let known = |next: &Move| {
        next.step == Step::Match || next.step == Step::Change && problem.items[next.item].declares == problem.old[next.old].declares
    };
    let telling = moves.iter().any(|next| known(next) && !problem.items[next.item].line.is_bare() && next.step != Step::Delete);
    let first = solid.next();
    let last = solid.next_back().or(first);
    telling && first.is_some_and(known) && last.is_some_and(known)
}

/// Whether the proposal begins and ends as the original does, or has at least half of what it says.
fn is_whole(problem: &Problem<'_>, moves: &[Move]) -> bool {
    let mut solid = moves.iter().filter(|next| next.step != Step::Skip && next.step != Step::Announce);
    let framed = |next: Option<&Move>| next.is_some_and(|next| next.step == Step::Match && problem.old[next.old].tells > 1);
    if framed(solid.next()) && framed(solid.rfind(|next| !problem.old.get(next.old).is_none_or(|old| old.line.is_bare()))) {
        return true;
    }
    let telling = problem.old.iter().filter(|old| !old.line.is_bare()).count();
    let kept = moves.iter().filter(|next| next.step == Step::Match && !problem.old[next.old].line.is_bare()).count();
    2 * kept >= telling
}
