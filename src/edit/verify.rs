//! Whether a result can be what a proposal meant, however the result was made.
//!
//! The merge knows which lines it left out and why; a model's rewrite does not say. So the difference between the
//! original and the result is held against the proposal: what went has to be replaced or removed there, what came has
//! to stand there.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, TextDiff};

use crate::edit::declare::declared;
use crate::edit::explanation::Explanation;
use crate::edit::marker::{self, Marker, Strength};
use crate::edit::merge::Input;
use crate::edit::reason::{Reason, ReasonKind};
use crate::syntax::{self, Language};

/// Named lines in a reason, at most.
const NAMED: usize = 3;

/// The reasons why `result` may not be what the proposal meant; empty when nothing speaks against it.
pub fn verify(input: &Input<'_>, result: &str) -> Vec<Reason> {
    let view = View::new(input, result);
    let mut reasons = Vec::new();
    reasons.extend(view.lost());
    reasons.extend(view.unexpected());
    reasons.extend(view.not_made());
    reasons.extend(view.leftover());
    reasons.extend(broken_syntax(input, result));
    reasons
}

struct View<'a> {
    original: Vec<&'a str>,
    result: Vec<&'a str>,
    /// The proposal's lines; `None` is a reference, which stands for anything.
    proposal: Vec<Option<&'a str>>,
    removals: bool,
    explanation: Explanation,
    changes: Vec<DiffOp>,
}

