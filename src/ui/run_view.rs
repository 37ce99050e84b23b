//! A run as a person follows it.
//!
//! The reply goes to standard output, everything about it to standard error. When standard output is a pipe, it gets the
//! reply exactly.

use std::collections::BTreeSet;

use super::error::OutputError;
use super::escape::escape_line;
use super::progress::{Part, Progress};
use super::prose::{Piece, Prose};
use super::sanitize::Sanitizer;
use super::style::{BAD, DIM, GOOD, HEADING, Line, NAME, PLAIN, WARN, paint};
use super::terminal::Ui;
use super::width::{cut, width, wrap, wrap_items};
use super::wording::{counted, operation, usage_line};
use crate::plan::{BuildStatus, Cost, OperationKind, RepoPath, RunEvent, RunState, Stage, Usage};

/// How many files a line names that are still being built.
const NAMED_BUILDS: usize = 5;

/// Something that shows a run.
pub trait View {
    /// Shows the next event.
    fn event(&mut self, event: &RunEvent) -> Result<(), OutputError>;
}

/// Shows a run to a person.
pub struct RunView {
    ui: Ui,
    prose: Prose,
    clean: Sanitizer,
    reasoning: Option<(Prose, Sanitizer)>,
    /// Whether a reply has begun.
    replied: bool,
    /// Whether a reply is open, and whether it stands in the middle of a line.
    replying: bool,
    mid_line: bool,
    /// Lines that wait for a place where they do not tear the reply.
    waiting: Vec<Line>,
    building: BTreeSet<RepoPath>,
    /// Whether something was built.
    changed: bool,
    progress: Option<Progress>,
}

impl RunView {
    /// A view at the beginning of a run.
    pub fn new(ui: &Ui) -> Self {
        Self {
            ui: ui.clone(),
            prose: Prose::new(ui.out().width, ui.out().unicode),
            clean: Sanitizer::new(),
            reasoning: None,
            replied: false,
            replying: false,
            mid_line: false,
            waiting: Vec::new(),
            building: BTreeSet::new(),
            changed: false,
            progress: None,
        }
    }

    fn show(&mut self, event: &RunEvent) -> Result<(), OutputError> {
        match event {
            RunEvent::Reply { text } => return self.reply(text),
            RunEvent::Reasoning { text } => self.reason(text),
            RunEvent::Build { path, status, reasons, lines_added, lines_removed } => {
                self.build(path, *status, reasons, (*lines_added, *lines_removed));
            }
            RunEvent::Operation { kind: OperationKind::File, .. } => {}
            RunEvent::Operation { kind, path, destination } => self.tell(operation(*kind, path, destination.as_ref())),
            other => {
                self.close_reply()?;
                self.between(other);
            }
        }
        Ok(())
    }

