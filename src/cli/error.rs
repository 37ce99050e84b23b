//! Errors become a kind, a message, a hint and an exit code; the only place that does it.

use crate::config::{ModelsError, SettingsError};
use crate::context::ContextError;
use crate::pipeline;
use crate::plan::InvalidSlug;
use crate::store;
use crate::ui::{AskError, OutputError, Ui};

/// What sort of failure it is; the number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The reader of standard output has gone: no failure at all.
    Closed = 0,
    /// It could not be done as asked.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The model's provider refused or failed.
    Provider = 3,
    /// A limit was reached.
    Limit = 4,
    /// A fault of ours.
    Internal = 70,
    /// The user interrupted it.
    Interrupted = 130,
}

impl Kind {
    /// The exit code.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// A failure as the user sees it.
#[derive(Debug)]
pub struct CliError {
    /// What sort it is.
    pub kind: Kind,
    /// What failed, on what.
    pub message: String,
    /// What to type next.
    pub hint: Option<String>,
}

impl CliError {
    /// Something that could not be done as asked.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, message: message.into(), hint: None }
    }

    /// A fault of ours.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { kind: Kind::Internal, message: message.into(), hint: Some("git plandex status".into()) }
    }

    /// A wrong command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into(), hint: None }
    }

    /// Says what to type next.
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Prints the failure and returns the exit code.
    pub fn report(&self, ui: &Ui) -> u8 {
        if !self.message.is_empty() {
            ui.error(&self.message, self.hint.as_deref());
        }
        self.kind.code()
    }

    /// A failure of a pipeline in words, its causes included.
    pub fn words_of(error: &pipeline::Error) -> String {
        chain(error)
    }

    /// What to type next after a failure of a pipeline.
    pub fn hint_of(error: &pipeline::Error) -> Option<String> {
        pipeline_hint(error)
    }

    fn of(kind: Kind, error: &dyn std::error::Error, hint: Option<String>) -> Self {
        Self { kind, message: chain(error), hint }
    }
}

/// The error's words with those of its causes, without repetitions.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}

impl From<OutputError> for CliError {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Closed => Self { kind: Kind::Closed, message: String::new(), hint: None },
            error => Self::of(Kind::Failed, &error, None),
        }
    }
}

impl From<AskError> for CliError {
    fn from(error: AskError) -> Self {
        match &error {
            AskError::Interrupted => Self::of(Kind::Interrupted, &error, None),
            _ => Self::of(Kind::Failed, &error, error.hint().map(str::to_owned)),
        }
    }
}

impl From<InvalidSlug> for CliError {
    fn from(error: InvalidSlug) -> Self {
        Self::of(Kind::Failed, &error, None)
    }
}

impl From<SettingsError> for CliError {
    fn from(error: SettingsError) -> Self {
        let kind = if matches!(error, SettingsError::Contradiction { .. }) { Kind::Usage } else { Kind::Failed };
        Self::of(kind, &error, None)
    }
}

impl From<ModelsError> for CliError {
    fn from(error: ModelsError) -> Self {
        let hint = error.hint();
        Self::of(Kind::Failed, &error, hint)
    }
}

impl From<ContextError> for CliError {
    fn from(error: ContextError) -> Self {
        let kind = if error.is_limit() { Kind::Limit } else { Kind::Failed };
        let hint = error.hint();
        Self::of(kind, &error, hint)
    }
}

impl From<store::Error> for CliError {
    fn from(error: store::Error) -> Self {
        let hint = store_hint(&error);
        Self::of(Kind::Failed, &error, hint)
    }
}

impl From<store::GitError> for CliError {
    fn from(error: store::GitError) -> Self {
        let hint = git_hint(&error);
        Self::of(Kind::Failed, &error, hint)
    }
}

impl From<pipeline::Error> for CliError {
    fn from(error: pipeline::Error) -> Self {
        match error {
            pipeline::Error::Store(error) => error.into(),
            pipeline::Error::Git(error) => error.into(),
            pipeline::Error::Settings(error) => error.into(),
            pipeline::Error::Models(error) => error.into(),
            pipeline::Error::Context(error) => error.into(),
            pipeline::Error::Cancelled => {
                // A run that has begun ends as stopped, and says what it keeps.
                Self { kind: Kind::Interrupted, message: "interrupted; nothing was stored".into(), hint: None }
            }
            error => {
                let kind = match &error {
                    pipeline::Error::Llm(_) | pipeline::Error::EmptyReply { .. } => Kind::Provider,
                    pipeline::Error::OutputLimit | pipeline::Error::MaxCost { .. } | pipeline::Error::UnknownPrice { .. } => Kind::Limit,
                    _ => Kind::Failed,
                };
                let hint = pipeline_hint(&error);
                Self::of(kind, &error, hint)
            }
        }
    }
}

fn pipeline_hint(error: &pipeline::Error) -> Option<String> {
    use pipeline::Error as E;
    match error {
        E::Llm(error) => error.hint(),
        E::Worktree(error) => error.hint(),
        E::EmptyReply { .. } => Some("git plandex continue asks again".into()),
        E::OutputLimit => Some("git plandex tell with a smaller task".into()),
        E::MaxCost { .. } => Some("git plandex continue --max-cost=DOLLARS goes on".into()),
        E::UnknownPrice { .. } => Some("name `prices` for it in ~/.config/plandex/models.yml".into()),
        E::TaskGone => Some("git plandex continue".into()),
        E::Unbuilt(_) => Some("git plandex build".into()),
        E::NotPending(_) => Some("git plandex diff --name-only lists what is".into()),
        E::Context(error) => error.hint(),
        _ => None,
    }
}

fn git_hint(error: &store::GitError) -> Option<String> {
    match error {
        store::GitError::NotARepository(_) => Some("git init".into()),
        store::GitError::Io { source, .. } if is_full(source) => {
            Some("free some space, then type the same again: what was stored is kept".into())
        }
        store::GitError::Bare(_) => Some("git worktree add PATH, then git plandex apply there".into()),
        _ => None,
    }
}

/// Whether the disk, or the user's share of it, is full.
fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn store_hint(error: &store::Error) -> Option<String> {
    match error {
        store::Error::Git(error) => git_hint(error),
        error => error.hint(),
    }
}
