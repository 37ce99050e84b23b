//! Answering from a recording.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{Delta, FinishReason, RecordingError, Request};
use crate::plan::{ChatMessage, Exchange};

/// Characters that arrive at once.
const CHUNK: usize = 24;

/// A recording that answers requests, each exchange once; cheap to clone.
#[derive(Debug, Clone)]
pub struct Replay {
    left: Arc<Mutex<Vec<Exchange>>>,
}

impl Replay {
    /// Reads a recording.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let text = std::fs::read_to_string(path).map_err(|source| RecordingError::Open { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|words| RecordingError::Parse { path: path.to_owned(), words })
    }

    /// Takes the text of a recording.
    pub fn parse(text: &str) -> Result<Self, String> {
        let exchanges: Vec<Exchange> = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self { left: Arc::new(Mutex::new(exchanges)) })
    }

    /// The reply of the first exchange that is left and fits; else what the request lacks.
    pub(super) fn answer(&self, request: &Request<'_>) -> Result<Vec<Delta>, String> {
        let text = request.messages.iter().map(ChatMessage::text).collect::<Vec<_>>().join("\n");
        let role = request.model.role.as_str();
        let mut left = self.left.lock().expect("nobody panics while holding this");
        let of_role = |exchange: &Exchange| exchange.role.is_empty() || exchange.role == role;
        let lacks = |exchange: &Exchange| exchange.expects.iter().find(|expected| !text.contains(expected.as_str())).cloned();
        if let Some(at) = left.iter().position(|exchange| of_role(exchange) && lacks(exchange).is_none()) {
            return Ok(deltas(left.remove(at)));
        }
        Err(match left.iter().find(|exchange| of_role(exchange)) {
            None => format!("the recording has no further reply of the {role}"),
            Some(next) => format!(
                "this request does not hold what the recorded reply ({}) depends on: {:?}",
                next.name,
                lacks(next).unwrap_or_default()
            ),
        })
    }
}

fn deltas(exchange: Exchange) -> Vec<Delta> {
    let chars: Vec<char> = exchange.reply.chars().collect();
    let reasoning = (!exchange.reasoning.is_empty()).then_some(Delta::Reasoning(exchange.reasoning));
    let texts = chars.chunks(CHUNK).map(|chunk| Delta::Text(chunk.iter().collect()));
    let usage = (!exchange.usage.is_zero()).then_some(Delta::Usage(exchange.usage));
    let finish = if exchange.cut_short { FinishReason::Length } else { FinishReason::Stop };
    reasoning.into_iter().chain(texts).chain(usage).chain([Delta::Finish(finish)]).collect()
}
