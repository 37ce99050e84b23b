//! Anthropic's messages.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::content::{LEFT_OUT, base64};
use super::dialect::Marks;
use super::messages::{Turn, Turns};
use super::openai::key_header;
use super::refusal::Refusal;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::config::{Model, Reasoning};
use crate::plan::{ChatImage, ChatPart, Usage};

pub(super) const FORMAT: Format = Format { call, decoder };

/// A reader for one reply.
pub(super) fn decoder() -> Box<dyn Decode> {
    Box::<Decoder>::default()
}

/// The version of the format, and the last one before it, which still takes sampling settings:
/// <https://platform.claude.com/docs/en/api/versioning>.
const VERSION: &str = "2026-10-21";
const SAMPLING_VERSION: &str = "2023-06-01";

/// The format refuses less: <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>.
const LEAST_BUDGET: u64 = 1024;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.model));
    fill(request, &mut body);
    let version = if is_sampled(&body) { SAMPLING_VERSION } else { VERSION };
    let headers = [("anthropic-version", version.to_owned())].into_iter().chain(key_header(model)).collect();
    Call { path: "/v1/messages".to_owned(), headers, arguments: Vec::new(), body: Value::Object(body) }
}

/// Whether a body has settings that the newest version refuses.
pub(super) fn is_sampled(body: &Map<String, Value>) -> bool {
    ["temperature", "top_p"].iter().any(|name| body.contains_key(*name))
}

/// The body without the model's name.
pub(super) fn fill(request: &Request<'_>, body: &mut Map<String, Value>) {
    let model = request.model;
    let turns = Turns::of(request.messages);
    let mut marks = Marks::of(request);
    // The format has no request without a limit.
    let limit = request.limit().unwrap_or(model.max_output_tokens);
    body.insert("max_tokens".to_owned(), json!(limit));
    if !turns.system.is_empty() {
        body.insert("system".to_owned(), blocks(&turns.system, &mut marks).into());
    }
    let messages: Value = turns.turns.iter().map(|turn| message(turn, model, &mut marks)).collect();
    body.insert("messages".to_owned(), messages);
    if !thinking(model, limit, body) {
        // Claude models since 4.5 refuse temperature and top_p in one request, and every one that thinks refuses both.
        let temperature = request.temperature().map(|temperature| ("temperature".to_owned(), json!(temperature)));
        body.extend(temperature.or_else(|| request.top_p().map(|top_p| ("top_p".to_owned(), json!(top_p)))));
    }
    let stops: Vec<&&str> = request.stops(usize::MAX).iter().filter(|stop| !stop.trim().is_empty()).collect();
    if !stops.is_empty() {
        body.insert("stop_sequences".to_owned(), json!(stops));
    }
    body.insert("stream".to_owned(), json!(true));
}

/// Asks for reasoning, with a budget or by effort; says whether any was asked for.
fn thinking(model: &Model, limit: u64, body: &mut Map<String, Value>) -> bool {
    let Some(Reasoning { effort, budget }) = &model.reasoning else { return false };
    if effort.as_deref() == Some("none") {
        body.insert("thinking".to_owned(), json!({ "type": "disabled" }));
        return false;
    }
    // The budget is part of the output, and may not be all of it.
    let budget = budget.map(|budget| budget.min(limit.saturating_sub(1)).max(LEAST_BUDGET));
    body.insert(
        "thinking".to_owned(),
        match budget {
            Some(budget) => json!({ "type": "enabled", "budget_tokens": budget }),
            None => json!({ "type": "adaptive" }),
        },
    );
    if let Some(effort) = effort {
        body.insert("output_config".to_owned(), json!({ "effort": effort }));
    }
    true
}

