//! OpenAI's chat completions, which Azure, DeepSeek, Perplexity, OpenRouter, Ollama, LM Studio and llama.cpp speak as well.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::content::data_url;
use super::dialect;
use super::refusal::Refusal;
use super::think::ThinkSplit;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse, path_segment};
use super::{Delta, FinishReason, Request};
use crate::config::{Access, Model};
use crate::plan::{ChatImage, ChatMessage, ChatPart, ChatRole, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

/// The format takes no more: <https://platform.openai.com/docs/api-reference/chat/create> (`stop`).
const MOST_STOPS: usize = 4;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.model));
    body.insert("messages".to_owned(), messages(request));
    if let Some(limit) = request.limit() {
        body.insert(model.output_limit_field.clone(), json!(limit));
    }
    if let Some(temperature) = request.temperature() {
        body.insert("temperature".to_owned(), json!(temperature));
    }
    if let Some(top_p) = request.top_p() {
        body.insert("top_p".to_owned(), json!(top_p));
    }
    let stops = request.stops(MOST_STOPS);
    if !stops.is_empty() {
        body.insert("stop".to_owned(), json!(stops));
    }
    body.insert("stream".to_owned(), json!(true));
    body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    dialect::reasoning(model, &mut body);
    Call { path: path(model), headers: key_header(model).into_iter().collect(), arguments: Vec::new(), body: Value::Object(body) }
}

/// Where completions are, below the base URL.
fn path(model: &Model) -> String {
    match &model.access {
        // The address without versions has the form of OpenAI's own.
        Access::Azure(azure) if !model.base_url.ends_with("/v1") => {
            let deployment = azure.deployments.get(&model.model).unwrap_or(&model.model);
            let (deployment, version) = (path_segment(deployment), path_segment(&azure.api_version));
            format!("/openai/deployments/{deployment}/chat/completions?api-version={version}")
        }
        _ => "/chat/completions".to_owned(),
    }
}

/// The header with the key.
pub(super) fn key_header(model: &Model) -> Option<(&'static str, String)> {
    let key = model.key.as_ref()?.expose();
    Some(match model.access {
        Access::Azure(_) if !model.bearer => ("api-key", key.to_owned()),
        _ => ("authorization", format!("Bearer {key}")),
    })
}

/// One message on the wire.
#[derive(Default)]
struct Merged<'a> {
    texts: Vec<&'a [ChatPart]>,
    images: Vec<&'a ChatImage>,
}

/// The messages, neighbours of one role merged: the templates of many local models refuse two in a row.
fn messages(request: &Request<'_>) -> Value {
    let mut merged: Vec<(ChatRole, Merged<'_>)> = Vec::new();
    let said = |message: &&ChatMessage| message.parts.iter().any(|part| !part.text.is_empty()) || !message.images.is_empty();
    for message in request.messages.iter().filter(said) {
        if merged.last().is_none_or(|(role, _)| *role != message.role) {
            merged.push((message.role, Merged::default()));
        }
        let (_, last) = merged.last_mut().expect("one was pushed if there was none");
        last.texts.push(&message.parts);
        last.images.extend(&message.images);
    }
    let role = |role| match role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    let mut marks = dialect::Marks::of(request);
    merged.into_iter().map(|(from, all)| json!({ "role": role(from), "content": all.content(request.model, &mut marks) })).collect()
}

impl Merged<'_> {
    /// A string; a list where there is more than text, or a place to mark.
    fn content(&self, model: &Model, marks: &mut dialect::Marks) -> Value {
        let marked = marks.is_on() && self.texts.iter().any(|parts| parts.iter().any(|part| part.cache));
        if self.images.is_empty() && !marked {
            return json!(self.texts.iter().map(|parts| joined(parts)).collect::<Vec<_>>().join("\n\n"));
        }
        let mut content: Vec<Value> = Vec::new();
        for (at, parts) in self.texts.iter().enumerate() {
            for (index, part) in parts.iter().filter(|part| !part.text.is_empty()).enumerate() {
                let gap = if at > 0 && index == 0 { "\n\n" } else { "" };
                let block = json!({ "type": "text", "text": format!("{gap}{}", part.text) });
                content.push(marks.mark(block, part));
            }
        }
        content.extend(self.images.iter().map(|picture| image(model, picture)));
        Value::Array(content)
    }
}

