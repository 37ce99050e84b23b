//! Answers of the models that help: verdicts, names, messages, summaries, judgements of builds.
//!
//! Each is asked for in a tag of its own; prose around it, and an answer without the tag where it can only mean one thing, are accepted.

/// Whether a task is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is.
    pub finished: bool,
    /// Why.
    pub reasoning: String,
}

/// A span of the original to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The text to find.
    pub old: String,
    /// The text to put there.
    pub new: String,
}

/// A comment of the proposal, and whether it stands for code that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The comment's line.
    pub text: String,
    /// Whether it is a reference.
    pub reference: bool,
}

/// What the builder says about a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validation {
    /// The result is right.
    Correct,
    /// The result is wrong.
    Incorrect {
        /// Why.
        reasoning: String,
        /// The comments of the proposal, classified.
        comments: Vec<Comment>,
        /// What turns the original into what was meant.
        replacements: Vec<Replacement>,
    },
}

/// The text in the last `<name>` … `</name>`; an unclosed one reaches to the end.
fn tagged<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let open = format!("<{name}>");
    let inner = &text[text.rfind(&open)? + open.len()..];
    Some(inner.find(&format!("</{name}>")).map_or(inner, |end| &inner[..end]))
}

/// Reads `<subtaskStatus>`; `None` when the answer holds no verdict.
pub fn verdict(text: &str) -> Option<Verdict> {
    let word = tagged(text, "subtaskFinished")?.trim().to_ascii_lowercase();
    let finished = match word.trim_end_matches('.') {
        "true" | "yes" => true,
        "false" | "no" => false,
        _ => return None,
    };
    let reasoning = tagged(text, "reasoning").unwrap_or_default().trim().to_owned();
    Some(Verdict { finished, reasoning })
}

/// Reads `<planName>`, or an answer of one short line.
pub fn plan_name(text: &str) -> Option<String> {
    let name = tagged(text, "planName").or_else(|| short_line(text))?;
    let name = name.trim().trim_matches(['`', '"', '\'', '*', '.']).trim();
    (!name.is_empty() && !name.contains('\n')).then(|| name.to_owned())
}

fn short_line(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.contains('\n') && text.len() <= 60).then_some(text)
}

/// Reads `<commitMsg>`, or the whole answer without fences.
pub fn commit_message(text: &str) -> Option<String> {
    let message = match tagged(text, "commitMsg") {
        Some(message) => message.to_owned(),
        None => text.lines().filter(|line| super::line::fence(line).is_none()).collect::<Vec<_>>().join("\n"),
    };
    let message = message.trim().trim_matches(['`', '"']).trim();
    (!message.is_empty()).then(|| message.to_owned())
}

/// Reads `<summary>`, or the whole answer.
pub fn summary(text: &str) -> Option<String> {
    let summary = tagged(text, "summary").unwrap_or(text).trim();
    (!summary.is_empty()).then(|| summary.to_owned())
}
