//! Questions to the person.

use std::io::Write;
use std::os::fd::{AsRawFd, RawFd};

use dialoguer::console::Term;
use dialoguer::{Confirm, FuzzySelect, Password};

use super::error::AskError;
use super::escape::escape_line;
use super::style::Line;
use super::terminal::Ui;
use super::width::{cut, wrap};

/// Columns that dialoguer puts around a prompt and before a choice.
const ANSWER: usize = 8;

/// Something to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// What is asked, with its question mark.
    pub text: &'a str,
    /// The flag that answers it beforehand, `-y` for example.
    pub flag: &'a str,
    /// What a bare return key means.
    pub default: bool,
}

impl Ui {
    /// Asks whether to go on; `yes` answers beforehand. Without a terminal it is an error that names the flag.
    pub fn confirm(&self, question: &Question<'_>, yes: bool) -> Result<bool, AskError> {
        if yes {
            return Ok(true);
        }
        self.require_person(question.text, &format!("use {} to answer it on the command line", question.flag))?;
        let ask = Confirm::new().with_prompt(self.prompt(question.text)).default(question.default);
        self.answered(ask.interact_on_opt(&prompt_terminal())).map(|answer| answer.unwrap_or(false))
    }

    /// Lets the person choose one of `choices`; `None` when they leave. `instead` says what to type without a terminal.
    pub fn pick(&self, prompt: &str, choices: &[String], instead: &str) -> Result<Option<usize>, AskError> {
        self.require_person(prompt, instead)?;
        let ask = FuzzySelect::new().with_prompt(self.prompt(prompt)).items(self.shown(choices)).default(0).max_length(rows());
        self.answered(ask.interact_on_opt(&prompt_terminal()))
    }

    /// The answer; a question that was broken off still stands in the middle of a line.
    fn answered<T>(&self, answer: dialoguer::Result<T>) -> Result<T, AskError> {
        let answer = answer.map_err(AskError::from);
        if matches!(answer, Err(AskError::Interrupted)) {
            self.note(Line::new());
        }
        answer
    }

    /// Lets the person type something that is not shown. `instead` says what to type without a terminal.
    pub fn secret(&self, prompt: &str, instead: &str) -> Result<String, AskError> {
        self.require_person(prompt, instead)?;
        let ask = Password::new().with_prompt(self.prompt(prompt));
        Ok(ask.interact_on(&prompt_terminal())?)
    }

    /// The last line of a question; the lines above it are told here, because a prompt is redrawn on one line.
    fn prompt(&self, text: &str) -> String {
        let mut lines = wrap(&escape_line(text), self.err().width.saturating_sub(ANSWER));
        let last = lines.pop().unwrap_or_default();
        lines.into_iter().for_each(|line| self.note(line));
        last
    }

    /// The choices, each on one line of the terminal.
    fn shown(&self, choices: &[String]) -> Vec<String> {
        choices.iter().map(|choice| cut(&escape_line(choice), self.err().width.saturating_sub(ANSWER), "…")).collect()
    }

    fn require_person(&self, question: &str, instead: &str) -> Result<(), AskError> {
        if self.is_interactive() {
            return Ok(());
        }
        Err(AskError::NoTerminal { question: format!("\"{}\"", escape_line(question)), instead: instead.to_owned() })
    }
}

impl AskError {
    /// What to type next, if anything helps.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::NoTerminal { instead, .. } => Some(instead),
            Self::Interrupted | Self::Failed(_) => None,
        }
    }
}

/// Standard error, for prompts.
fn prompt_terminal() -> Term {
    Term::read_write_pair(std::io::stdin(), CursorStays(std::io::stderr()))
}

/// Lets everything through but the sequence that hides the cursor: a person who breaks off with Ctrl-C would be left without it.
#[derive(Debug)]
struct CursorStays<W>(W);

impl<W: Write> Write for CursorStays<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes == b"\x1b[?25l" { Ok(bytes.len()) } else { self.0.write(bytes) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl<W: AsRawFd> AsRawFd for CursorStays<W> {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// The choices that are shown at once: the screen without the prompt and the last line.
fn rows() -> usize {
    usize::from(Term::stderr().size().0).saturating_sub(3).max(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Look;

    #[test]
    fn breaking_off_never_leaves_a_person_without_a_cursor() {
        let term = |out: &mut Vec<u8>, bytes: &[u8]| CursorStays(out).write_all(bytes).expect("a buffer takes everything");
        let mut out = Vec::new();
        for bytes in [&b"\x1b[?25l"[..], b"which?", b"\x1b[?25h"] {
            term(&mut out, bytes);
        }
        assert_eq!(out, b"which?\x1b[?25h");
    }

    #[test]
    fn without_a_terminal_a_question_is_an_error_that_names_the_flag() {
        let ui = Ui::buffer(Look::PIPE, Look::PIPE);
        let question = Question { text: "Delete the plan 'x'?", flag: "-y", default: false };
        let error = ui.confirm(&question, false).expect_err("nobody is there");
        assert_eq!(error.to_string(), "\"Delete the plan 'x'?\" cannot be asked without a terminal");
        assert_eq!(error.hint(), Some("use -y to answer it on the command line"));
        assert!(ui.confirm(&question, true).expect("answered beforehand"));
        let error = ui.pick("Which plan?", &["a".into()], "git plandex cd PLAN").expect_err("nobody is there");
        assert_eq!(error.hint(), Some("git plandex cd PLAN"));
    }
}
