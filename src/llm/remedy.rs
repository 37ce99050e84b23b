//! What a caller can do about a failed request.

use std::time::Duration;

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// Whether sending the same request again may help.
    pub retry: bool,
    /// How long to wait first, if the provider says.
    pub wait: Option<Duration>,
    /// Which other model may do better.
    pub fall_back: Option<FallbackKind>,
}

/// Which kind of other model is asked instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FallbackKind {
    /// One that takes a longer request.
    LargeContext,
    /// One that may answer longer.
    LargeOutput,
    /// The one that is named for failures.
    Error,
    /// The same model from another provider.
    Provider,
    /// A stronger one.
    Strong,
}
