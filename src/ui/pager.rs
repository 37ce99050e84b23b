//! The person's pager, for answers longer than a screen.

use std::process::{Command, Stdio};

use super::error::OutputError;
use super::terminal::Ui;

/// What git sets for pagers unless the person has (git's `pager.c`).
const DEFAULTS: &[(&str, &str)] = &[("LESS", "FRX"), ("LV", "-c")];

impl Ui {
    /// Lets `write` answer into `pager`, the command that git would use; without one, or without a terminal, straight out.
    ///
    /// Leaving the pager early is no error.
    pub fn paged(&self, pager: Option<&str>, write: impl FnOnce(&Ui) -> Result<(), OutputError>) -> Result<(), OutputError> {
        let started = pager.filter(|_| self.out().terminal && self.is_interactive()).and_then(|pager| start(pager).ok());
        let Some(mut child) = started else { return write(self) };
        let Some(stdin) = child.stdin.take() else { return write(self) };
        let behind = self.behind(stdin);
        let done = write(&behind);
        // Its input ends with the last handle to it.
        drop(behind);
        drop(child.wait());
        match done {
            Err(OutputError::Closed) => Ok(()),
            done => done,
        }
    }
}

/// As git does, through the shell, because the setting may hold arguments.
fn start(pager: &str) -> std::io::Result<std::process::Child> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    for (name, value) in DEFAULTS.iter().filter(|(name, _)| std::env::var_os(name).is_none()) {
        command.env(name, value);
    }
    command.spawn()
}
