//! Small pieces of text that views share.

use super::style::{DIM, Line, PLAIN};
use crate::plan::{Cost, OperationKind, RepoPath, Usage};

/// A move, removal or reset that the reply proposed.
pub(super) fn operation(kind: OperationKind, path: &RepoPath, destination: Option<&RepoPath>) -> Line {
    let line = Line::new().styled(DIM, format!("  {kind} ")).word(PLAIN, path.to_string());
    match destination {
        Some(destination) => line.styled(DIM, " to ").word(PLAIN, destination.to_string()),
        None => line,
    }
}

/// A number of things that form their plural with an s.
pub fn counted(count: impl TryInto<u64>, thing: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {thing}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// What calls used together, for a person.
pub fn usage_line(usage: &Usage, cost: &Cost) -> String {
    let cached = if usage.cached_tokens > 0 { format!(" ({} from the cache)", grouped(usage.cached_tokens)) } else { String::new() };
    let money = match cost {
        Cost { nanos: 0, unpriced: 0 } => String::new(),
        Cost { nanos: 0, .. } => "; cost unknown".to_owned(),
        cost => format!("; cost {cost}"),
    };
    format!("{} sent{cached}, {} received{money}", counted(usage.input_tokens, "token"), grouped(usage.output_tokens))
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
