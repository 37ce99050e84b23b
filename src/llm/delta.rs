//! What a reply stream yields.

use std::time::Duration;

use crate::plan::Usage;

/// The next thing that a model said, or that happened on the way.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// Text of the reply.
    Text(String),
    /// Text of the model's reasoning, which is no part of the reply.
    Reasoning(String),
    /// What the call has used so far; the last one counts.
    Usage(Usage),
    /// The model is done.
    Finish(FinishReason),
    /// The request failed before any output and is sent again.
    Retry {
        /// Which retry this is, from 1.
        attempt: u32,
        /// How long it waits first.
        wait: Duration,
        /// What failed.
        reason: String,
    },
}

/// Why a model stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinishReason {
    /// It was done, or met a stop sequence.
    Stop,
    /// It reached its output limit.
    Length,
    /// The provider's filter cut it off.
    ContentFilter,
    /// Another reason, in the provider's word.
    Other(String),
}

/// A whole reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The text.
    pub text: String,
    /// What the call used.
    pub usage: Usage,
    /// Why the model stopped.
    pub finish: FinishReason,
}
