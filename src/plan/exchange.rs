//! Recorded exchanges with a model: what a request has to hold, and the reply that it gets.

use serde::{Deserialize, Serialize};

use super::Usage;

/// One exchange of a recording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What the exchange is, for messages.
    pub name: String,
    /// The job of the model, in the word for its role; empty fits any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Texts that the request has to hold: the files and the task that the reply depends on.
    #[serde(default)]
    pub expects: Vec<String>,
    /// The reply.
    pub reply: String,
    /// The model's reasoning.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// What the call used.
    #[serde(default, skip_serializing_if = "Usage::is_zero")]
    pub usage: Usage,
    /// Whether the output limit ended the reply.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut_short: bool,
}
