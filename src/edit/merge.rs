//! The merge of one proposal into one original.

use std::cell::OnceCell;

use crate::edit::content::{Content, OutLine, join};
use crate::edit::cost::{COSTS, Costs};
use crate::edit::doubt::doubts;
use crate::edit::explanation::Explanation;
use crate::edit::marker::{Marker, Strength, recognise};
use crate::edit::normal::normal;
use crate::edit::problem::Problem;
use crate::edit::reason::{Reason, ReasonKind};
use crate::edit::rivals::{Candidate, candidates, cheapest, is_unsearched};
use crate::edit::step::Step;
use crate::syntax::{self, Language};

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

/// Merges a proposal into its original.
pub fn merge(input: &Input<'_>) -> Merged {
    merge_with(COSTS, input)
}

/// What a line costs that goes although the edit is said to add only.
const ONLY_ADDED: i32 = 3_000;

/// Rivals of results above this many bytes are not parsed.
const MOST_PARSED: usize = 256 << 10;

/// A grammar that fails on the original fails on more of its kind: up to this many times as often is no new error.
const TOLERATED: usize = 3;

/// An explanation with its file and its syntax errors beyond the original's.
struct Judged<'a> {
    candidate: Candidate<'a>,
    content: String,
    broken: usize,
    cost: i32,
}

pub(super) fn merge_with(costs: Costs, input: &Input<'_>) -> Merged {
    if input.original == input.proposal {
        return Merged { content: input.original.to_owned(), reasons: Vec::new() };
    }
    let original = Content::new(input.original);
    let proposal = Content::new(input.proposal);
    let language = Language::detect(input.path, original.lines.first().unwrap_or(&""));
    let explanation = Explanation::new(input.explanation);
    if explanation.overwrites && !proposal.lines.iter().any(|line| recognise(line).is_some()) || original.lines.is_empty() {
        return overwrite(&original, &proposal);
    }
    let normal = normal(&original.lines, &proposal.lines);
    let lines: Vec<&str> = normal.iter().map(String::as_str).collect();
    let costs = Costs { keep: if explanation.only_adds { ONLY_ADDED } else { costs.keep }, ..costs };
    let problem = Problem::new(costs, language, &original.lines, &lines);
    let found = candidates(&problem);
    let judge = Judge { language, original: input.original, errors: OnceCell::new() };
    let nearest = found[0].cost + costs.margin;
    let mut judged: Vec<Judged<'_>> = Vec::new();
    for candidate in found {
        let near = candidate.cost <= nearest || judged.iter().all(|judged| judged.broken > 0);
        if near {
            judged.push(judge.candidate(&costs, join(&candidate.lines, &original, &proposal), candidate));
        }
    }
    judged.sort_by_key(|judged| judged.cost);
    let mut judged = judged.into_iter();
    let best = judged.next().expect("there is a best explanation");
    let mut reasons = Vec::new();
    if let Some(rival) = judged.find(|rival| rival.content != best.content).filter(|rival| rival.cost <= best.cost + costs.margin) {
        reasons.push(ambiguous(&best.candidate.lines, &rival.candidate.lines));
    }
    reasons.extend(doubts(&problem, &best.candidate.moves, &explanation));
    if is_unsearched(&problem) {
        let detail = "too many equal lines to compare every reading of the proposal".to_owned();
        reasons.push(Reason { kind: ReasonKind::AmbiguousLocation, detail });
    }
    let last_is_new = best
        .candidate
        .moves
        .iter()
        .rfind(|last| last.step != Step::Skip)
        .is_some_and(|last| matches!(last.step, Step::Insert | Step::Change | Step::Delete));
    if last_is_new && original.is_ended() && !proposal.is_ended() {
        let detail = "the last line of the proposal is new and has no line ending; the result has one, as the original".to_owned();
        reasons.push(Reason { kind: ReasonKind::FinalNewline, detail });
    }
    if best.content == input.original && proposal.lines.iter().any(|line| recognise(line) == Some(Marker::Removal(Strength::Strong))) {
        let detail = "the proposal has a removal comment, and nothing would be removed".to_owned();
        reasons.push(Reason { kind: ReasonKind::UnclearMarker, detail });
    }
    if best.broken > 0 {
        reasons.extend(judge.syntax_reason(&best.content));
    }
    if reasons.is_empty() {
        reasons.extend(costs.views().into_iter().find_map(|view| {
            let lines = cheapest(&problem.priced(view));
            let content = join(&lines, &original, &proposal);
            let differs = content != best.content && judge.broken(&content) <= best.broken;
            differs.then(|| ambiguous(&best.candidate.lines, &lines))
        }));
    }
    Merged { content: best.content, reasons }
}

/// The proposal as the whole file.
fn overwrite(original: &Content<'_>, proposal: &Content<'_>) -> Merged {
    let lines: Vec<OutLine<'_>> = proposal.lines.iter().map(|text| OutLine { text, old: None }).collect();
    let markers = proposal
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| matches!(recognise(line), Some(Marker::Reference(Strength::Strong) | Marker::Removal(Strength::Strong))));
    let reasons = markers.map(|(at, _)| Reason {
        kind: ReasonKind::UnclearMarker,
        detail: format!("the comment on line {} of the proposal stands for nothing: the original is empty", at + 1),
    });
    Merged { content: join(&lines, original, proposal), reasons: reasons.collect() }
}

/// Counts syntax errors that the original had not.
struct Judge<'a> {
    language: Option<Language>,
    original: &'a str,
    errors: OnceCell<usize>,
}

impl Judge<'_> {
    fn candidate<'a>(&self, costs: &Costs, content: String, candidate: Candidate<'a>) -> Judged<'a> {
        let broken = self.broken(&content);
        let cost = candidate.cost + costs.syntax * broken.min(2) as i32;
        Judged { candidate, content, broken, cost }
    }

    fn broken(&self, content: &str) -> usize {
        let Some(language) = self.language.filter(|_| content.len() <= MOST_PARSED) else { return 0 };
        let errors = syntax::errors(language, content).len();
        if errors == 0 {
            return 0;
        }
        let known = *self.errors.get_or_init(|| syntax::errors(language, self.original).len());
        if errors > TOLERATED * known { errors - known } else { 0 }
    }

    fn syntax_reason(&self, content: &str) -> Option<Reason> {
        let errors = syntax::errors(self.language?, content);
        let first = errors.first()?;
        let detail = format!(
            "{} on line {} of the result, which has {} that the original may not have",
            first.message,
            first.line,
            counted(errors.len())
        );
        Some(Reason { kind: ReasonKind::SyntaxError, detail })
    }
}

fn counted(errors: usize) -> String {
    if errors == 1 { "a syntax error".to_owned() } else { format!("{errors} syntax errors") }
}

fn ambiguous(best: &[OutLine<'_>], rival: &[OutLine<'_>]) -> Reason {
    let same = best.iter().zip(rival).take_while(|(a, b)| a.text == b.text).count();
    let detail = format!("from line {} of the result on, another reading of the proposal fits about as well", same + 1);
    Reason { kind: ReasonKind::AmbiguousLocation, detail }
}
