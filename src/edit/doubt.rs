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
#[derive(Default)]
struct Hunk {
    deleted: Vec<usize>,
    added: usize,
    announced: bool,
    /// Whether telling lines that stay, or an end of the text, stand on both sides before any reference.
    held: bool,
}

/// Every doubt about a path.
pub(super) fn doubts(problem: &Problem<'_>, moves: &[Move], explanation: &Explanation) -> Vec<Reason> {
    let mut reasons = removed(problem, moves, explanation);
    reasons.extend(duplicated(problem, moves));
    reasons.extend(unclear(problem, moves));
    reasons.extend(lone(problem, moves, explanation));
    reasons.extend(spaced(problem, moves));
    reasons.extend(unsaid(problem, moves));
    reasons
}

/// Code before or after the proposal that stays although no reference stands for it, where the proposal has comments of this kind.
fn unsaid(problem: &Problem<'_>, moves: &[Move]) -> Option<Reason> {
    if !problem.items.iter().any(|item| matches!(item.role, Role::Reference(_) | Role::Removal(_))) {
        return None;
    }
    let mut implied = false;
    let kept = moves.iter().find(|next| {
        match next.step {
            Step::Open => implied = problem.items[next.item].role == Role::Implied,
            Step::Cover => return implied && !problem.old[next.old].line.is_blank(),
            _ => implied = false,
        }
        false
    })?;
    let detail = format!("line {} of the original and what follows it would stay, although no reference stands for it", kept.old + 1);
    Some(Reason { kind: ReasonKind::AmbiguousLocation, detail })
}

/// New lines stand for up to this many times as many old ones.
const SHOWN: usize = 8;

/// This many telling lines that stay part two hunks.
const APART: usize = 3;

fn hunks(problem: &Problem<'_>, moves: &[Move]) -> Vec<Hunk> {
    let (mut hunks, mut hunk, mut between, mut held) = (vec![], Hunk::default(), 0, true);
    for next in moves {
        let reference = matches!(next.step, Step::Cover | Step::Open);
        if reference || between >= APART {
            hunk.held &= between > 0;
            hunks.push(std::mem::take(&mut hunk));
        }
        if hunk.is_empty() {
            hunk.held = held;
        }
        match next.step {
            Step::Delete => hunk.deleted.push(next.old),
            Step::Announce => hunk.announced = true,
            Step::Insert | Step::Change => hunk.added += usize::from(!problem.items[next.item].line.is_blank()),
            Step::Match if is_moved(problem, *next) => hunk.added += 1,
            Step::Match => {
                let telling = !problem.items[next.item].line.is_bare();
                between += usize::from(telling);
                held |= telling;
                continue;
            }
            Step::Skip => continue,
            Step::Cover | Step::Open => held = false,
        }
        between = 0;
    }
    hunks.push(hunk);
    hunks
}

impl Hunk {
    fn is_empty(&self) -> bool {
        self.deleted.is_empty() && self.added == 0 && !self.announced
    }

    /// Whether the proposal itself shows what stands in the place of the lines that go.
    fn is_shown(&self, solid: usize) -> bool {
        self.held && SHOWN * self.added >= solid
    }
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
    let lost = |old: usize| problem.old[old].declares != 0 && !kept.contains(&problem.old[old].declares);
    let mut reasons = vec![];
    for hunk in hunks(problem, moves) {
        let solid: Vec<usize> = hunk.deleted.iter().copied().filter(|old| !problem.old[*old].line.is_blank()).collect();
        let (Some(first), Some(last)) = (solid.first(), solid.last()) else { continue };
        if hunk.announced || explanation.covers(*first, *last) {
            continue;
        }
        let names: Vec<&str> = solid.iter().filter(|old| lost(**old)).filter_map(|old| declared(problem.old[*old].line.text)).collect();
        if explanation.only_adds {
            let detail = format!("line {} of the original would go, although lines are only to be added", first + 1);
            reasons.push(Reason { kind: ReasonKind::CodeRemoved, detail });
            continue;
        }
        let named = !names.is_empty() && names.iter().all(|name| explanation.names(name));
        let place = if first == last {
            format!("line {} of the original", first + 1)
        } else {
            format!("lines {} to {} of the original", first + 1, last + 1)
        };
        if hunk.added == 0 && !named {
            reasons.push(Reason { kind: ReasonKind::CodeRemoved, detail: format!("{place} would go, and nothing says so") });
        } else if !names.is_empty() && !named && !hunk.is_shown(solid.len()) {
            let detail = format!("`{}` would go with {place}, and nothing says so", names.join("`, `"));
            reasons.push(Reason { kind: ReasonKind::CodeRemoved, detail });
        }
    }
    reasons
}

/// Declarations that would stand twice in one block.
fn duplicated(problem: &Problem<'_>, moves: &[Move]) -> Vec<Reason> {
    let stays: HashSet<(u32, u64, u64)> = moves
        .iter()
        .filter(|next| next.step == Step::Cover && problem.old[next.old].declares != 0)
        .map(|next| (problem.old[next.old].line.id, problem.old[next.old].scope))
        .map(|(line, scope)| (line, scope.header, scope.outer))
        .collect();
    let twice = moves.iter().filter(|next| next.step == Step::Insert && problem.items[next.item].declares != 0).filter(|next| {
        let item = &problem.items[next.item];
        stays.contains(&(item.line.id, item.scope.header, item.scope.outer))
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
            (Step::Announce, _) => !deletes_beside(moves, at),
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

/// Blank lines at the end of what a reference stands for, where the proposal goes on with new code at once.
fn spaced(problem: &Problem<'_>, moves: &[Move]) -> Vec<Reason> {
    let mut reasons = vec![];
    let mut last: Option<&Move> = None;
    for next in moves.iter().filter(|next| next.step != Step::Skip) {
        let blank = last.is_some_and(|last| last.step == Step::Cover && problem.old[last.old].line.is_blank());
        if blank && matches!(next.step, Step::Insert | Step::Change) && !problem.items[next.item].line.is_blank() {
            let detail =
                format!("`{}` follows a reference without the blank line that stands there", problem.items[next.item].line.text.trim());
            reasons.push(Reason { kind: ReasonKind::AmbiguousLocation, detail });
        }
        last = Some(next);
    }
    reasons
}

fn deletes_beside(moves: &[Move], at: usize) -> bool {
    let changing = |next: &&Move| matches!(next.step, Step::Delete | Step::Insert | Step::Change | Step::Announce);
    let deletes = |next: &Move| matches!(next.step, Step::Delete | Step::Change);
    moves[at..].iter().take_while(changing).any(deletes) || moves[..at].iter().rev().take_while(changing).any(deletes)
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

/// Whether the proposal has at least half of what the original says.
fn is_whole(problem: &Problem<'_>, moves: &[Move]) -> bool {
    let telling = problem.old.iter().filter(|old| !old.line.is_bare()).count();
    let kept = moves.iter().filter(|next| next.step == Step::Match && !problem.old[next.old].line.is_bare()).count();
    2 * kept >= telling
}
