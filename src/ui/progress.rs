//! A sign of life while something takes long.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
    let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let ticks = if ui.err().unicode { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "|/-\\ " };
    let template = if ui.err().colour { "{spinner:.cyan} {msg:.dim} {elapsed:.dim}" } else { "{spinner} {msg} {elapsed}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        spinner.set_style(style.tick_chars(ticks));
    }
    spinner.set_message(fitted(ui, message));
    spinner.enable_steady_tick(TICK);
    spinner
}

/// The message beside the spinner and the time, on one line.
fn fitted(ui: &Ui, message: &str) -> String {
    let room = ui.err().width.saturating_sub(2 + 6);
    cut(&sanitize(message).replace('\n', " "), room, "…")
}