impl<'a> View<'a> {
    fn new(input: &Input<'a>, result: &'a str) -> Self {
        let original: Vec<&str> = input.original.lines().collect();
        let new: Vec<&str> = result.lines().collect();
        let known: HashSet<&str> = original.iter().map(|line| line.trim()).collect();
        let mark = |line: &'a str| if known.contains(line.trim()) { None } else { marker::recognise(line) };
        let removals = input.proposal.lines().any(|line| matches!(mark(line), Some(Marker::Removal(_))));
        let proposal = input.proposal.lines().map(|line| if mark(line).is_some() { None } else { Some(line) }).collect();
        let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(&original, &new);
        let changes = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).copied().collect();
        Self { original, result: new, proposal, removals, explanation: Explanation::new(input.explanation), changes }
    }

    /// Code that is gone and that the proposal does not say goes.
    fn lost(&self) -> Option<Reason> {
        let stays = counts(&self.result);
        let was = counts(&self.original);
        let gone = |line: &&str| stays.get(line.trim()).copied().unwrap_or(0) < was.get(line.trim()).copied().unwrap_or(0);
        let unexplained = self.changes.iter().filter(|op| !op.old_range().is_empty() && !self.is_explained(op));
        let lines: Vec<&str> = unexplained
            .flat_map(|op| self.original[op.old_range()].iter().enumerate().map(move |(at, line)| (op.old_range().start + at, *line)))
            .filter(|(at, line)| has_text(line) && gone(line) && !self.explanation.covers(*at, *at))
            .map(|(_, line)| line)
            .collect();
        let lost = reason(ReasonKind::CodeRemoved, "gone without a word in the proposal", &lines);
        lost.or_else(|| reason(ReasonKind::CodeRemoved, "declared no more, without a word in the proposal", &self.lost_declarations()))
    }

    /// Declarations that are gone although nothing is marked as removed and no new name can stand for them.
    fn lost_declarations(&self) -> Vec<&'a str> {
        if self.removals {
            return Vec::new();
        }
        let names = |lines: &[&'a str]| lines.iter().filter_map(|line| declared(line)).collect::<HashSet<_>>();
        let (was, is) = (names(&self.original), names(&self.result));
        let gone = |line: &&&str| declared(line).is_some_and(|name| !is.contains(name) && !self.explanation.names(name));
        let lost: Vec<&str> = self.original.iter().filter(gone).copied().collect();
        let renamed = is.difference(&was).count();
        if lost.len() > renamed { lost } else { Vec::new() }
    }

    /// Whether the proposal shows the lines around a change next to each other, with nothing left out between.
    fn is_explained(&self, op: &DiffOp) -> bool {
        let before = self.original[..op.old_range().start].iter().rev().find(|line| !is_blank(line)).copied();
        let after = self.original[op.old_range().end..].iter().find(|line| !is_blank(line)).copied();
        let inner: HashSet<&str> = self.result[op.new_range()].iter().map(|line| line.trim()).collect();
        let starts = self.proposal.iter().enumerate().filter(|(_, line)| match (before, line) {
            (Some(before), Some(line)) => line.trim() == before.trim(),
            _ => false,
        });
        let mut begins: Vec<usize> = starts.map(|(at, _)| at + 1).collect();
        if before.is_none() {
            begins.push(0);
        }
        begins.into_iter().any(|at| self.reaches(at, after, &inner)) || self.removals && self.near_removal(before, after)
    }

    /// Whether the proposal goes on from `at` with lines of the change alone, up to the line that follows it.
    fn reaches(&self, at: usize, after: Option<&str>, inner: &HashSet<&str>) -> bool {
        for line in &self.proposal[at..] {
            match line {
                None => return false,
                Some(line) if after.is_some_and(|after| after.trim() == line.trim()) => return true,
                Some(line) if !is_blank(line) && !inner.contains(line.trim()) => return false,
                Some(_) => {}
            }
        }
        after.is_none()
    }

    /// Whether a marker stands right between the lines around a change: with removals about, it may be one.
    fn near_removal(&self, before: Option<&str>, after: Option<&str>) -> bool {
        let same = |line: &Option<&str>, want: Option<&str>| match (line, want) {
            (Some(line), Some(want)) => line.trim() == want.trim(),
            (_, None) => true,
            _ => false,
        };
        let text: Vec<&Option<&str>> = self.proposal.iter().filter(|line| line.is_none_or(|line| !is_blank(line))).collect();
        let marks = text.iter().enumerate().filter(|(_, line)| line.is_none());
        marks.into_iter().any(|(at, _)| {
            let earlier = at.checked_sub(1).and_then(|at| text.get(at));
            let follows = earlier.map_or(before.is_none(), |line| same(line, before));
            follows && text.get(at + 1).map_or(after.is_none(), |line| same(line, after))
        })
    }

    /// Code that came and that the proposal does not hold, or holds at another place.
    fn unexpected(&self) -> Option<Reason> {
        let marker = |line: &str| marker::recognise(line).is_some();
        let moved = self.changes.iter().flat_map(|op| &self.original[op.old_range()]);
        let known: HashSet<&str> = self.proposal.iter().flatten().chain(moved).map(|line| line.trim()).collect();
        let came = self.changes.iter().flat_map(|op| self.result[op.new_range()].iter().copied());
        let lines: Vec<&str> = came.filter(|line| has_text(line) && !marker(line) && !known.contains(line.trim())).collect();
        let strange = reason(ReasonKind::Unexpected, "new and not in the proposal", &lines);
        strange.or_else(|| {
            let misplaced: Vec<&str> = self.changes.iter().filter_map(|op| self.misplaced(op)).collect();
            reason(ReasonKind::Unexpected, "new at a place where the proposal does not have it", &misplaced)
        })
    }

    /// The first new line of a change, if the proposal has other lines both before and after it.
    fn misplaced(&self, op: &DiffOp) -> Option<&'a str> {
        let range = op.new_range();
        let (first_at, first) = range.clone().map(|at| (at, self.result[at])).find(|(_, line)| has_text(line))?;
        let (last_at, last) = range.map(|at| (at, self.result[at])).rev().find(|(_, line)| has_text(line))?;
        let before = self.result[..first_at].iter().rev().find(|line| has_text(line)).map(|line| line.trim());
        let after = self.result[last_at + 1..].iter().find(|line| has_text(line)).map(|line| line.trim());
        let text: Vec<Option<&str>> = self.proposal.iter().copied().filter(|line| line.is_none_or(has_text)).collect();
        // A reference, or the end of a snippet, may stand for anything.
        let fits =
            |beside: Option<&Option<&str>>, want: Option<&str>| beside.copied().flatten().is_none_or(|line| want == Some(line.trim()));
        let holds = |at: &usize, wanted: &str| text[*at].is_some_and(|line| line.trim() == wanted.trim());
        let mut firsts = (0..text.len()).filter(|at| holds(at, first)).peekable();
        firsts.peek()?;
        let placed = firsts.any(|at| fits(at.checked_sub(1).and_then(|at| text.get(at)), before))
            || (0..text.len()).filter(|at| holds(at, last)).any(|at| fits(text.get(at + 1), after));
        (!placed).then_some(first)
    }

    /// Code of the proposal that the result does not hold.
    fn not_made(&self) -> Option<Reason> {
        let there: HashSet<&str> = self.result.iter().map(|line| line.trim()).collect();
        let wanted = self.proposal.iter().flatten().filter(|line| has_text(line) && !there.contains(line.trim()));
        reason(ReasonKind::NotMade, "in the proposal and not in the result", &wanted.copied().collect::<Vec<_>>())
    }

    /// References and removal comments that were not carried out.
    fn leftover(&self) -> Option<Reason> {
        let known: HashSet<&str> = self.original.iter().map(|line| line.trim()).collect();
        let plain =
            |line: &str| matches!(marker::recognise(line), Some(Marker::Reference(Strength::Strong) | Marker::Removal(Strength::Strong)));
        let left = self.result.iter().filter(|line| !known.contains(line.trim()) && plain(line));
        reason(ReasonKind::UnclearMarker, "left over in the result", &left.copied().collect::<Vec<_>>())
    }
}

