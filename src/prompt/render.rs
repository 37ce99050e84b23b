//! A scene becomes the messages of its request.

use minijinja::{Value, context};

use crate::plan::{ChatMessage, ChatRole, ContextKind, Role, Stage};

use super::messages::Messages;
use super::scene::{Ask, FileView, MissingFile, NoteView, Scene};
use super::{template, view};

/// How much of a reply is repeated to the model that goes on with it, in characters.
const TAIL: usize = 200;

/// What stands between two replies of which the second was asked for by the program.
const GO_ON: &str = "Go on.";

/// Renders the request of a phase.
///
/// At most four parts are marked for caching, as Anthropic's interface allows.
pub fn render(scene: &Scene<'_>) -> Vec<ChatMessage> {
    let mut messages = Messages::default();
    messages.add(ChatRole::System, &template::render("system.md", context! { git => scene.git, script => scene.script }), true);
    if let Some(instructions) = scene.instructions {
        messages.add(ChatRole::System, &template::render("instructions.md", context! { instructions => instructions.trim() }), true);
    }
    if scene.stage == Stage::Implementation {
        messages.add(ChatRole::User, &rules(scene), true);
        conversation(scene, &mut messages);
        messages.add(ChatRole::User, &material(scene, Share::All), false);
        messages.show(scene);
    } else {
        messages.add(ChatRole::User, &material(scene, Share::User), true);
        messages.show(scene);
        messages.add(ChatRole::User, &material(scene, Share::Chosen), false);
        messages.add(ChatRole::User, &rules(scene), true);
        conversation(scene, &mut messages);
    }
    messages.add(ChatRole::User, &situation(scene), false);
    ask(scene, &mut messages);
    messages.done()
}

/// Which files of a scene a part shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    All,
    User,
    Chosen,
}

fn rules(scene: &Scene<'_>) -> String {
    let name = match scene.stage {
        Stage::Context => "context.md",
        Stage::Tasks => "tasks.md",
        Stage::Implementation => "implementation.md",
        _ => "chat.md",
    };
    let values = context! {
        stage => scene.stage.to_string(),
        chat => scene.chat,
        auto_context => scene.auto_context,
        git => scene.git,
        script => scene.script,
        tasks => !scene.tasks.is_empty(),
        budget => scene.budget,
        large_file => scene.large_file,
        folded => scene.folded,
    };
    template::render(name, values)
}

/// The map, the notes, and the files of one share.
fn material(scene: &Scene<'_>, share: Share) -> String {
    let belongs = |file: &&FileView<'_>| share == Share::All || file.auto_loaded == (share == Share::Chosen);
    let files: Vec<&FileView<'_>> = scene.files.iter().filter(belongs).collect();
    let shared = share != Share::Chosen;
    let values = context! {
        stage => scene.stage.to_string(),
        loaded => share == Share::Chosen,
        map => scene.map.filter(|_| shared && scene.stage != Stage::Implementation).map(str::trim_end),
        notes => scene.notes.iter().filter(|note| shared && note.kind == ContextKind::Note).map(view::note).collect::<Value>(),
        texts => scene.notes.iter().filter(|note| shared && is_shown(scene, note)).map(view::note).collect::<Value>(),
        images => view::list(scene.images.iter().filter(|_| shared).map(|(name, _)| *name)),
        pending_shown => files.iter().any(|file| file.pending),
        part_shown => files.iter().any(|file| file.part),
        files => files.into_iter().map(view::file).collect::<Value>(),
    };
    template::render("material.md", values)
}

/// Whether a text that is no note is shown: the map of a directory is for planning.
fn is_shown(scene: &Scene<'_>, note: &NoteView<'_>) -> bool {
    note.kind != ContextKind::Note && (note.kind != ContextKind::Map || scene.stage != Stage::Implementation)
}

fn conversation(scene: &Scene<'_>, messages: &mut Messages) {
    if scene.summary.is_none() && scene.turns.is_empty() {
        return;
    }
    let values = context! { summary => scene.summary.map(str::trim), turns => !scene.turns.is_empty() };
    messages.add(ChatRole::User, &template::render("conversation.md", values), false);
    let mut last = None;
    for turn in &scene.turns {
        if (last, turn.role) == (Some(Role::Assistant), Role::Assistant) {
            messages.add(ChatRole::User, GO_ON, false);
        }
        last = Some(turn.role);
        let role = match turn.role {
            Role::User => ChatRole::User,
            Role::Assistant => ChatRole::Assistant,
        };
        let note = turn.note.map(|note| format!("\n\n[{note}]")).unwrap_or_default();
        messages.add(role, &format!("{}{note}", turn.text.trim_end()), false);
    }
    if !scene.turns.is_empty() {
        messages.mark();
    }
}

/// The task list and what is to be known about paths.
fn situation(scene: &Scene<'_>) -> String {
    let values = context! {
        stage => scene.stage.to_string(),
        tasks => scene.tasks.iter().map(view::task).collect::<Value>(),
        current => scene.current,
        task => view::current(scene),
        unfinished => scene.unfinished.map(str::trim),
        hidden => view::list(scene.pending.iter().copied()),
        limit => scene.limit,
        work_state => scene.work_state.map(str::trim),
        chosen => view::list(scene.chosen.iter().copied()),
        opened => view::list(scene.opened.iter().copied()),
        unknown => view::list(scene.unknown.iter().copied()),
        skipped => view::list(scene.skipped.iter().copied()),
    };
    template::render("situation.md", values)
}

fn ask(scene: &Scene<'_>, messages: &mut Messages) {
    let (kind, prompt) = match scene.ask {
        Ask::Prompt(prompt) => ("prompt", prompt.trim()),
        Ask::ContinuePlanning => ("planning", ""),
        Ask::Resume { .. } | Ask::After { .. } if scene.stage != Stage::Implementation => ("planning", ""),
        _ => ("implementation", ""),
    };
    let values = context! {
        stage => scene.stage.to_string(),
        chat => scene.chat,
        utc_time => scene.utc_time,
        os => scene.os,
        task => scene.task().map(view::task),
        kind,
        prompt,
        again => !scene.chosen.is_empty() || !scene.opened.is_empty() || !scene.unknown.is_empty(),
    };
    messages.add(ChatRole::User, &template::render("ask.md", values), false);
    match scene.ask {
        Ask::Resume { partial, block } => go_on(messages, partial, || template::render("resume.md", resume(partial, block))),
        Ask::After { partial, path, choice } => {
            let choice = match choice {
                MissingFile::Added => "added",
                MissingFile::Skipped => "skipped",
                MissingFile::Overwrite => "overwrite",
            };
            go_on(messages, partial, || template::render("missing-file.md", context! { path, choice }));
        }
        _ => {}
    }
}

/// The partial reply, if there is any, and the words that ask for the rest.
fn go_on(messages: &mut Messages, partial: &str, words: impl FnOnce() -> String) {
    if !partial.trim().is_empty() {
        messages.add(ChatRole::Assistant, partial, false);
        messages.add(ChatRole::User, &words(), false);
    }
}

fn resume(partial: &str, block: Option<&str>) -> Value {
    let line = partial.rsplit('\n').next().is_some_and(|line| !line.trim().is_empty());
    context! { tail => tail(partial), path => block, line }
}

/// The end of a partial reply, from the beginning of a line where one is near.
fn tail(partial: &str) -> &str {
    let start = partial.char_indices().rev().nth(TAIL - 1).map_or(0, |(at, _)| at);
    let end = &partial[start..];
    match end.find('\n') {
        Some(at) if start > 0 && at + 1 < end.len() => &end[at + 1..],
        _ => end,
    }
}
