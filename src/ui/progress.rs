//! A sign of life while something takes long.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use dialoguer::console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::sanitize::sanitize;
use super::terminal::Ui;
use super::width::cut;

/// Nothing moves before this, so that what is quick stays quiet.
const DELAY: Duration = Duration::from_millis(250);

/// The time between two pictures.
const TICK: Duration = Duration::from_millis(100);

/// A spinner with a message on standard error; it goes when the value is dropped.
pub struct Progress {
    running: Option<(Sender<String>, JoinHandle<()>)>,
    unicode: bool,
}

impl Ui {
    /// Shows `message` beside a spinner when this takes longer than a quarter of a second; only on a terminal.
    pub fn progress(&self, message: &str) -> Progress {
        if !self.is_live() {
            return Progress { running: None, unicode: false };
        }
        let (sender, receiver) = channel();
        let (ui, message) = (self.clone(), message.to_owned());
        let unicode = self.err().unicode;
        let thread = std::thread::spawn(move || show(&ui, message, &receiver));
        Progress { running: Some((sender, thread)), unicode }
    }
}

/// How far something is that has a known number of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// What is done.
    pub what: &'a str,
    /// So many parts are done.
    pub done: usize,
    /// So many there are.
    pub all: usize,
}

/// The columns of a bar.
const BAR: usize = 24;

impl Part<'_> {
    /// A bar with its words: what is done, how much of it, and how many parts.
    fn bar(&self, unicode: bool) -> String {
        let (full, empty) = if unicode { ("━", "─") } else { ("=", "-") };
        let all = self.all.max(1);
        let done = self.done.min(all);
        let filled = done * BAR / all;
        let bar = full.repeat(filled) + &empty.repeat(BAR - filled);
        format!("{} {bar} {} % of {}", self.what, done * 100 / all, self.all)
    }
}

impl Progress {
    /// Shows how far it is.
    pub fn set_part(&self, part: Part<'_>) {
        if self.running.is_some() {
            self.set(&part.bar(self.unicode));
        }
    }

    /// Changes the message.
    pub fn set(&self, message: &str) {
        if let Some((sender, _)) = &self.running {
            // The thread only ends after us.
            drop(sender.send(message.to_owned()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            drop(thread.join());
        }
    }
}

/// Waits, then spins until the sender is gone.
fn show(ui: &Ui, mut message: String, receiver: &Receiver<String>) {
    loop {
        match receiver.recv_timeout(DELAY) {
            Ok(newer) => message = newer,
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
    let spinner = spinner(ui, &message);
    *ui.spinner() = Some(spinner.clone());
    for newer in receiver {
        spinner.set_message(fitted(ui, &newer));
    }
    *ui.spinner() = None;
    spinner.finish_and_clear();
}

fn spinner(ui: &Ui, message: &str) -> ProgressBar {
    let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like(Box::new(Unpadded(Term::stderr()))));
    let ticks = if ui.err().unicode { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "|/-\\ " };
    let template = if ui.err().colour { "{spinner:.cyan} {msg:.dim} {elapsed:.dim}" } else { "{spinner} {msg} {elapsed}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        spinner.set_style(style.tick_chars(ticks));
    }
    spinner.set_message(fitted(ui, message));
    spinner.enable_steady_tick(TICK);
    spinner
}

/// Standard error without the blanks with which a line is filled up: at the right margin they would put the `^C` that a
/// terminal shows on the next line, and what clears the line would miss the spinner.
#[derive(Debug)]
struct Unpadded(Term);

impl TermLike for Unpadded {
    fn width(&self) -> u16 {
        self.0.size().1
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.0.write_line(line.trim_end_matches(' '))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(if text.trim_matches(' ').is_empty() { "" } else { text })
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The message beside the spinner and the time, on one line.
fn fitted(ui: &Ui, message: &str) -> String {
    let room = ui.err().width.saturating_sub(2 + 6);
    cut(&sanitize(message).replace('\n', " "), room, "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_from_nothing_to_all() {
        let bar = |done, all| Part { what: "reading", done, all }.bar(false);
        assert_eq!(bar(0, 40), format!("reading {} 0 % of 40", "-".repeat(24)));
        assert_eq!(bar(20, 40), format!("reading {}{} 50 % of 40", "=".repeat(12), "-".repeat(12)));
        assert_eq!(bar(41, 40), format!("reading {} 100 % of 40", "=".repeat(24)));
        assert_eq!(bar(0, 0), format!("reading {} 0 % of 0", "-".repeat(24)));
    }
}
