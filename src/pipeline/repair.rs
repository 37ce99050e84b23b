//! A doubtful merge is put before a model, up to three rounds, with a rewrite of the whole file racing it.
//!
//! ```text
//! doubtful ── round 1 ── correct ─────────────────────────────▶ accepted
//!                 │
//!                 └─ incorrect ─┬─ replacements, rounds 2 and 3 ─┬─ first without a reason ▶ accepted
//!                               └─ whole file ───────────────────┘
//!                                                                 └─ none ▶ the best attempt, marked
//! ```
//!
//! Whatever a model answers is held against the original and the proposal before it counts.

use std::future::Future;
use std::pin::Pin;

use crate::edit::{self, Input, ReasonKind};
use crate::plan::{Call, ChatMessage, RunEvent, Usage};
use crate::prompt::{self, ValidateScene, WholeFileScene};
use crate::reply::{self, Validation};

/// The most rounds of validation for one file.
pub const ROUNDS: u8 = 3;

/// The most requests to models for one file: every round, and one rewrite.
pub const MOST_CALLS: u32 = ROUNDS as u32 + 1;

/// Which request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whether the result is right; the number is the round, from 1: later rounds go to stronger models.
    Validate(u8),
    /// The whole file.
    WholeFile,
}

/// A model's answer to the builder.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// The model.
    pub model: String,
    /// What the call used.
    pub usage: Usage,
}

/// A request in flight; the error is in words.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Answer, String>> + 'a>>;

/// Whoever answers the builder's questions.
pub trait Builder {
    /// The calls since this was asked last, and what there is to tell of them.
    fn take(&self) -> (Vec<Call>, Vec<RunEvent>) {
        Default::default()
    }

    /// Asks a model.
    fn ask(&self, asked: Asked, messages: Vec<ChatMessage>) -> Asking<'_>;

    /// Whether the user has stopped it, so that what it has not answered counts for nothing.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// One content that was made for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What made it: `merge`, `builder` or `whole-file`.
    pub by: &'static str,
    /// The model, when one did.
    pub model: Option<String>,
    /// The content; nothing when the answer held none.
    pub content: Option<String>,
    /// Why it may be wrong; empty when nothing speaks against it.
    pub reasons: Vec<String>,
}

/// How a repair ended.
#[derive(Debug, Clone, Default)]
pub struct Repaired {
    /// The content to take.
    pub content: String,
    /// Why it may be wrong; empty when it was accepted.
    pub reasons: Vec<String>,
    /// Everything that was tried, the merge first.
    pub attempts: Vec<Candidate>,
    /// How many requests were made.
    pub calls: u32,
    /// What they used.
    pub usage: Usage,
}

/// Repairs a doubtful merge of `input`.
pub async fn repair(input: &Input<'_>, merged: edit::Merged, builder: &dyn Builder) -> Repaired {
    let reasons: Vec<String> = merged.reasons.iter().map(ToString::to_string).collect();
    let first = Candidate { by: "merge", model: None, content: Some(merged.content), reasons };
    let mut repair = Repair { input, builder, present: first.clone(), log: Log::default() };
    repair.log.attempts.push(first);
    match repair.round(1).await {
        Round::Accepted => return repair.log.accept(repair.present),
        Round::Open { comments } => {
            let race = Race::run(&mut repair, comments).await;
            if let Some(winner) = race {
                return repair.log.accept(winner);
            }
        }
    }
    repair.log.give_up()
}

enum Round {
    Accepted,
    Open { comments: Vec<(String, bool)> },
}

/// What was tried and what it cost.
#[derive(Debug, Default)]
struct Log {
    attempts: Vec<Candidate>,
    calls: u32,
    usage: Usage,
}

impl Log {
    fn count(&mut self, answer: &Result<Answer, String>) {
        if let Ok(answer) = answer {
            self.usage += answer.usage;
        }
    }

    fn accept(self, winner: Candidate) -> Repaired {
        let content = winner.content.unwrap_or_default();
        Repaired { content, reasons: Vec::new(), attempts: self.attempts, calls: self.calls, usage: self.usage }
    }