fn joined(parts: &[ChatPart]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

fn image(model: &Model, image: &ChatImage) -> Value {
    if !model.images {
        return json!({ "type": "text", "text": super::content::LEFT_OUT });
    }
    json!({ "type": "image_url", "image_url": { "url": data_url(image), "detail": image.detail.as_str() } })
}

/// A chunk of the stream, or the whole answer of a server that does not stream.
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<ChunkUsage>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    message: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: Count,
    #[serde(default)]
    delta: Option<Message>,
    /// The whole answer of a server that does not stream; Perplexity sends what there is of it with every piece.
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    content: Text,
    /// What a model says instead of an answer that it refuses to give.
    refusal: Text,
    /// DeepSeek, llama.cpp and vLLM use this name …
    reasoning_content: Text,
    /// … OpenRouter and Ollama this one; some servers send both with the same text.
    reasoning: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ChunkUsage {
    prompt_tokens: Count,
    completion_tokens: Count,
    prompt_tokens_details: Option<Details>,
    /// DeepSeek's place for it.
    prompt_cache_hit_tokens: Count,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    cached_tokens: Count,
    /// OpenRouter, for models whose provider bills it.
    cache_write_tokens: Count,
}

#[derive(Default)]
struct Decoder {
    think: ThinkSplit,
    usage: Usage,
    done: bool,
}

impl Decode for Decoder {
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let data = data.trim();
        if data == "[DONE]" {
            self.done = true;
            return Ok(());
        }
        if data.is_empty() {
            return Ok(());
        }
        let chunk: Chunk = parse(data)?;
        let refused = chunk.error.as_ref().is_some_and(|error| !error.is_null());
        // vLLM and some gateways leave out the outer `error`.
        let bare = chunk.choices.is_none() && chunk.usage.is_none() && chunk.message.is_some();
        if refused || bare {
            return Err(Fault::Refused(Refusal::from_json(data).unwrap_or_default()));
        }
        for choice in chunk.choices.into_iter().flatten().filter(|choice| choice.index.get() == 0) {
            self.choice(choice, out);
        }
        if let Some(usage) = chunk.usage {
            self.usage(&usage, out);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<Delta>) {
        self.think.finish(out);
    }

    fn closed(&self) -> bool {
        self.done
    }
}

impl Decoder {
    fn choice(&mut self, choice: Choice, out: &mut Vec<Delta>) {
        let message = choice.delta.or(choice.message).unwrap_or_default();
        let reasoning = if message.reasoning_content.0.is_empty() { message.reasoning.0 } else { message.reasoning_content.0 };
        if !reasoning.is_empty() {
            out.push(Delta::Reasoning(reasoning));
        }
        for text in [message.content.0, message.refusal.0] {
            self.think.push(&text, out);
        }
        if let Some(word) = choice.finish_reason.filter(|word| !word.is_empty()) {
            self.think.finish(out);
            out.push(Delta::Finish(finish_reason(&word)));
        }
    }

    fn usage(&mut self, usage: &ChunkUsage, out: &mut Vec<Delta>) {
        let details = usage.prompt_tokens_details.as_ref().map_or(0, |details| details.cached_tokens.get());
        let usage = Usage {
            input_tokens: usage.prompt_tokens.get(),
            cached_tokens: details.max(usage.prompt_cache_hit_tokens.get()),
            cache_write_tokens: usage.prompt_tokens_details.as_ref().map_or(0, |details| details.cache_write_tokens.get()),
            output_tokens: usage.completion_tokens.get(),
        };
        if !usage.is_zero() && usage != self.usage {
            self.usage = usage;
            out.push(Delta::Usage(usage));
        }
    }
}

fn finish_reason(word: &str) -> FinishReason {
    match word {
        "stop" | "eos" | "stop_sequence" => FinishReason::Stop,
        "length" | "max_tokens" => FinishReason::Length,
        "content_filter" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    }
}
