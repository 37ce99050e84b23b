//! OpenAI's responses.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::content::{LEFT_OUT, data_url};
use super::openai::key_header;
use super::refusal::Refusal;
use super::values::Count;
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::config::Model;
use crate::plan::{ChatImage, ChatMessage, ChatRole, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.model));
    let items: Vec<Value> = request.messages.iter().filter_map(|message| item(message, model)).collect();
    body.insert("input".to_owned(), json!(items));
    if let Some(limit) = request.limit() {
        body.insert("max_output_tokens".to_owned(), json!(limit));
    }
    if let Some(temperature) = request.temperature() {
        body.insert("temperature".to_owned(), json!(temperature));
    }
    if let Some(top_p) = request.top_p() {
        body.insert("top_p".to_owned(), json!(top_p));
    }
    if let Some(reasoning) = &model.reasoning {
        let effort = reasoning.effort.as_ref().map(|effort| ("effort".to_owned(), json!(effort)));
        let fields = effort.into_iter().chain([("summary".to_owned(), json!("auto"))]);
        body.insert("reasoning".to_owned(), Value::Object(fields.collect()));
    }
    body.insert("stream".to_owned(), json!(true));
    // The user's code is not kept at the provider.
    body.insert("store".to_owned(), json!(false));
    Call {
        path: "/responses".to_owned(),
        headers: key_header(model).into_iter().collect(),
        arguments: Vec::new(),
        body: Value::Object(body),
    }
}

fn item(message: &ChatMessage, model: &Model) -> Option<Value> {
    let (role, kind) = match message.role {
        ChatRole::System => ("system", "input_text"),
        ChatRole::User => ("user", "input_text"),
        ChatRole::Assistant => ("assistant", "output_text"),
    };
    let parts = message.parts.iter().filter(|part| !part.text.is_empty());
    let mut content: Vec<Value> = parts.map(|part| json!({ "type": kind, "text": part.text })).collect();
    content.extend(message.images.iter().map(|picture| image(model, picture)));
    (!content.is_empty()).then(|| json!({ "type": "message", "role": role, "content": content }))
}

fn image(model: &Model, image: &ChatImage) -> Value {
    if !model.images {
        return json!({ "type": "input_text", "text": LEFT_OUT });
    }
    json!({ "type": "input_image", "image_url": data_url(image), "detail": image.detail.as_str() })
}

/// An event of the stream, or the whole answer of a server that does not stream.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    delta: Option<Value>,
    #[serde(default)]
    response: Option<Answer>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(flatten)]
    whole: Answer,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    object: Option<String>,
    status: Option<String>,
    usage: Option<AnswerUsage>,
    error: Option<Value>,
    incomplete_details: Option<Incomplete>,
    output: Option<Vec<Item>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    content: Option<Vec<Part>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Part {
    text: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AnswerUsage {
    input_tokens: Count,
    output_tokens: Count,
    input_tokens_details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    cached_tokens: Count,
}

#[derive(Default)]
struct Decoder {
    /// Whether text has come in pieces, so that the whole of it at the end is no news.
    spoke: bool,
    closed: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        if matches!(data.trim(), "" | "[DONE]") {
            return Ok(());
        }
        let event: Event = parse(data)?;
        let delta = event.delta.as_ref().and_then(Value::as_str).filter(|text| !text.is_empty());
        match (event.kind.as_str(), delta) {
            ("response.output_text.delta" | "response.refusal.delta", Some(text)) => {
                self.spoke = true;
                out.push(Delta::Text(text.to_owned()));
            }
            ("response.reasoning_summary_text.delta" | "response.reasoning_text.delta", Some(text)) => {
                out.push(Delta::Reasoning(text.to_owned()));
            }
            ("response.completed" | "response.incomplete" | "response.failed", _) => {
                self.end(event.response.unwrap_or_default(), data, out)?;
            }
            ("error", _) => return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default())),
            ("", _) if event.whole.object.as_deref() == Some("response") => self.end(event.whole, data, out)?,
            ("", _) if event.error.is_some_and(|error| !error.is_null()) || event.whole.error.is_some() => {
                return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default()));
            }
            _ => {}
        }
        Ok(())
    }

    fn closed(&self) -> bool {
        self.closed
    }
}

impl Decoder {
    fn end(&mut self, answer: Answer, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        if let Some(error) = answer.error.filter(|error| !error.is_null()) {
            return Err(Fault::Refused(Refusal::from_json(&error.to_string()).unwrap_or_default()));
        }
        let parts = answer.output.into_iter().flatten().flat_map(|item| item.content.into_iter().flatten());
        let texts = parts.flat_map(|part| part.text.into_iter().chain(part.refusal)).filter(|text| !text.is_empty());
        if !self.spoke {
            out.extend(texts.map(Delta::Text));
        }
        if let Some(usage) = answer.usage {
            let cached_tokens = usage.input_tokens_details.map_or(0, |details| details.cached_tokens.get());
            let (input_tokens, output_tokens) = (usage.input_tokens.get(), usage.output_tokens.get());
            let usage = Usage { input_tokens, cached_tokens, cache_write_tokens: 0, output_tokens };
            out.extend((!usage.is_zero()).then_some(Delta::Usage(usage)));
        }
        let reason = answer.incomplete_details.and_then(|details| details.reason);
        let finish = match (answer.status.as_deref(), reason.as_deref()) {
            (Some("failed"), _) => return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default())),
            (_, Some("max_output_tokens")) => FinishReason::Length,
            (_, Some("content_filter")) => FinishReason::ContentFilter,
            (_, Some(other)) => FinishReason::Other(other.to_owned()),
            (_, None) => FinishReason::Stop,
        };
        out.push(Delta::Finish(finish));
        self.closed = true;
        Ok(())
    }
}