    /// Events that come between replies.
    fn between(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Start { plan, branch, .. } => self.tell(Line::new().styled(DIM, "plan ").word(NAME, format!("{plan}/{branch}"))),
            RunEvent::Stage { stage, model, task, .. } => self.stage(*stage, model, task.as_deref()),
            RunEvent::Map { done, files } => self.map(*done, *files),
            RunEvent::Context { paths, opened, unknown, tokens } => self.context(paths, opened, unknown, *tokens),
            RunEvent::Tasks { added, removed, open, done } => self.tasks(added, removed, (*open, *done)),
            RunEvent::TaskDone { title, open, .. } => self.task_done(title, *open),
            RunEvent::MissingFile { path, choice } => {
                self.tell(Line::new().styled(WARN, "  not in context: ").word(NAME, path.to_string()).styled(DIM, format!(" ({choice})")));
            }
            RunEvent::State { state: RunState::Building } => self.wait_for_builds(),
            // The reply has ended; what comes next may be a question to a model that nobody sees.
            RunEvent::Usage { .. } if self.building.is_empty() && self.replied => {
                self.progress = Some(self.ui.progress("looking at the reply"))
            }
            // The run goes on: what ends it is said by the command.
            RunEvent::Error { message, hint } => {
                self.progress = None;
                self.ui.warn(message);
                if let Some(hint) = hint {
                    self.ui.hint(hint);
                }
            }
            RunEvent::Retry { reason, attempt, wait } => {
                self.progress = None;
                self.ui.warn(&format!("{reason}; trying again in {wait:.1} s (attempt {attempt})"));
            }
            RunEvent::Fallback { reason, model, provider } => {
                self.progress = None;
                self.ui.warn(&format!("{reason}; {model} at {provider} takes over"));
            }
            RunEvent::Done { state, open_tasks, pending, usage, cost } => self.done(*state, *open_tasks, pending, (usage, cost)),
            _ => {}
        }
    }

    fn reply(&mut self, text: &str) -> Result<(), OutputError> {
        (self.replying, self.replied) = (true, true);
        if !self.ui.out().terminal {
            self.mid_line = !text.is_empty() && !text.ends_with('\n');
            return self.ui.bytes(text.as_bytes());
        }
        self.end_reasoning();
        for line in self.clean.push(text).split_inclusive('\n') {
            let pieces = self.prose.push(line);
            self.write(pieces)?;
            if self.prose.is_between_paragraphs() {
                self.release();
            }
        }
        Ok(())
    }

    /// Shows reasoning, dimmed, where a person looks; a pipe never gets it.
    fn reason(&mut self, text: &str) {
        if !self.ui.err().terminal {
            return;
        }
        let look = self.ui.err();
        let (prose, clean) = self.reasoning.get_or_insert_with(|| (Prose::new(look.width, look.unicode), Sanitizer::new()));
        let pieces = prose.push(&clean.push(text));
        self.dimmed(pieces);
    }

    fn end_reasoning(&mut self) {
        if let Some((mut prose, _)) = self.reasoning.take() {
            let pieces = prose.finish();
            self.dimmed(pieces);
            self.tell_now(Line::new());
        }
    }

    fn dimmed(&mut self, pieces: Vec<Piece>) {
        let text: String = pieces.into_iter().map(|(_, text)| text).collect();
        if !text.is_empty() {
            self.progress = None;
            self.ui.tell(&paint(DIM, &text, self.ui.err()));
        }
    }

    /// Ends the reply if one is open, so that what follows begins on a line of its own.
    fn close_reply(&mut self) -> Result<(), OutputError> {
        self.end_reasoning();
        if std::mem::take(&mut self.replying) {
            let pieces = self.prose.finish();
            self.write(pieces)?;
            if std::mem::take(&mut self.mid_line) {
                self.ui.bytes(b"\n")?;
            }
            self.clean = Sanitizer::new();
        }
        self.release();
        Ok(())
    }

    fn write(&mut self, pieces: Vec<Piece>) -> Result<(), OutputError> {
        for (style, text) in pieces {
            self.progress = None;
            self.ui.piece(style, &text)?;
        }
        Ok(())
    }

    /// Tells a line now, or as soon as the reply allows it.
    fn tell(&mut self, line: Line) {
        let torn = self.replying && self.ui.out().terminal && !self.prose.is_between_paragraphs();
        if torn { self.waiting.push(line) } else { self.tell_now(line) }
    }

    fn tell_now(&mut self, line: Line) {
        self.progress = None;
        self.ui.note(line);
    }

    fn release(&mut self) {
        for line in std::mem::take(&mut self.waiting) {
            self.tell_now(line);
        }
    }

    fn stage(&mut self, stage: Stage, model: &str, task: Option<&str>) {
        self.prose = Prose::new(self.ui.out().width, self.ui.out().unicode);
        let look = self.ui.err();
        let mark = if look.unicode { "▸ " } else { "> " };
        let head = format!("{mark}{stage}");
        let room = look.width.saturating_sub(width(&head) + 2);
        let mut line = Line::new().styled(HEADING, head);
        // Beside a long title the model has no place; the title matters more.
        let title = task.map(|task| cut(&task.replace('\n', " "), room, "…"));
        let left = room.saturating_sub(title.as_deref().map_or(0, |title| width(title) + 2));
        if let Some(title) = title {
            line = line.text("  ").word(HEADING, title);
        }
        if width(model) <= left {
            line = line.text("  ").word(DIM, model);
        }
        self.tell(Line::new());
        self.tell(line);
        self.progress = Some(self.ui.progress(&format!("waiting for {model}")));
    }

    fn map(&mut self, done: usize, files: usize) {
        let part = Part { what: "reading what files define", done, all: files };
        let ui = &self.ui;
        self.progress.get_or_insert_with(|| ui.progress(part.what)).set_part(part);
    }

    fn context(&mut self, paths: &[RepoPath], opened: &[RepoPath], unknown: &[String], tokens: u64) {
        if !paths.is_empty() {
            let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
            self.tell(
                Line::new()
                    .styled(GOOD, format!("  {} loaded", counted(paths.len(), "file")))
                    .styled(DIM, format!(", {}", counted(tokens, "token"))),
            );
            self.list(&names);
        }
        if !opened.is_empty() {
            self.tell(Line::new().styled(DIM, "  looking into:"));
            self.list(&opened.iter().map(|dir| format!("{dir}/")).collect::<Vec<_>>());
        }
        if !unknown.is_empty() {
            self.tell(Line::new().styled(WARN, "  not in the repository:"));
            self.list(unknown);
        }
    }

    /// Names below a heading, as many on a line as fit.
    fn list(&mut self, names: &[String]) {
        let names: Vec<String> = names.iter().map(|name| escape_line(name)).collect();
        for line in wrap_items(&names, self.ui.err().width.saturating_sub(4)) {
            self.tell(Line::new().word(DIM, format!("    {line}")));
        }
    }

    fn tasks(&mut self, added: &[String], removed: &[String], (open, done): (usize, usize)) {
        self.tell(Line::new().styled(DIM, format!("  {} open, {done} done", counted(open, "task"))));
        let unicode = self.ui.err().unicode;
        for (titles, mark, style) in [(removed, if unicode { "−" } else { "-" }, DIM), (added, if unicode { "○" } else { "o" }, NAME)] {
            for title in titles {
                self.marked(Line::new().styled(style, format!("  {mark} ")), title);
            }
        }
    }

    fn task_done(&mut self, title: &str, open: usize) {
        let mark = if self.ui.err().unicode { "✓" } else { "+" };
        let left = if open > 0 { format!(" ({open} to go)") } else { String::new() };
        self.marked(Line::new().styled(GOOD, format!("  {mark} ")), &format!("{title}{left}"));
    }

    /// A title behind its mark, wrapped below itself.
    fn marked(&mut self, mark: Line, title: &str) {
        let mut mark = Some(mark);
        for line in wrap(&escape_line(title), self.ui.err().width.saturating_sub(4)) {
            let lead = mark.take().unwrap_or_else(|| "    ".into());
            self.tell(lead.word(PLAIN, line));
        }
    }

    fn build(&mut self, path: &RepoPath, status: BuildStatus, reasons: &[String], (added, removed): (usize, usize)) {
        if status == BuildStatus::Started {
            self.building.insert(path.clone());
            return;
        }
        self.building.remove(path);
        self.changed = true;
        let (word, style) = match status {
            BuildStatus::Built | BuildStatus::Started => ("built", GOOD),
            BuildStatus::Doubtful => ("doubtful", WARN),
            BuildStatus::Failed => ("failed", BAD),
        };
        let mut line = Line::new().styled(style, format!("  {word} ")).word(PLAIN, path.to_string());
        if status != BuildStatus::Failed {
            line = line.styled(GOOD, format!(" +{added}")).styled(BAD, format!(" -{removed}"));
        }
        self.tell(line);
        for reason in reasons {
            for line in wrap(&escape_line(reason), self.ui.err().width.saturating_sub(4)) {
                self.tell(Line::new().word(DIM, format!("    {line}")));
            }
        }
        if !self.replying && !self.building.is_empty() {
            self.wait_for_builds();
        }
    }

    fn wait_for_builds(&mut self) {
        let names: Vec<String> = self.building.iter().take(NAMED_BUILDS).map(ToString::to_string).collect();
        let others = self.building.len() - names.len();
        let others = if others == 0 { String::new() } else { format!(" and {others} others") };
        self.progress = Some(self.ui.progress(&format!("building {}{others}", names.join(", "))));
    }

    fn done(&mut self, state: RunState, open_tasks: usize, pending: &[RepoPath], (usage, cost): (&Usage, &Cost)) {
        let (word, style) = match state {
            RunState::Stopped => ("stopped", WARN),
            RunState::Error => ("failed", BAD),
            _ => ("done", GOOD),
        };
        let mut facts = Vec::new();
        if open_tasks > 0 {
            facts.push(format!("{} open", counted(open_tasks, "task")));
        }
        // What an earlier run left pending is no news of this one.
        let pending = if self.changed { pending } else { &[] };
        if !pending.is_empty() {
            facts.push(format!("{} changed", counted(pending.len(), "file")));
        }
        self.tell(Line::new());
        let facts = if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) };
        self.tell(Line::new().styled(style, word).text(facts));
        let names: Vec<String> = pending.iter().map(ToString::to_string).collect();
        self.list(&names);
        if !usage.is_zero() {
            for line in wrap(&usage_line(usage, cost), self.ui.err().width) {
                self.tell(Line::new().styled(DIM, line));
            }
        }
        self.progress = None;
    }
}

impl View for RunView {
    fn event(&mut self, event: &RunEvent) -> Result<(), OutputError> {
        self.show(event)
    }
}
