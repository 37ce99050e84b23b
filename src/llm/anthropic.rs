//! Anthropic's messages.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::messages::{Turn, Turns};
use super::refusal::Refusal;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::plan::{ChatPart, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

/// The version of the format, which has been the same since 2023.
const VERSION: &str = "2023-06-01";

/// The format refuses more: <https://platform.claude.com/docs/en/build-with-claude/prompt-caching>.
const MOST_CACHE_MARKERS: usize = 4;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let turns = Turns::of(request.messages);
    let mut markers = Markers::new(&turns);
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.model));
    // The format has no request without a limit.
    body.insert("max_tokens".to_owned(), json!(request.limit().unwrap_or(model.max_output_tokens)));
    if !turns.system.is_empty() {
        body.insert("system".to_owned(), markers.blocks(&turns.system));
    }
    let messages: Value = turns.turns.iter().map(|turn| message(turn, &mut markers)).collect();
    body.insert("messages".to_owned(), messages);
    // Claude models since 4.5 refuse temperature and top_p in one request.
    if let Some(temperature) = request.temperature() {
        body.insert("temperature".to_owned(), json!(temperature));
    } else if let Some(top_p) = request.top_p() {
        body.insert("top_p".to_owned(), json!(top_p));
    }
    let stops: Vec<&&str> = request.stops(usize::MAX).iter().filter(|stop| !stop.trim().is_empty()).collect();
    if !stops.is_empty() {
        body.insert("stop_sequences".to_owned(), json!(stops));
    }
    body.insert("stream".to_owned(), json!(true));
    let mut headers = vec![("anthropic-version", VERSION.to_owned())];
    headers.extend(model.key.as_ref().map(|key| match model.bearer {
        true => ("authorization", format!("Bearer {}", key.expose())),
        false => ("x-api-key", key.expose().to_owned()),
    }));
    Call { path: "/v1/messages".to_owned(), headers, body: Value::Object(body) }
}

fn message(turn: &Turn, markers: &mut Markers) -> Value {
    let mut blocks = markers.blocks(&turn.parts);
    if turn.assistant
        && let Some(text) = blocks.as_array_mut().and_then(|blocks| blocks.last_mut()).and_then(|block| block.get_mut("text"))
    {
        // The format refuses an assistant's message that ends in white space.
        *text = json!(text.as_str().unwrap_or_default().trim_end());
    }
    json!({ "role": if turn.assistant { "assistant" } else { "user" }, "content": blocks })
}

/// Which of the cache marks are sent: with too many, the first, which is the most stable, and the last ones.
struct Markers {
    seen: usize,
    total: usize,
}

impl Markers {
    fn new(turns: &Turns) -> Self {
        let parts = turns.system.iter().chain(turns.turns.iter().flat_map(|turn| &turn.parts));
        Self { seen: 0, total: parts.filter(|part| part.cache).count() }
    }

    fn blocks(&mut self, parts: &[ChatPart]) -> Value {
        parts.iter().map(|part| self.block(part)).collect()
    }

    fn block(&mut self, part: &ChatPart) -> Value {
        let mut block = json!({ "type": "text", "text": part.text });
        if part.cache {
            let late = self.seen + MOST_CACHE_MARKERS > self.total;
            if self.seen == 0 || late {
                block["cache_control"] = json!({ "type": "ephemeral" });
            }
            self.seen += 1;
        }
        block
    }
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
            cache_write_tokens: 0,
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
