//! What a request shows the model: which files, notes, tasks and messages, by stage.

use std::collections::BTreeSet;

use crate::plan::{ChatImage, ContextKind, EntityId, Entry, Message, Plan, RepoPath, Role, Stage};
use crate::prompt::{Ask, FileView, NoteView, Scene, TaskView, Turn};

use super::choose::largest_whole;
use super::overview::Overview;

/// A file as a request shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its path.
    pub path: RepoPath,
    /// What is shown of it, before keys are hidden.
    pub entry: Entry,
    /// Its text.
    pub text: String,
    /// Whether the text is only a part of it.
    pub part: bool,
    /// Whether the text is the plan's own pending content.
    pub pending: bool,
    /// Whether the program chose it.
    pub auto_loaded: bool,
}

/// A text besides files.
#[derive(Debug, Clone)]
pub struct NoteText {
    /// What it is.
    pub kind: ContextKind,
    /// What it is called.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Everything that a scene borrows from.
#[derive(Debug)]
pub struct Material {
    /// The stage.
    pub stage: Stage,
    /// Whether the run is a chat.
    pub chat: bool,
    /// Whether files can be chosen from a listing.
    pub auto_context: bool,
    /// The directory that the work is limited to.
    pub limit: Option<String>,
    /// What the architect chooses from.
    pub overview: Option<Overview>,
    /// The files.
    pub files: Vec<Shown>,
    /// Notes, pages and the like.
    pub notes: Vec<NoteText>,
    /// Pictures by name.
    pub images: Vec<(String, ChatImage)>,
    /// The project's own instructions.
    pub instructions: Option<String>,
    /// Paths with pending changes that are not among the files.
    pub pending: Vec<String>,
    /// The task at hand.
    pub task: Option<EntityId>,
    /// Paths that do not exist, to be reported.
    pub unknown: Vec<String>,
    /// Paths that the user left out on purpose.
    pub skipped: Vec<String>,
    /// How many tokens the next phase may read.
    pub budget: Option<u64>,
    /// The time, RFC 3339 UTC.
    pub now: String,
    /// The operating system.
    pub os: String,
}

impl Material {
    /// Builds the scene; `ask` is what is wanted now, `turns` what came before it.
    pub fn scene<'a>(&'a self, plan: &'a Plan, tasks: &'a [TaskView<'a>], turns: &[&'a Message], ask: Ask<'a>) -> Scene<'a> {
        let mut scene = Scene::new(self.stage, ask);
        scene.chat = self.chat;
        scene.auto_context = self.auto_context;
        scene.git = true;
        scene.limit = self.limit.as_deref();
        if let Some(overview) = &self.overview {
            scene.map = Some(&overview.map);
            scene.folded = overview.folded;
            scene.work_state = Some(&overview.work_state);
            scene.chosen = overview.chosen.iter().map(String::as_str).collect();
            scene.opened = overview.opened.iter().map(String::as_str).collect();
        }
        scene.files = self.files.iter().filter_map(view).collect();
        scene.notes = self.notes.iter().map(|note| NoteView { kind: note.kind, name: &note.name, text: &note.text }).collect();
        scene.images = self.images.iter().map(|(name, image)| (name.as_str(), image.clone())).collect();
        scene.instructions = self.instructions.as_deref();
        scene.pending = self.pending.iter().map(String::as_str).collect();
        scene.turns = turns.iter().map(|m| turn(m)).collect();
        scene.tasks = tasks.to_vec();
        scene.current = self.task.and_then(|id| plan.tasks().iter().position(|task| task.id == id));
        scene.unfinished = self.task.and_then(|id| last_verdict(plan, id));
        scene.unknown = self.unknown.iter().map(String::as_str).collect();
        scene.skipped = self.skipped.iter().map(String::as_str).collect();
        scene.budget = self.budget;
        scene.large_file = self.budget.map(largest_whole);
        scene.utc_time = &self.now;
        scene.os = &self.os;
        scene
    }
}

/// Whether a request of `stage` tells a message: the implementation sees the files of its task, so the choices of files
/// before it would only repeat paths.
pub fn is_told(plan: &Plan, stage: Stage, message: &Message) -> bool {
    stage != Stage::Implementation || !chose_files(plan, message)
}

/// The plan's tasks as prompts show them.
pub fn task_views(plan: &Plan) -> Vec<TaskView<'_>> {
    let view = |task: &'_ crate::plan::Subtask| (task.state, task.id);
    plan.tasks()
        .into_iter()
        .map(|task| TaskView { title: &task.title, description: &task.description, uses: &task.uses, state: view(task).0 })
        .collect()
}

/// The verdict "not complete, because" of the last reply for `task`.
fn last_verdict(plan: &Plan, task: EntityId) -> Option<&str> {
    let last = plan.messages.iter().rev().find(|m| m.subtask == Some(task) && m.role == Role::Assistant)?;
    last.unfinished.as_deref()
}

/// Whether a reply, or the one that went on with it, chose files; a chat's answer in the context phase did not.
fn chose_files(plan: &Plan, reply: &Message) -> bool {
    let next = || plan.messages.iter().find(|next| next.continues == Some(reply.id) && next.id > reply.id);
    reply.was_context_stage && (!reply.activated_paths.is_empty() || next().is_some_and(|next| chose_files(plan, next)))
}

fn view(shown: &Shown) -> Option<FileView<'_>> {
    let path = shown.path.as_str()?;
    Some(FileView { path, content: &shown.text, part: shown.part, pending: shown.pending, auto_loaded: shown.auto_loaded })
}

fn turn(message: &Message) -> Turn<'_> {
    let note = (message.stopped && message.continues.is_none()).then_some("this reply was stopped before it was complete");
    Turn { role: message.role, text: &message.text, note }
}

/// The paths that the task's `Uses` names and that can be paths at all.
pub fn used_paths(plan: &Plan, task: EntityId) -> Vec<RepoPath> {
    let mut seen = BTreeSet::new();
    let task = plan.subtasks.iter().find(|t| t.id == task);
    let uses = task.map(|t| t.uses.as_slice()).unwrap_or_default();
    uses.iter().filter_map(|path| path.parse::<RepoPath>().ok()).filter(|path| seen.insert(path.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, IdSource};

    #[test]
    fn choices_of_files_are_left_out_of_the_implementation_but_not_answers() {
        let mut plan = Plan::default();
        let mut ids = IdSource::after(None);
        let mut say = |text: &str, change: &dyn Fn(&mut Message)| {
            let mut message = Message::new(ids.next(1, 1), Role::Assistant, text);
            message.was_context_stage = true;
            change(&mut message);
            let id = message.id;
            plan.apply(Change::Message(message));
            id
        };
        say("prompt", &|m| (m.role, m.was_context_stage) = (Role::User, false));
        let broken = say("half of a choice", &|m| m.stopped = true);
        say("its rest", &|m| {
            m.continues = Some(broken);
            m.activated_paths = vec!["a.rs".parse().expect("a path")];
        });
        say("answer of a chat", &|_| {});
        say("plan", &|m| m.was_context_stage = false);
        let texts = |stage| {
            let told = plan.messages.iter().filter(|m| is_told(&plan, stage, m));
            told.map(|m| m.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(texts(Stage::Implementation), ["prompt", "answer of a chat", "plan"]);
        assert_eq!(texts(Stage::Tasks).len(), 5);
    }
}
