//! The form in which any program can answer: one JSON request on its standard input, one JSON event a line on its output.
//!
//! git-plandex-models(5) describes it for those who write such a program.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::content::base64;
use super::refusal::Refusal;
use super::values::Count;
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::plan::{ChatMessage, ChatRole, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

/// The version of the form.
const VERSION: u32 = 1;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let mut body = Map::new();
    body.insert("version".to_owned(), json!(VERSION));
    body.insert("model".to_owned(), json!(model.model));
    body.insert("role".to_owned(), json!(model.role.as_str()));
    body.insert("messages".to_owned(), request.messages.iter().map(|each| message(each, model.images)).collect());
    body.extend(request.limit().map(|limit| ("max_output_tokens".to_owned(), json!(limit))));
    body.extend(request.temperature().map(|temperature| ("temperature".to_owned(), json!(temperature))));
    body.extend(request.top_p().map(|top_p| ("top_p".to_owned(), json!(top_p))));
    let stops = request.stops(usize::MAX);
    if !stops.is_empty() {
        body.insert("stop".to_owned(), json!(stops));
    }
    if let Some(reasoning) = &model.reasoning {
        body.insert("reasoning".to_owned(), json!({ "effort": reasoning.effort, "budget": reasoning.budget }));
    }
    Call { path: String::new(), headers: Vec::new(), arguments: Vec::new(), body: Value::Object(body) }
}

fn message(message: &ChatMessage, images: bool) -> Value {
    let role = match message.role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    let mut said = json!({ "role": role, "text": message.text() });
    if images && !message.images.is_empty() {
        let image = |image| json!({ "media_type": image_type(image), "data": base64(image) });
        said["images"] = message.images.iter().map(image).collect();
    }
    said
}

fn image_type(image: &crate::plan::ChatImage) -> &str {
    &image.media_type
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    text: String,
    reason: String,
    input_tokens: Count,
    cached_tokens: Count,
    cache_write_tokens: Count,
    output_tokens: Count,
}

#[derive(Default)]
struct Decoder {
    closed: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let event: Event = parse(data)?;
        match event.kind.as_str() {
            "text" if !event.text.is_empty() => out.push(Delta::Text(event.text)),
            "reasoning" if !event.text.is_empty() => out.push(Delta::Reasoning(event.text)),
            "usage" => out.push(Delta::Usage(Usage {
                input_tokens: event.input_tokens.get(),
                cached_tokens: event.cached_tokens.get(),
                cache_write_tokens: event.cache_write_tokens.get(),
                output_tokens: event.output_tokens.get(),
            })),
            "finish" => {
                self.closed = true;
                out.push(Delta::Finish(finish_reason(&event.reason)));
            }
            "error" => return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default())),
            _ => {}
        }
        Ok(())
    }

    fn closed(&self) -> bool {
        self.closed
    }
}

fn finish_reason(word: &str) -> FinishReason {
    match word {
        "" | "stop" => FinishReason::Stop,
        "length" => FinishReason::Length,
        "content_filter" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}
