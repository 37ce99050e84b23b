//! Amazon Bedrock's `ConverseStream`, the same for every model there.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::content::{LEFT_OUT, base64};
use super::dialect::Marks;
use super::messages::{Turn, Turns};
use super::refusal::Refusal;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse, path_segment};
use super::{Delta, FinishReason, Request};
use crate::config::{Access, Model, Reasoning};
use crate::plan::{ChatImage, ChatPart, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let turns = Turns::of(request.messages);
    let mut marks = Marks::of(request);
    let mut body = Map::new();
    let system = blocks(&turns.system, &mut marks);
    body.insert("messages".to_owned(), turns.turns.iter().map(|turn| message(turn, model, &mut marks)).collect());
    if !system.is_empty() {
        body.insert("system".to_owned(), json!(system));
    }
    let config = config(request);
    if !config.is_empty() {
        body.insert("inferenceConfig".to_owned(), Value::Object(config));
    }
    body.extend(reasoning(model).map(|fields| ("additionalModelRequestFields".to_owned(), fields)));
    let profile = if let Access::Aws(aws) = &model.access { aws.inference_profile.as_deref() } else { None };
    let path = format!("/model/{}/converse-stream", path_segment(profile.unwrap_or(&model.model)));
    let bearer = model.key.as_ref().map(|key| ("authorization", format!("Bearer {}", key.expose())));
    Call { path, headers: bearer.into_iter().collect(), arguments: Vec::new(), body: Value::Object(body) }
}

fn config(request: &Request<'_>) -> Map<String, Value> {
    let mut config = Map::new();
    config.extend(request.limit().map(|limit| ("maxTokens".to_owned(), json!(limit))));
    // As with Anthropic, a model that thinks takes no sampling, and one that does not takes one kind of it.
    if request.model.reasoning.is_none() {
        let temperature = request.temperature().map(|temperature| ("temperature".to_owned(), json!(temperature)));
        config.extend(temperature.or_else(|| request.top_p().map(|top_p| ("topP".to_owned(), json!(top_p)))));
    }
    let stops: Vec<&&str> = request.stops(usize::MAX).iter().filter(|stop| !stop.trim().is_empty()).collect();
    if !stops.is_empty() {
        config.insert("stopSequences".to_owned(), json!(stops));
    }
    config
}

/// The model's own fields for reasoning: Claude's, else those of Amazon's models.
fn reasoning(model: &Model) -> Option<Value> {
    let Reasoning { effort, budget } = model.reasoning.as_ref()?;
    let effort = effort.as_deref().filter(|effort| *effort != "none");
    if !model.model.contains("claude") {
        let effort = effort.map(|effort| json!({ "type": "enabled", "maxReasoningEffort": effort }));
        return effort.map(|config| json!({ "reasoningConfig": config }));
    }
    Some(match (budget, effort) {
        (Some(budget), _) => json!({ "thinking": { "type": "enabled", "budget_tokens": budget } }),
        (None, Some(effort)) => json!({ "thinking": { "type": "adaptive" }, "output_config": { "effort": effort } }),
        (None, None) => return None,
    })
}

fn message(turn: &Turn, model: &Model, marks: &mut Marks) -> Value {
    let mut content = blocks(&turn.parts, marks);
    if turn.assistant
        && let Some(text) = content.iter_mut().rev().find_map(|block| block.get_mut("text"))
    {
        *text = json!(text.as_str().unwrap_or_default().trim_end());
    }
    content.extend(turn.images.iter().map(|picture| image(model, picture)));
    json!({ "role": if turn.assistant { "assistant" } else { "user" }, "content": content })
}

/// The texts, with a mark as a block of its own behind each that is worth caching.
fn blocks(parts: &[ChatPart], marks: &mut Marks) -> Vec<Value> {
    let mut blocks = Vec::new();
    for part in parts {
        blocks.push(json!({ "text": part.text }));
        if marks.next(part) {
            blocks.push(json!({ "cachePoint": { "type": "default" } }));
        }
    }
    blocks
}

fn image(model: &Model, image: &ChatImage) -> Value {
    if !model.images {
        return json!({ "text": LEFT_OUT });
    }
    let format = image.media_type.strip_prefix("image/").unwrap_or("png");
    json!({ "image": { "format": format, "source": { "bytes": base64(image) } } })
}

/// An event, under the name that its frame gives it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    content_block_delta: Option<Piece>,
    message_stop: Option<Stop>,
    metadata: Option<Metadata>,
    exception: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Piece {
    delta: Said,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    text: Text,
    reasoning_content: Option<Thought>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Thought {
    text: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Stop {
    stop_reason: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    usage: Option<Counts>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Counts {
    input_tokens: Count,
    output_tokens: Count,
    cache_read_input_tokens: Count,
    cache_write_input_tokens: Count,
}

#[derive(Default)]
struct Decoder {
    closed: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let event: Event = parse(data)?;
        if let Some(kind) = event.exception {
            let refusal = Refusal::from_json(data).unwrap_or_default();
            return Err(Fault::Refused(Refusal { code: kind, ..refusal }));
        }
        if let Some(piece) = event.content_block_delta {
            let thought = piece.delta.reasoning_content.map(|thought| thought.text.0).filter(|text| !text.is_empty());
            out.extend(thought.map(Delta::Reasoning));
            out.extend(Some(piece.delta.text.0).filter(|text| !text.is_empty()).map(Delta::Text));
        }
        if let Some(stop) = event.message_stop {
            out.push(Delta::Finish(finish_reason(&stop.stop_reason)));
        }
        if let Some(metadata) = event.metadata {
            self.closed = true;
            let usage = metadata.usage.unwrap_or_default();
            let cached = usage.cache_read_input_tokens.get();
            // As with Anthropic, what was read from or written to the cache is counted apart.
            let written = usage.cache_write_input_tokens.get();
            let input_tokens = usage.input_tokens.get() + cached + written;
            let output_tokens = usage.output_tokens.get();
            let usage = Usage { input_tokens, cached_tokens: cached, cache_write_tokens: written, output_tokens };
            out.extend((!usage.is_zero()).then_some(Delta::Usage(usage)));
        }
        Ok(())
    }

    fn closed(&self) -> bool {
        self.closed
    }
}

fn finish_reason(word: &str) -> FinishReason {
    match word {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "content_filtered" | "guardrail_intervened" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}
