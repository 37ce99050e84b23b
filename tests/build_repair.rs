//! The repair of doubtful merges, with a builder that is right, wrong, ambiguous, cut off or careless.

use std::cell::Cell;

use git_plandex::edit::{self, Input};
use git_plandex::pipeline::{Answer, Asked, Asking, Builder, MOST_CALLS, Repaired, repair};
use git_plandex::plan::{ChatMessage, Usage};

/// How a builder answers one kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Right,
    SaysCorrect,
    WrongPlace,
    Ambiguous,
    CutOff,
    DropsFunction,
    Rambles,
    Fails,
}

const MANNERS: [Manner; 8] = [
    Manner::Right,
    Manner::SaysCorrect,
    Manner::WrongPlace,
    Manner::Ambiguous,
    Manner::CutOff,
    Manner::DropsFunction,
    Manner::Rambles,
    Manner::Fails,
];

/// A case: the file, what was proposed, and what was meant.
struct Case {
    original: String,
    proposal: String,
    explanation: Option<String>,
    meant: String,
    /// The lines to replace, exactly, for a builder that is right.
    old: String,
    new: String,
}

/// A small generator of numbers (xorshift), so that a failing case can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
}

fn function(n: usize) -> String {
    format!(
        "fn step_{n}(state: &mut State) -> bool {{\n    let found = state.look(\"step {n}\");\n    if found.is_none() {{\n        return false;\n    }}\n    state.take({n});\n    true\n}}\n"
    )
}

/// A file of alike functions; the proposal changes one of them and is vague about which.
fn case(dice: &mut Dice) -> Case {
    let count = 3 + dice.roll(6);
    let target = dice.roll(count);
    let functions: Vec<String> = (0..count).map(function).collect();
    let original = format!("use crate::State;\n\n{}", functions.join("\n"));
    let old = format!("    state.take({target});\n    true\n");
    let new = format!("    state.take({target});\n    state.count += {target};\n    true\n");
    let meant = original.replace(&old, &new);
    let proposal = match dice.roll(3) {
        0 => format!(
            "// ... existing code ...\n        return false;\n    }}\n    state.count += {target};\n    true\n}}\n// ... existing code ...\n"
        ),
        1 => format!(
            "    if found.is_none() {{\n        return false;\n    }}\n    // ... existing code ...\n    state.count += {target};\n    true\n}}\n"
        ),
        _ => format!("    true\n}}\n\n    state.count += {target};\n    true\n}}\n"),
    };
    let explanation =
        (dice.roll(2) == 0).then(|| format!("**Updating `x.rs`**\nType: add\nSummary: count step {target}.\nContext: in `step_{target}`"));
    Case { original, proposal, explanation, meant, old, new }
}

struct Scripted<'a> {
    case: &'a Case,
    manners: [Manner; 4],
    asked: Cell<u32>,
}

impl Scripted<'_> {
    fn text(&self, asked: Asked) -> Result<String, String> {
        let manner = match asked {
            Asked::Validate(round) => self.manners[usize::from(round) - 1],
            Asked::WholeFile => self.manners[3],
        };
        match (asked, manner) {
            (_, Manner::Fails) => Err("the provider is too busy".into()),
            (_, Manner::Rambles) => Ok("I think that the change is good, on the whole.".into()),
            (Asked::Validate(_), manner) => Ok(self.validation(manner)),
            (Asked::WholeFile, manner) => Ok(self.whole_file(manner)),
        }
    }

    fn validation(&self, manner: Manner) -> String {
        let incorrect = |old: &str, new: &str| {
            format!(
                "Not right.\n\n<PlandexIncorrect/>\n\n<PlandexComments>\nreference: // ... existing code ...\n</PlandexComments>\n\n<PlandexReplacements>\n<Replacement>\n<Old>\n{old}</Old>\n<New>\n{new}</New>\n</Replacement>\n</PlandexReplacements>\n"
            )
        };
        match manner {
            Manner::SaysCorrect => "Fine.\n\n<PlandexCorrect/>\n".into(),
            Manner::WrongPlace => incorrect("use crate::State;\n", &format!("use crate::State;\n{}", self.case.new)),
            Manner::Ambiguous => incorrect("        return false;\n", "        return true;\n"),
            Manner::CutOff => incorrect(&self.case.old, &self.case.new).split_at(90).0.to_owned(),
            Manner::DropsFunction => incorrect(&function(0), ""),
            _ => incorrect(&self.case.old, &self.case.new),
        }
    }

    fn whole_file(&self, manner: Manner) -> String {
        let file = |content: &str| format!("<PlandexWholeFile>\n{content}</PlandexWholeFile>\n");
        match manner {
            Manner::DropsFunction => file(&self.case.meant.replace(&function(1), "")),
            Manner::WrongPlace => file(&format!("{}{}", self.case.meant, self.case.new)),
            Manner::Ambiguous => file(&self.case.meant.replace("use crate::State;", "use crate::{Other, State};")),
            Manner::CutOff => file(&self.case.meant).split_at(self.case.meant.len() / 2).0.to_owned(),
            Manner::SaysCorrect => file(&self.case.original),
            _ => file(&self.case.meant),
        }
    }
}

