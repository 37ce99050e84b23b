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
}

impl Ui {
    /// Shows `message` beside a spinner when this takes longer than a quarter of a second; only on a terminal.
    pub fn progress(&self, message: &str) -> Progress {
        if !self.is_live() {
            return Progress { running: None };
        }
        let (sender, receiver) = channel();
        let (ui, message) = (self.clone(), message.to_owned());
        let thread = std::thread::spawn(move || show(&ui, message, &receiver));
        Progress { running: Some((sender, thread)) }
    }
}

impl Progress {
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
