//! Google's `streamGenerateContent`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::messages::{Turn, Turns};
use super::refusal::Refusal;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::plan::{ChatPart, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

/// The format takes no more: <https://ai.google.dev/api/generate-content> (`stopSequences`).
const MOST_STOPS: usize = 5;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let turns = Turns::of(request.messages);
    let mut config = Map::new();
    if let Some(limit) = request.limit() {
        config.insert("maxOutputTokens".to_owned(), json!(limit));
    }
    if let Some(temperature) = request.temperature() {
        config.insert("temperature".to_owned(), json!(temperature));
    }
    if let Some(top_p) = request.top_p() {
        config.insert("topP".to_owned(), json!(top_p));
    }
    let stops = request.stops(MOST_STOPS);
    if !stops.is_empty() {
        config.insert("stopSequences".to_owned(), json!(stops));
    }
    let mut body = Map::new();
    if !turns.system.is_empty() {
        body.insert("systemInstruction".to_owned(), json!({ "parts": parts(&turns.system) }));
    }
    body.insert("contents".to_owned(), turns.turns.iter().map(content).collect());
    if !config.is_empty() {
        body.insert("generationConfig".to_owned(), Value::Object(config));
    }
    let name = model.model.strip_prefix("models/").unwrap_or(&model.model);
    let path = format!("/v1beta/models/{}:streamGenerateContent?alt=sse", path_segment(name));
    // The key goes into a header: one in the URL would end up in the logs of proxies.
    let key = model.key.as_ref().map(|key| ("x-goog-api-key", key.expose().to_owned()));
    Call { path, headers: key.into_iter().collect(), body: Value::Object(body) }
}

fn content(turn: &Turn) -> Value {
    json!({ "role": if turn.assistant { "model" } else { "user" }, "parts": parts(&turn.parts) })
}

fn parts(parts: &[ChatPart]) -> Value {
    parts.iter().map(|part| json!({ "text": part.text })).collect()
}

/// The name as one segment of a path, percent-encoded.
fn path_segment(name: &str) -> String {
    let mut segment = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => segment.push(char::from(byte)),
            byte => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// A chunk of the stream; the whole answer has the same form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk {
    #[serde(default)]
    candidates: Option<Vec<Candidate>>,
    #[serde(default)]
    usage_metadata: Option<ChunkUsage>,
    #[serde(default)]
    prompt_feedback: Option<Feedback>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    index: Count,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: Text,
    /// Whether the text is a summary of the model's reasoning.
    #[serde(default)]
    thought: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ChunkUsage {
    prompt_token_count: Count,
    cached_content_token_count: Count,
    candidates_token_count: Count,
    thoughts_token_count: Count,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    #[serde(default)]
    block_reason: Option<String>,
}

#[derive(Default)]
struct Decoder {
    usage: Usage,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        if matches!(data.trim(), "" | "[DONE]") {
            return Ok(());
        }
        let chunk: Chunk = parse(data)?;
        if chunk.error.as_ref().is_some_and(|error| !error.is_null()) {
            return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default()));
        }
        if let Some(reason) = chunk.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            return Err(Fault::Refused(Refusal::filtered(&reason)));
        }
        for candidate in chunk.candidates.into_iter().flatten().filter(|candidate| candidate.index.get() == 0) {
            for part in candidate.content.and_then(|content| content.parts).into_iter().flatten().filter(|part| !part.text.0.is_empty()) {
                out.push(if part.thought == Some(true) { Delta::Reasoning(part.text.0) } else { Delta::Text(part.text.0) });
            }
            out.extend(candidate.finish_reason.as_deref().and_then(finish_reason).map(Delta::Finish));
        }
        if let Some(usage) = chunk.usage_metadata {
            self.usage(&usage, out);
        }
        Ok(())
    }

    /// The format has no closing event: the connection ends.
    fn closed(&self) -> bool {
        false
    }
}

impl Decoder {
    fn usage(&mut self, usage: &ChunkUsage, out: &mut Vec<Delta>) {
        let usage = Usage {
            input_tokens: usage.prompt_token_count.get(),
            cached_tokens: usage.cached_content_token_count.get(),
            cache_write_tokens: 0,
            output_tokens: usage.candidates_token_count.get() + usage.thoughts_token_count.get(),
        };
        if !usage.is_zero() && usage != self.usage {
            self.usage = usage;
            out.push(Delta::Usage(usage));
        }
    }
}

fn finish_reason(word: &str) -> Option<FinishReason> {
    Some(match word {
        "" | "FINISH_REASON_UNSPECIFIED" => return None,
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_lowercase()),
    })
}

#[cfg(test)]
mod tests {
    use super::path_segment;

    #[test]
    fn a_models_name_cannot_leave_its_path_segment() {
        assert_eq!(path_segment("gemini-4-argon"), "gemini-4-argon");
        assert_eq!(path_segment("../x?key=é"), "..%2Fx%3Fkey%3D%C3%A9");
    }
}