/// Syntax errors of the result, when it has more than the original.
fn broken_syntax(input: &Input<'_>, result: &str) -> Option<Reason> {
    let language = Language::detect(input.path, input.original.lines().next().unwrap_or_default())?;
    let found = syntax::errors(language, result);
    let first = found.first()?;
    if found.len() <= syntax::errors(language, input.original).len() {
        return None;
    }
    Some(Reason { kind: ReasonKind::SyntaxError, detail: format!("line {}: {}", first.line, first.message) })
}

fn reason(kind: ReasonKind, what: &str, lines: &[&str]) -> Option<Reason> {
    let named: Vec<String> = lines.iter().take(NAMED).map(|line| format!("`{}`", line.trim())).collect();
    let more = if lines.len() > NAMED { format!(" and {} more lines", lines.len() - NAMED) } else { String::new() };
    (!lines.is_empty()).then(|| Reason { kind, detail: format!("{what}: {}{more}", named.join(", ")) })
}

/// Whether a line holds more than brackets and punctuation.
fn has_text(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

fn counts<'a>(lines: &[&'a str]) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for line in lines {
        *counts.entry(line.trim()).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINAL: &str = "fn a() {\n    one();\n    two();\n}\n\nfn b() {\n    three();\n}\n\nfn c() {\n    four();\n}\n";

    fn kinds(proposal: &str, explanation: Option<&str>, result: &str) -> Vec<ReasonKind> {
        let input = Input { path: "x.rs", original: ORIGINAL, proposal, explanation };
        verify(&input, result).into_iter().map(|reason| reason.kind).collect()
    }

    #[test]
    fn the_merge_of_an_elided_edit_passes() {
        let proposal = "fn a() {\n    one();\n    more();\n    two();\n}\n\n// ... existing code ...\n";
        assert_eq!(kinds(proposal, None, &ORIGINAL.replace("    two();\n", "    more();\n    two();\n")), []);
        let proposal = "fn a() {\n    one();\n    other();\n}\n\n// ... existing code ...\n";
        assert_eq!(kinds(proposal, None, &ORIGINAL.replace("two()", "other()")), []);
    }

    #[test]
    fn a_function_that_a_rewrite_dropped_is_missed() {
        let proposal = "fn a() {\n    one();\n    other();\n}\n\n// ... existing code ...\n";
        let result = "fn a() {\n    one();\n    other();\n}\n\nfn c() {\n    four();\n}\n";
        assert_eq!(kinds(proposal, None, result), [ReasonKind::CodeRemoved]);
    }

    #[test]
    fn a_removal_that_the_proposal_marks_passes() {
        let proposal = "// ... existing code ...\n    two();\n}\n\n// Plandex: removed code\n\nfn c() {\n// ... existing code ...\n";
        let result = "fn a() {\n    one();\n    two();\n}\n\nfn c() {\n    four();\n}\n";
        assert_eq!(kinds(proposal, None, result), []);
    }

    #[test]
    fn code_from_nowhere_and_changes_that_were_not_made_are_seen() {
        let proposal = "fn a() {\n    one();\n    more();\n    two();\n}\n\n// ... existing code ...\n";
        assert_eq!(kinds(proposal, None, ORIGINAL), [ReasonKind::NotMade]);
        let result = ORIGINAL.replace("    two();\n", "    more();\n    two();\n").replace("four()", "five()");
        assert!(kinds(proposal, None, &result).contains(&ReasonKind::Unexpected));
    }

    #[test]
    fn leftovers_and_new_syntax_errors_are_seen() {
        let proposal = "fn a() {\n    one();\n    two();\n}\n\n// ... existing code ...\n";
        assert_eq!(kinds(proposal, None, &ORIGINAL.replace("fn c()", "// ... existing code ...\nfn c()")), [ReasonKind::UnclearMarker]);
        assert!(kinds(proposal, None, &ORIGINAL.replace("two();\n}", "two();\n")).contains(&ReasonKind::SyntaxError));
    }
}
