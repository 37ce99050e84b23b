//! Small pieces of text that views share.

use super::style::{DIM, Line, PLAIN};
use crate::plan::{OperationKind, RepoPath, Usage};

/// A move, removal or reset that the reply proposed.
pub(super) fn operation(kind: OperationKind, path: &RepoPath, destination: Option<&RepoPath>) -> Line {
    let line = Line::new().styled(DIM, format!("  {kind} ")).word(PLAIN, path.to_string());
    match destination {
        Some(destination) => line.styled(DIM, " to ").word(PLAIN, destination.to_string()),
        None => line,
    }
}

/// How many tasks are open.
pub(super) fn tasks_open(count: usize) -> String {
    format!("{count} {} open", if count == 1 { "task" } else { "tasks" })
}

/// A number of files.
pub(super) fn files(count: usize) -> String {
    format!("{count} {}", if count == 1 { "file" } else { "files" })
}

/// What the run used.
pub(super) fn usage_line(usage: &Usage) -> String {
    let cached = if usage.cached_tokens > 0 { format!(" ({} from the cache)", grouped(usage.cached_tokens)) } else { String::new() };
    format!("{} tokens sent{cached}, {} received", grouped(usage.input_tokens), grouped(usage.output_tokens))
}

/// A number with its digits in groups of three.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
