//! The program `claude -p`, Anthropic's own client, with which a person's subscription can be used.
//!
//! It is asked for an answer alone: without tools, without servers, without keeping a session.
//! <https://code.claude.com/docs/en/cli-reference>, <https://code.claude.com/docs/en/headless>

use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{LEFT_OUT, base64};
use super::messages::Turns;
use super::refusal::Refusal;
use super::transcript;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request, anthropic};
use crate::plan::Usage;

pub(super) const FORMAT: Format = Format { call, decoder: || Box::new(Decoder::new()) };

/// Longer instructions go into the message: Linux takes no argument of 128 KiB.
const LONGEST_ARGUMENT: usize = 100_000;

const ARGUMENTS: &[&str] = &[
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--include-partial-messages",
    "--verbose",
    "--strict-mcp-config",
    "--no-session-persistence",
    "--tools",
    "",
];

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let turns = Turns::of(request.messages);
    let system = transcript::system(&turns);
    let mut text = transcript::conversation(&turns);
    let mut arguments: Vec<String> = ARGUMENTS.iter().map(|word| (*word).to_owned()).collect();
    let mut add = |name: &str, value: &str| arguments.extend([name.to_owned(), value.to_owned()]);
    add("--model", &model.model);
    if let Some(effort) = model.reasoning.as_ref().and_then(|reasoning| reasoning.effort.as_deref()) {
        add("--effort", effort);
    }
    if system.len() <= LONGEST_ARGUMENT {
        add("--system-prompt", &system);
    } else {
        text = format!("{system}\n\n{text}");
    }
    let mut content = vec![json!({ "type": "text", "text": text })];
    content.extend(turns.turns.iter().flat_map(|turn| &turn.images).map(|image| match model.images {
        true => json!({ "type": "image", "source": { "type": "base64", "media_type": image.media_type, "data": base64(image) } }),
        false => json!({ "type": "text", "text": LEFT_OUT }),
    }));
    let body = json!({ "type": "user", "message": { "role": "user", "content": content } });
    Call { path: String::new(), headers: Vec::new(), arguments, body }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    /// An event of Anthropic's stream.
    event: Option<Value>,
    message: Option<Message>,
    is_error: bool,
    result: Option<String>,
    errors: Option<Vec<Value>>,
    subtype: String,
    stop_reason: Option<String>,
    usage: Option<Counts>,
    api_error_status: Count,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    model: String,
    content: Option<Vec<Block>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Block {
    text: Text,
    thinking: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Counts {
    input_tokens: Count,
    cache_creation_input_tokens: Count,
    cache_read_input_tokens: Count,
    output_tokens: Count,
}

struct Decoder {
    inner: Box<dyn Decode>,
    /// Whether the message that is next told as a whole has come in pieces.
    spoke: bool,
    finish: FinishReason,
    closed: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let event: Event = parse(data)?;
        match event.kind.as_str() {
            "stream_event" => self.piece(event.event.unwrap_or_default(), out)?,
            "assistant" => self.whole(event.message.unwrap_or_default(), out),
            "result" => self.result(event, out)?,
            _ => {}
        }
        Ok(())
    }

    fn closed(&self) -> bool {
        self.closed
    }
}

impl Decoder {
    fn new() -> Self {
        Self { inner: anthropic::decoder(), spoke: false, finish: FinishReason::Stop, closed: false }
    }

    fn piece(&mut self, event: Value, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let mut deltas = Vec::new();
        self.inner.event(&event.to_string(), &mut deltas)?;
        for delta in deltas {
            match delta {
                Delta::Finish(finish) => self.finish = finish,
                // What the whole run used comes with its result.
                Delta::Usage(_) => {}
                delta => {
                    self.spoke = true;
                    out.push(delta);
                }
            }
        }
        Ok(())
    }

    fn whole(&mut self, message: Message, out: &mut Vec<Delta>) {
        // The program puts its own complaints into messages of a model that does not exist; the result repeats them.
        if std::mem::take(&mut self.spoke) || message.model == "<synthetic>" {
            return;
        }
        for block in message.content.into_iter().flatten() {
            out.extend(Some(block.thinking.0).filter(|text| !text.is_empty()).map(Delta::Reasoning));
            out.extend(Some(block.text.0).filter(|text| !text.is_empty()).map(Delta::Text));
        }
    }

    fn result(&mut self, event: Event, out: &mut Vec<Delta>) -> Result<(), Fault> {
        if event.is_error {
            let errors: Vec<String> =
                event.errors.iter().flatten().map(|error| error.as_str().map_or_else(|| error.to_string(), str::to_owned)).collect();
            let words = event.result.filter(|words| !words.is_empty()).unwrap_or_else(|| errors.join("; "));
            let status = event.api_error_status.0.and_then(|status| u16::try_from(status).ok());
            return Err(Fault::Refused(Refusal { status, code: event.subtype, words, retry_after: None }));
        }
        if let Some(counts) = event.usage {
            let cached_tokens = counts.cache_read_input_tokens.get();
            let cache_write_tokens = counts.cache_creation_input_tokens.get();
            let input_tokens = counts.input_tokens.get() + cache_write_tokens + cached_tokens;
            let output_tokens = counts.output_tokens.get();
            out.push(Delta::Usage(Usage { input_tokens, cached_tokens, cache_write_tokens, output_tokens }));
        }
        let finish = match event.stop_reason.as_deref() {
            Some("max_tokens") => FinishReason::Length,
            Some("refusal") => FinishReason::ContentFilter,
            _ => self.finish.clone(),
        };
        out.push(Delta::Finish(finish));
        self.closed = true;
        Ok(())
    }
}