impl Builder for Scripted<'_> {
    fn ask(&self, asked: Asked, _: Vec<ChatMessage>) -> Asking<'_> {
        self.asked.set(self.asked.get() + 1);
        let answer = self.text(asked);
        Box::pin(async move {
            // Lets the other side of the race move.
            tokio::task::yield_now().await;
            Ok(Answer { text: answer?, model: "scripted".into(), usage: Usage { output_tokens: 1, ..Usage::default() } })
        })
    }
}

fn run(case: &Case, manners: [Manner; 4]) -> Option<(Repaired, u32)> {
    let input = Input { path: "x.rs", original: &case.original, proposal: &case.proposal, explanation: case.explanation.as_deref() };
    let merged = edit::merge(&input);
    if merged.reasons.is_empty() {
        return None;
    }
    let builder = Scripted { case, manners, asked: Cell::new(0) };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let repaired = runtime.block_on(repair(&input, merged, &builder));
    Some((repaired, builder.asked.get()))
}

/// The functions of the original whose text is not in the result, apart from the one that changes.
fn lost_functions(case: &Case, content: &str) -> usize {
    let whole = case.original.split("\n\n").filter(|part| part.starts_with("fn ") && !part.contains(case.old.trim_end()));
    whole.filter(|part| !content.contains(part.trim_end())).count()
}

#[test]
fn a_thousand_repairs_lose_nothing_unmarked_and_keep_the_best_attempt() {
    let mut dice = Dice(0x5eed_0001);
    let (mut repairs, mut right, mut marked, mut calls, mut wrong) = (0, 0, 0, 0, 0);
    while repairs < 1_000 {
        let case = case(&mut dice);
        let manners = [(); 4].map(|()| MANNERS[dice.roll(MANNERS.len())]);
        let Some((repaired, asked)) = run(&case, manners) else { continue };
        repairs += 1;
        calls += asked;
        assert!(asked <= MOST_CALLS && repaired.calls == asked, "{manners:?}: {asked} calls, {} counted", repaired.calls);
        let accepted = repaired.reasons.is_empty();
        right += usize::from(accepted && repaired.content == case.meant);
        marked += usize::from(!accepted);
        // The merge's own loss counts as unmarked too when a builder waves it through: a model's word is the limit there.
        let waved_through = manners[..3].contains(&Manner::SaysCorrect);
        wrong += usize::from(accepted && !waved_through && repaired.content != case.meant);
        if accepted && !waved_through {
            assert_eq!(lost_functions(&case, &repaired.content), 0, "{manners:?}\n{}\n{}", case.proposal, repaired.content);
        }
        let known = repaired.attempts.iter().any(|attempt| attempt.content.as_deref() == Some(repaired.content.as_str()));
        assert!(known, "{manners:?}: the result is none of the attempts");
        if !accepted {
            let best = repaired.attempts.iter().filter(|a| a.content.is_some()).map(|a| a.reasons.len()).min();
            assert!(best.is_some_and(|best| best > 0), "{manners:?}: an attempt without a reason was not taken");
        }
    }
    let sure = run_all_right(&mut dice);
    let per_repair = f64::from(calls) / 1_000.0;
    println!("repairs {repairs}: as meant {right}, marked {marked}, unmarked and not as meant {wrong}, calls per repair {per_repair:.2}");
    println!("with a builder that is right: {sure}");
}

/// With a builder that is right from the first round, every repair is as meant.
fn run_all_right(dice: &mut Dice) -> String {
    let mut repairs = 0;
    while repairs < 100 {
        let case = case(dice);
        let Some((repaired, asked)) = run(&case, [Manner::Right; 4]) else { continue };
        repairs += 1;
        assert_eq!((repaired.content.as_str(), asked), (case.meant.as_str(), 1), "{:?}", repaired.attempts);
        assert!(repaired.reasons.is_empty());
    }
    "all as meant, one call each".into()
}

#[test]
fn a_rewrite_that_drops_a_function_is_not_trusted_blindly() {
    let mut dice = Dice(0x5eed_0002);
    for _ in 0..50 {
        let case = case(&mut dice);
        let manners = [Manner::Rambles, Manner::Rambles, Manner::Rambles, Manner::DropsFunction];
        let Some((repaired, _)) = run(&case, manners) else { continue };
        let rewrite = repaired.attempts.iter().find(|attempt| attempt.by == "whole-file").expect("it was tried");
        if rewrite.content.as_deref() != Some(case.meant.as_str()) {
            assert!(!repaired.reasons.is_empty());
            assert!(rewrite.reasons.iter().any(|reason| reason.starts_with("code-removed")), "{:?}", rewrite.reasons);
        }
    }
}
