//! Requests to the builder: is a merge right, and what is the whole file.

use minijinja::{Value, context};

use crate::plan::ChatMessage;

use super::messages::single;
use super::{template, view};

/// What the judgement of a merged file needs.
#[derive(Debug, Clone, Copy)]
pub struct ValidateScene<'a> {
    /// The file's path.
    pub path: &'a str,
    /// The file before the change.
    pub original: &'a str,
    /// The block of the reply.
    pub proposal: &'a str,
    /// The prose that explained it; may be empty.
    pub explanation: &'a str,
    /// The unified difference between the original and the merged file.
    pub diff: &'a str,
    /// Why the merge is in doubt.
    pub reasons: &'a [&'a str],
    /// Syntax errors of the merged file that the original had not.
    pub syntax_errors: &'a [&'a str],
}

/// What the rewrite of a whole file needs.
#[derive(Debug, Clone, Copy)]
pub struct WholeFileScene<'a> {
    /// The file's path.
    pub path: &'a str,
    /// The file before the change.
    pub original: &'a str,
    /// The block of the reply.
    pub proposal: &'a str,
    /// The prose that explained it; may be empty.
    pub explanation: &'a str,
    /// The comments of the proposal, and whether each stands for code of the original; empty when nobody has told them apart.
    pub comments: &'a [(&'a str, bool)],
    /// Why the merge was in doubt.
    pub reasons: &'a [&'a str],
}

/// Asks whether a merged file is what was meant.
pub fn validate(scene: &ValidateScene<'_>) -> Vec<ChatMessage> {
    let values = context! {
        path => scene.path,
        original => numbered(&view::plain(scene.original)),
        proposal => text(scene.proposal),
        explanation => scene.explanation.trim(),
        diff => text(scene.diff),
        reasons => view::list(scene.reasons.iter().copied()),
        syntax_errors => view::list(scene.syntax_errors.iter().copied()),
    };
    single(template::render("validate.md", values))
}

/// Asks for the whole file.
pub fn whole_file(scene: &WholeFileScene<'_>) -> Vec<ChatMessage> {
    let comment = |(text, reference): &(&str, bool)| context! { text => text.trim(), reference };
    let values = context! {
        path => scene.path,
        original => text(scene.original),
        proposal => text(scene.proposal),
        explanation => scene.explanation.trim(),
        comments => scene.comments.iter().map(comment).collect::<Value>(),
        reasons => view::list(scene.reasons.iter().copied()),
    };
    single(template::render("whole-file.md", values))
}

fn text(text: &str) -> String {
    let text = view::plain(text);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// The lines with their numbers: `  7 | line`.
fn numbered(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let width = lines.len().to_string().len();
    let numbered: Vec<String> = lines.iter().enumerate().map(|(at, line)| format!("{:>width$} | {line}", at + 1)).collect();
    numbered.join("\n")
}
