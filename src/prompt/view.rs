//! Values of a scene as templates take them.

use std::borrow::Cow;

use minijinja::{Value, context};

use crate::plan::SubtaskState;

use super::scene::{FileView, NoteView, Scene, TaskView};

/// A file: without a byte order mark, with plain line ends; the edit puts both back.
pub(super) fn file(file: &FileView<'_>) -> Value {
    let text = plain(file.content);
    let unended = !text.is_empty() && !text.ends_with('\n');
    context! { path => file.path, text => text.strip_suffix('\n').unwrap_or(&text), unended, part => file.part, pending => file.pending }
}

/// A list of words.
pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    words.into_iter().map(Value::from).collect()
}

/// A text without a byte order mark and with plain line ends.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// A text besides files.
pub(super) fn note(note: &NoteView<'_>) -> Value {
    context! { kind => note.kind.as_str(), name => note.name, text => note.text.trim_end() }
}

/// A task by itself.
pub(super) fn task(task: &TaskView<'_>) -> Value {
    context! { title => task.title, lines => list(task.description.lines()), uses => list(task.uses.iter().map(String::as_str)), done => task.state == SubtaskState::Done }
}

/// The current task, with those of its files that are not shown because they are to be made.
pub(super) fn current(scene: &Scene<'_>) -> Option<Value> {
    let view = scene.task()?;
    let shown = |path: &str| scene.files.iter().any(|file| file.path == path) || scene.skipped.contains(&path);
    let new = list(view.uses.iter().map(String::as_str).filter(|path| !shown(path)));
    Some(context! { new, ..task(view) })
}
