//! The one value through which all output goes.
//!
//! Answers go to standard output, everything else to standard error. What is foreign is made safe on a terminal and stays
//! exact in a pipe; standard error is always made safe, because what it is kept in will be shown on a terminal one day.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstyle::Style;
use indicatif::ProgressBar;
use serde::Serialize;

use super::error::OutputError;
use super::look::Look;
use super::sanitize::sanitize;
use super::sink::Sink;
use super::style::{self, Line, paint};
use super::table::Table;
use super::width::{width, wrap, wrap_items};

/// The terminal, or what stands in its place; cheap to clone.
#[derive(Clone)]
pub struct Ui(Arc<Shared>);

struct Shared {
    out: Look,
    err: Look,
    /// Whether a person can be asked.
    interactive: bool,
    sink: Mutex<Sink>,
    spinner: Mutex<Option<ProgressBar>>,
    closed: AtomicBool,
}

impl Ui {
    /// Looks at the process's streams and environment, once.
    pub fn from_env() -> Self {
        let env = |name: &str| std::env::var(name).ok();
        let (out, err) = (Look::of_stdout(&env), Look::of_stderr(&env));
        let interactive = err.terminal && std::io::stdin().is_terminal();
        Self::new(out, err, interactive, Sink::Process)
    }

    /// Keeps everything in memory, for tests; nobody can be asked.
    pub fn buffer(out: Look, err: Look) -> Self {
        Self::new(out, err, false, Sink::Buffer { out: Vec::new(), err: Vec::new() })
    }

    fn new(out: Look, err: Look, interactive: bool, sink: Sink) -> Self {
        let shared = Shared { out, err, interactive, sink: Mutex::new(sink), spinner: Mutex::new(None), closed: AtomicBool::new(false) };
        Self(Arc::new(shared))
    }

    /// The same person, reading answers in a pager.
    pub(super) fn behind(&self, pager: std::process::ChildStdin) -> Self {
        Self::new(self.0.out, self.0.err, false, Sink::Pager(pager))
    }

    /// What standard output can show.
    pub fn out(&self) -> Look {
        self.0.out
    }

    /// What standard error can show.
    pub fn err(&self) -> Look {
        self.0.err
    }

    /// Whether a person can be asked.
    pub fn is_interactive(&self) -> bool {
        self.0.interactive
    }

    /// Whether output really goes to the process's own terminal, where something can move.
    pub(super) fn is_live(&self) -> bool {
        self.0.err.terminal && matches!(*self.sink(), Sink::Process)
    }

    /// Whether nobody reads standard output any more.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    /// Answers with a line.
    pub fn line(&self, line: impl Into<Line>) -> Result<(), OutputError> {
        self.write(format!("{}\n", line.into().render(self.0.out)).as_bytes())
    }

    /// Answers with text as it is: exact in a pipe, made safe on a terminal.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), OutputError> {
        if self.0.out.terminal { self.write(sanitize(&String::from_utf8_lossy(bytes)).as_bytes()) } else { self.write(bytes) }
    }

    /// Answers with styled text that ends where it ends.
    pub fn text(&self, line: impl Into<Line>) -> Result<(), OutputError> {
        self.write(line.into().render(self.0.out).as_bytes())
    }

    /// Answers with one line of JSON.
    pub fn json(&self, value: &impl Serialize) -> Result<(), OutputError> {
        let text = serde_json::to_string(value).map_err(|error| OutputError::Failed(error.into()))?;
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Answers with JSON over several lines, for listings.
    pub fn json_pretty(&self, value: &impl Serialize) -> Result<(), OutputError> {
        let text = serde_json::to_string_pretty(value).map_err(|error| OutputError::Failed(error.into()))?;
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Answers with a table: aligned on a terminal, separated by tabs in a pipe.
    pub fn table(&self, table: &Table) -> Result<(), OutputError> {
        self.write(table.render(self.0.out).as_bytes())
    }

    /// Tells a line on standard error.
    pub fn note(&self, line: impl Into<Line>) {
        self.tell(&format!("{}\n", line.into().render_safe(self.0.err)));
    }

    /// Warns.
    pub fn warn(&self, message: &str) {
        self.labelled(style::WARN, "warning", message);
    }

    /// Says what to type next.
    pub fn hint(&self, hint: &str) {
        let look = self.0.err;
        let room = look.width.saturating_sub("hint: ".len());
        // Broken between its parts, and only where the terminal would do it anywhere: a command is there to be copied.
        let lines = if look.terminal && hint.lines().any(|line| width(line) > room) {
            wrap_items(&hint.split(", ").map(str::to_owned).collect::<Vec<_>>(), room)
        } else {
            vec![hint.to_owned()]
        };
        self.note(Line::new().styled(style::NAME, "hint:").text(format!(" {}", lines.join("\n      "))));
    }

    /// Says what failed, and what to type next.
    pub fn error(&self, message: &str, hint: Option<&str>) {
        self.labelled(style::BAD, "error", message);
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }

    /// As git does: the label again before each line; on a terminal, long lines are broken between words.
    fn labelled(&self, style: Style, label: &str, message: &str) {
        let mut lines = message.lines().peekable();
        if lines.peek().is_none() {
            self.note(Line::new().styled(style, format!("{label}:")));
        }
        for line in lines {
            let text = format!("{label}: {}", sanitize(line));
            let broken = if self.0.err.terminal { wrap(&text, self.0.err.width) } else { vec![text] };
            for (at, part) in broken.iter().enumerate() {
                let (label, rest) = part.split_at(if at == 0 { label.len() + 1 } else { 0 });
                self.note(Line::new().styled(style, label).text(rest));
            }
        }
    }

    /// Writes text to standard error that is safe already.
    pub(super) fn tell(&self, text: &str) {
        self.around_spinner(|| self.sink().tell(text.as_bytes()));
    }

    /// Writes a piece of text that is safe already to standard output.
    pub(super) fn piece(&self, style: Style, text: &str) -> Result<(), OutputError> {
        self.write(paint(style, text, self.0.out).as_bytes())
    }

    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), OutputError> {
        if self.is_closed() {
            return Err(OutputError::Closed);
        }
        let done = self.around_spinner(|| self.sink().answer(bytes)).map_err(OutputError::from);
        if matches!(done, Err(OutputError::Closed)) {
            self.0.closed.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Takes the spinner off the screen while something else is written.
    fn around_spinner<T>(&self, write: impl FnOnce() -> T) -> T {
        let spinner = self.spinner().clone();
        match spinner {
            Some(spinner) => spinner.suspend(write),
            None => write(),
        }
    }

    pub(super) fn spinner(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.0.spinner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sink(&self) -> MutexGuard<'_, Sink> {
        // A panic elsewhere leaves the sink whole: each write is one call.
        self.0.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a buffer has taken as answers.
    pub fn stdout_text(&self) -> String {
        self.buffered(|out, _| out)
    }

    /// What a buffer has taken as everything else.
    pub fn stderr_text(&self) -> String {
        self.buffered(|_, err| err)
    }

    fn buffered(&self, pick: impl for<'a> FnOnce(&'a [u8], &'a [u8]) -> &'a [u8]) -> String {
        match &*self.sink() {
            Sink::Buffer { out, err } => String::from_utf8_lossy(pick(out, err)).into_owned(),
            Sink::Process | Sink::Pager(_) => String::new(),
        }
    }
}
