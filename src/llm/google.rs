//! Google's `streamGenerateContent`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::content::{LEFT_OUT, base64};
use super::messages::{Turn, Turns};
use super::refusal::Refusal;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse, path_segment};
use super::{Delta, FinishReason, Request};
use crate::config::{Model, Reasoning};
use crate::plan::{ChatImage, ChatPart, Usage};

pub(super) const FORMAT: Format = Format { call, decoder };

/// A reader for one reply.
pub(super) fn decoder() -> Box<dyn Decode> {
    Box::<Decoder>::default()
}

/// The format takes no more: <https://ai.google.dev/api/generate-content> (`stopSequences`).
const MOST_STOPS: usize = 5;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let path = format!("/v1beta/models/{}:streamGenerateContent?alt=sse", path_segment(name(model)));
    // The key goes into a header: one in the URL would end up in the logs of proxies.
    let key = model.key.as_ref().map(|key| ("x-goog-api-key", key.expose().to_owned()));
    Call { path, headers: key.into_iter().collect(), arguments: Vec::new(), body: body(request) }
}

/// The model's name without the collection that it may be written with.
pub(super) fn name(model: &Model) -> &str {
    model.model.strip_prefix("models/").unwrap_or(&model.model)
}

/// The body, which Vertex AI takes as well.
pub(super) fn body(request: &Request<'_>) -> Value {
    let turns = Turns::of(request.messages);
    let mut body = Map::new();
    if !turns.system.is_empty() {
        body.insert("systemInstruction".to_owned(), json!({ "parts": texts(&turns.system) }));
    }
    body.insert("contents".to_owned(), turns.turns.iter().map(|turn| content(turn, request.model)).collect());
    let config = config(request);
    if !config.is_empty() {
        body.insert("generationConfig".to_owned(), Value::Object(config));
    }
    Value::Object(body)
}

fn config(request: &Request<'_>) -> Map<String, Value> {
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
    if let Some(reasoning) = &request.model.reasoning {
        config.insert("thinkingConfig".to_owned(), thinking(reasoning));
    }
    config
}

/// A budget or a level: models before Gemini 3 take the first, those since then the second.
fn thinking(reasoning: &Reasoning) -> Value {
    match (&reasoning.effort, reasoning.budget) {
        (Some(effort), None) if effort == "none" => json!({ "thinkingBudget": 0 }),
        (Some(effort), None) => json!({ "includeThoughts": true, "thinkingLevel": effort.to_uppercase() }),
        (_, Some(budget)) => json!({ "includeThoughts": budget > 0, "thinkingBudget": budget }),
        (None, None) => json!({ "includeThoughts": true }),
    }
}

fn content(turn: &Turn, model: &Model) -> Value {
    let mut parts = texts(&turn.parts);
    parts.extend(turn.images.iter().map(|picture| image(model, picture)));
    json!({ "role": if turn.assistant { "model" } else { "user" }, "parts": parts })
}

fn texts(parts: &[ChatPart]) -> Vec<Value> {
    parts.iter().map(|part| json!({ "text": part.text })).collect()
}

fn image(model: &Model, image: &ChatImage) -> Value {
    if !model.images {
        return json!({ "text": LEFT_OUT });
    }
    json!({ "inlineData": { "mimeType": image.media_type, "data": base64(image) } })
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
