//! The events that a run emits, one way, for the terminal and for `--json`.

use serde::Serialize;

use super::{Cost, EntityId, OperationKind, RepoPath, Stage, Usage};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum RunState {
    Replying,
    Judging,
    Summarizing,
    Building,
    Finished,
    Stopped,
    Error,
}

/// How the build of one file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BuildStatus {
    /// Begun.
    Started,
    /// In `result/`, and sure.
    Built,
    /// In `result/`, with reasons to look at it.
    Doubtful,
    /// Not built; the reason says why.
    Failed,
}

/// One event of a run; its JSON form is the interface for scripts, described in the man page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum RunEvent {
    /// The run began.
    Start { plan: String, branch: String, run: String, prompt: String },
    /// A request to a model begins.
    Stage { stage: Stage, model: String, iteration: u32, task: Option<String> },
    /// Text of the reply.
    Reply { text: String },
    /// Text of the model's reasoning; never parsed.
    Reasoning { text: String },
    /// The project's files are looked into, for the map.
    Map { done: usize, files: usize },
    /// Files joined the context.
    Context { paths: Vec<RepoPath>, opened: Vec<RepoPath>, unknown: Vec<String>, tokens: u64 },
    /// The task list changed; titles in order.
    Tasks { added: Vec<String>, removed: Vec<String>, open: usize, done: usize },
    /// A task is complete.
    TaskDone { id: EntityId, title: String, open: usize },
    /// The reply proposed an operation.
    Operation { kind: OperationKind, path: RepoPath, destination: Option<RepoPath> },
    /// A build moved on.
    Build { path: RepoPath, status: BuildStatus, reasons: Vec<String>, lines_added: usize, lines_removed: usize },
    /// The reply writes to a file that it has not seen.
    MissingFile { path: RepoPath, choice: String },
    /// What the last call used.
    Usage { model: String, input_tokens: u64, cached_tokens: u64, output_tokens: u64, seconds: f64, cost: Cost },
    /// The run's state changed.
    State { state: RunState },
    /// Something failed; `hint` says what to type next.
    Error { message: String, hint: Option<String> },
    /// The run ended.
    Done { state: RunState, open_tasks: usize, pending: Vec<RepoPath>, usage: Usage, cost: Cost },
}
