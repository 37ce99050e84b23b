//! Small requests beside the phases: verdicts, names, messages, summaries.

use minijinja::{Value, context};

use crate::plan::{ChatMessage, Role};

use super::messages::single;
use super::scene::{TaskView, Turn};
use super::{template, view};

/// How much of a prompt is shown to find a name for it, in characters.
const NAME_PROMPT: usize = 2000;

/// What the check of a task's completion needs.
#[derive(Debug, Clone, Copy)]
pub struct VerdictScene<'a> {
    /// The task.
    pub task: TaskView<'a>,
    /// The replies that worked on it, oldest first.
    pub replies: &'a [&'a str],
}

/// Asks whether a task is done.
pub fn verdict(scene: &VerdictScene<'_>) -> Vec<ChatMessage> {
    let replies = view::list(scene.replies.iter().map(|reply| reply.trim()));
    single(template::render("verdict.md", context! { task => view::task(&scene.task), replies }))
}

/// Asks for the name of a plan.
pub fn plan_name(prompt: &str) -> Vec<ChatMessage> {
    let prompt: String = prompt.trim().chars().take(NAME_PROMPT).collect();
    single(template::render("plan-name.md", context! { prompt }))
}

/// The user's prompt when a plan is to be made of a conversation.
pub fn from_chat() -> String {
    template::render("from-chat.md", context! {})
}

/// Asks for the subject of a commit.
pub fn commit_message(explanations: &[&str], files: &[&str]) -> Vec<ChatMessage> {
    single(template::render(
        "commit-message.md",
        context! { explanations => view::list(explanations.iter().copied()), files => view::list(files.iter().copied()) },
    ))
}

/// Asks for a summary that takes the place of `previous` and `turns`.
pub fn summary(previous: Option<&str>, turns: &[Turn<'_>]) -> Vec<ChatMessage> {
    let turns: Value = turns
        .iter()
        .map(|turn| {
            let from = if turn.role == Role::User { "user" } else { "Plandex" };
            context! { from, text => turn.text.trim() }
        })
        .collect();
    single(template::render("summary.md", context! { previous => previous.map(str::trim), turns }))
}
