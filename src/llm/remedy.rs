//! What a caller can do about a failed request.

use std::time::Duration;

use crate::config::Fallback;

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// Whether sending the same request again may help.
    pub retry: bool,
    /// How long to wait first, if the provider says.
    pub wait: Option<Duration>,
    /// Which other model may do better.
    pub fall_back: Option<Fallback>,
}
