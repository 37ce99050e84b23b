//! Replies that go on where an earlier one was stopped.

use std::sync::Arc;

use crate::plan::{EntityId, Message, Plan};

/// The most lines that a continuation may repeat and still be joined without them.
const MAX_OVERLAP: usize = 40;

/// The messages that make up one reply, first to last, ending with `last`.
pub fn chain(plan: &Plan, last: EntityId) -> Vec<&Arc<Message>> {
    let mut chain = Vec::new();
    let mut next = Some(last);
    while let Some(message) = next.and_then(|id| plan.message(id)) {
        // Ids only grow, so a link that points forward is damage and ends the chain.
        next = message.continues.filter(|earlier| *earlier < message.id);
        chain.push(message);
    }
    chain.reverse();
    chain
}

/// The whole text of the reply that ends with `last`.
pub fn chain_text(plan: &Plan, last: EntityId) -> String {
    chain(plan, last).iter().map(|m| m.text.as_str()).collect()
}

/// What is kept of a stopped reply so that a model can go on from it: all whole lines.
pub fn resumable(text: &str) -> &str {
    &text[..text.rfind('\n').map_or(0, |at| at + 1)]
}

/// Takes the lines that a continuation repeats off its beginning, while it streams.
///
/// Models that are asked to go on often begin with the last lines that they see. What arrives is held
/// back until it can no longer be such a repetition.
#[derive(Debug)]
pub struct Overlap {
    tail: Vec<String>,
    held: String,
    open: bool,
}

impl Overlap {
    /// Watches for repetitions of the end of `earlier`.
    pub fn new(earlier: &str) -> Self {
        let lines: Vec<_> = earlier.split_inclusive('\n').collect();
        let tail = lines[lines.len().saturating_sub(MAX_OVERLAP)..].iter().map(|line| (*line).to_owned()).collect();
        Self { open: !earlier.is_empty(), tail, held: String::new() }
    }

    /// Takes a chunk and returns what is certain to be new.
    pub fn push(&mut self, chunk: &str) -> String {
        if !self.open {
            return chunk.to_owned();
        }
        self.held.push_str(chunk);
        if self.could_repeat() {
            return String::new();
        }
        self.finish()
    }

    /// Ends the watch and returns what was held back, without the lines that it repeats.
    pub fn finish(&mut self) -> String {
        self.open = false;
        let held = std::mem::take(&mut self.held);
        let cut = self.repeated(&held);
        held[cut..].to_owned()
    }

    /// Whether some end of the tail still begins with all that is held.
    fn could_repeat(&self) -> bool {
        (0..self.tail.len()).any(|from| {
            let end = self.tail[from..].concat();
            end.len() > self.held.len() && end.starts_with(&self.held)
        })
    }

    /// The length of the longest end of the tail that `held` begins with; blank lines alone do not count.
    fn repeated(&self, held: &str) -> usize {
        let ends = (0..self.tail.len()).map(|from| self.tail[from..].concat());
        ends.filter(|end| !end.trim().is_empty() && held.starts_with(end.as_str())).map(|end| end.len()).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(earlier: &str, chunks: &[&str]) -> String {
        let mut overlap = Overlap::new(earlier);
        let mut out: String = chunks.iter().map(|chunk| overlap.push(chunk)).collect();
        out.push_str(&overlap.finish());
        out
    }

    #[test]
    fn repeated_lines_are_taken_off() {
        assert_eq!(join("a\nb\nc\n", &["b\nc\nd\n"]), "d\n");
        assert_eq!(join("a\nb\nc\n", &["b", "\nc", "\n", "d\n"]), "d\n");
        assert_eq!(join("a\nb\nc\n", &["c\n"]), "");
    }

    #[test]
    fn new_lines_are_kept() {
        assert_eq!(join("a\nb\n", &["c\n", "d"]), "c\nd");
        assert_eq!(join("a\nb\n", &["b"]), "b");
        assert_eq!(join("a\n\n", &["\nb"]), "\nb");
        assert_eq!(join("", &["x"]), "x");
        assert_eq!(join("a\nb\n", &["a\nx\n"]), "a\nx\n");
    }

    #[test]
    fn whole_lines_are_kept_of_a_stopped_reply() {
        assert_eq!(resumable("a\nb\nhal"), "a\nb\n");
        assert_eq!(resumable("half"), "");
    }
}