    /// Takes the attempt with the fewest and mildest reasons; the merge wins a tie, as it invents nothing.
    fn give_up(self) -> Repaired {
        let made = self.attempts.iter().filter(|attempt| attempt.content.is_some());
        let best = made.min_by_key(|attempt| (weight(&attempt.reasons), attempt.by != "merge")).expect("the merge is there").clone();
        let reasons = best.reasons;
        Repaired { content: best.content.unwrap_or_default(), reasons, attempts: self.attempts, calls: self.calls, usage: self.usage }
    }
}

/// How bad a set of reasons is: lost code weighs most, then broken syntax.
fn weight(reasons: &[String]) -> usize {
    let of = |reason: &String| {
        let is = |kind: ReasonKind| reason.starts_with(kind.as_str());
        if is(ReasonKind::CodeRemoved) {
            100
        } else if is(ReasonKind::SyntaxError) || is(ReasonKind::NotMade) || is(ReasonKind::UnclearMarker) {
            10
        } else {
            1
        }
    };
    reasons.iter().map(of).sum()
}

struct Repair<'a> {
    input: &'a Input<'a>,
    builder: &'a dyn Builder,
    /// The result that is in question.
    present: Candidate,
    log: Log,
}

impl Repair<'_> {
    /// Asks whether the present result is right, and takes the model's replacements if it is not.
    async fn round(&mut self, round: u8) -> Round {
        let messages = self.question();
        self.log.calls += 1;
        let answer = self.builder.ask(Asked::Validate(round), messages).await;
        self.log.count(&answer);
        let open = Round::Open { comments: Vec::new() };
        let Ok(answer) = answer.map_err(|words| self.failed("builder", words)) else { return open };
        match reply::validation(&answer.text) {
            Some(Validation::Correct) if self.may_be_correct() => Round::Accepted,
            Some(Validation::Incorrect { replacements, comments, .. }) => {
                let comments = comments.into_iter().map(|comment| (comment.text, comment.reference)).collect();
                let pairs: Vec<(&str, &str)> = replacements.iter().map(|r| (r.old.as_str(), r.new.as_str())).collect();
                if self.replaced(&pairs, answer.model) { Round::Accepted } else { Round::Open { comments } }
            }
            Some(Validation::Correct) | None => open,
        }
    }

    fn question(&self) -> Vec<ChatMessage> {
        let content = self.present.content.as_deref().unwrap_or_default();
        let diff = similar::TextDiff::from_lines(self.input.original, content).unified_diff().context_radius(3).to_string();
        let syntax = ReasonKind::SyntaxError.as_str();
        let (errors, reasons): (Vec<&str>, Vec<&str>) =
            self.present.reasons.iter().map(String::as_str).partition(|r| r.starts_with(syntax));
        prompt::validate(&ValidateScene {
            path: self.input.path,
            original: self.input.original,
            proposal: self.input.proposal,
            explanation: self.input.explanation.unwrap_or_default(),
            diff: &diff,
            reasons: &reasons,
            syntax_errors: &errors,
        })
    }

    /// A model's word is enough against doubts about the place, but not against broken syntax.
    fn may_be_correct(&self) -> bool {
        let content = self.present.content.as_deref().unwrap_or_default();
        let certain = [ReasonKind::SyntaxError, ReasonKind::NotMade, ReasonKind::UnclearMarker];
        !edit::verify(self.input, content).iter().any(|reason| certain.contains(&reason.kind))
    }

    /// Makes the replacements on the original; true when nothing speaks against the result.
    fn replaced(&mut self, replacements: &[(&str, &str)], model: String) -> bool {
        let attempt = match edit::replace_all(self.input.original, replacements) {
            Ok(content) if !replacements.is_empty() => self.candidate("builder", model, content),
            Ok(_) => Candidate { by: "builder", model: Some(model), content: None, reasons: vec!["no-answer: no replacements".into()] },
            Err(error) => Candidate { by: "builder", model: Some(model), content: None, reasons: vec![format!("no-match: {error}")] },
        };
        self.log.attempts.push(attempt.clone());
        if attempt.content.is_none() {
            return false;
        }
        let accepted = attempt.reasons.is_empty();
        self.present = attempt;
        accepted
    }

    fn candidate(&self, by: &'static str, model: String, content: String) -> Candidate {
        let reasons = edit::verify(self.input, &content).iter().map(ToString::to_string).collect();
        Candidate { by, model: Some(model), content: Some(content), reasons }
    }

    fn failed(&mut self, by: &'static str, words: String) {
        self.log.attempts.push(Candidate { by, model: None, content: None, reasons: vec![format!("no-answer: {words}")] });
    }
}