fn message(turn: &Turn, model: &Model, marks: &mut Marks) -> Value {
    let mut blocks = blocks(&turn.parts, marks);
    if turn.assistant
        && let Some(text) = blocks.last_mut().and_then(|block| block.get_mut("text"))
    {
        // The format refuses an assistant's message that ends in white space.
        *text = json!(text.as_str().unwrap_or_default().trim_end());
    }
    blocks.extend(turn.images.iter().map(|picture| image(model, picture)));
    json!({ "role": if turn.assistant { "assistant" } else { "user" }, "content": blocks })
}

fn blocks(parts: &[ChatPart], marks: &mut Marks) -> Vec<Value> {
    parts.iter().map(|part| marks.mark(json!({ "type": "text", "text": part.text }), part)).collect()
}

fn image(model: &Model, image: &ChatImage) -> Value {
    if !model.images {
        return json!({ "type": "text", "text": LEFT_OUT });
    }
    json!({ "type": "image", "source": { "type": "base64", "media_type": image.media_type, "data": base64(image) } })
}

/// An event of the stream, or the whole answer of a server that does not stream.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type", default)]
    kind: String,
    /// An object in `message_start`, a string in an error that lacks its outer type.
    #[serde(default)]
    message: Option<Value>,
    #[serde(default)]
    content_block: Option<Block>,
    #[serde(default)]
    delta: Option<Block>,
    #[serde(default)]
    usage: Option<EventUsage>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    content: Option<Vec<Block>>,
    #[serde(default)]
    stop_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Block {
    text: Text,
    thinking: Text,
    stop_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct EventUsage {
    input_tokens: Count,
    cache_creation_input_tokens: Count,
    cache_read_input_tokens: Count,
    output_tokens: Count,
}

#[derive(Default)]
struct Decoder {
    input: [Count; 3],
    output: Count,
    usage: Usage,
    stopped: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        if matches!(data.trim(), "" | "[DONE]") {
            return Ok(());
        }
        let event: Event = parse(data)?;
        if event.error.as_ref().is_some_and(|error| !error.is_null()) || event.kind.ends_with("_error") {
            return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default()));
        }
        let started = event.message.and_then(|mut message| EventUsage::deserialize(message.get_mut("usage")?.take()).ok());
        if let Some(usage) = event.usage.or(started) {
            self.usage(&usage, out);
        }
        let blocks = event.content_block.into_iter().chain(event.delta).chain(event.content.into_iter().flatten());
        let mut stop_reason = event.stop_reason;
        for block in blocks {
            stop_reason = block.stop_reason.clone().or(stop_reason);
            say(block, out);
        }
        out.extend(stop_reason.as_deref().map(finish_reason).map(Delta::Finish));
        self.stopped |= matches!(event.kind.as_str(), "message_stop" | "message");
        Ok(())
    }

    fn closed(&self) -> bool {
        self.stopped
    }
}

impl Decoder {
    /// Later events repeat some counts and leave out others; each that is there replaces the one before.
    fn usage(&mut self, new: &EventUsage, out: &mut Vec<Delta>) {
        let all = [new.input_tokens, new.cache_creation_input_tokens, new.cache_read_input_tokens];
        for (old, new) in self.input.iter_mut().zip(all) {
            old.0 = new.0.or(old.0);
        }
        self.output.0 = new.output_tokens.0.or(self.output.0);
        let usage = Usage {
            input_tokens: self.input.iter().map(|count| count.get()).sum(),
            cached_tokens: self.input[2].get(),
            cache_write_tokens: self.input[1].get(),
            output_tokens: self.output.get(),
        };
        if !usage.is_zero() && usage != self.usage {
            self.usage = usage;
            out.push(Delta::Usage(usage));
        }
    }
}

fn say(block: Block, out: &mut Vec<Delta>) {
    if !block.thinking.0.is_empty() {
        out.push(Delta::Reasoning(block.thinking.0));
    }
    if !block.text.0.is_empty() {
        out.push(Delta::Text(block.text.0));
    }
}

fn finish_reason(word: &str) -> FinishReason {
    match word {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "refusal" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}