/// The further rounds beside the rewrite of the whole file.
struct Race;

impl Race {
    /// Runs both; the first result that nothing speaks against wins, and the other is dropped.
    async fn run(repair: &mut Repair<'_>, comments: Vec<(String, bool)>) -> Option<Candidate> {
        let rewrite = rewrite(repair.input, repair.builder, repair.present.reasons.clone(), comments);
        repair.log.calls += 1;
        tokio::pin!(rewrite);
        let mut rewritten = None;
        let mut round = 2;
        while round <= ROUNDS {
            let accepted = {
                let asking = repair.round(round);
                tokio::pin!(asking);
                loop {
                    tokio::select! {
                        biased;
                        outcome = &mut asking => break matches!(outcome, Round::Accepted),
                        done = &mut rewrite, if rewritten.is_none() => {
                            let good = done.1.reasons.is_empty();
                            rewritten = Some(done);
                            if good { break false }
                        }
                    }
                }
            };
            if accepted {
                return Some(repair.present.clone());
            }
            if rewritten.as_ref().is_some_and(|(_, candidate)| candidate.reasons.is_empty()) {
                break;
            }
            round += 1;
        }
        let (answer, candidate) = match rewritten {
            Some(done) => done,
            None => rewrite.await,
        };
        repair.log.count(&answer);
        repair.log.attempts.push(candidate.clone());
        candidate.reasons.is_empty().then_some(candidate)
    }
}

/// Asks for the whole file and holds it against the original and the proposal.
async fn rewrite(
    input: &Input<'_>,
    builder: &dyn Builder,
    reasons: Vec<String>,
    comments: Vec<(String, bool)>,
) -> (Result<Answer, String>, Candidate) {
    let comments: Vec<(&str, bool)> = comments.iter().map(|(text, is)| (text.as_str(), *is)).collect();
    let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
    let messages = prompt::whole_file(&WholeFileScene {
        path: input.path,
        original: input.original,
        proposal: input.proposal,
        explanation: input.explanation.unwrap_or_default(),
        comments: &comments,
        reasons: &reasons,
    });
    let answer = builder.ask(Asked::WholeFile, messages).await;
    let none = |model: Option<String>, words: String| Candidate { by: "whole-file", model, content: None, reasons: vec![words] };
    let candidate = match &answer {
        Err(words) => none(None, format!("no-answer: {words}")),
        Ok(answer) => match reply::whole_file(&answer.text) {
            None => none(Some(answer.model.clone()), "no-answer: no whole file".into()),
            Some(content) => {
                let content = like_original(input.original, content);
                let reasons = edit::verify(input, &content).iter().map(ToString::to_string).collect();
                Candidate { by: "whole-file", model: Some(answer.model.clone()), content: Some(content), reasons }
            }
        },
    };
    (answer, candidate)
}

/// Gives a rewritten file the byte order mark, the line endings and the final line ending that the original has.
fn like_original(original: &str, mut content: String) -> String {
    if original.contains("\r\n") && !content.contains("\r\n") {
        content = content.replace('\n', "\r\n");
    }
    let ending = if original.contains("\r\n") { "\r\n" } else { "\n" };
    if original.is_empty() || original.ends_with('\n') {
        if !content.is_empty() && !content.ends_with('\n') {
            content.push_str(ending);
        }
    } else {
        content.truncate(content.trim_end_matches(['\n', '\r']).len());
    }
    if original.starts_with('\u{feff}') && !content.starts_with('\u{feff}') {
        content.insert(0, '\u{feff}');
    }
    content
}
