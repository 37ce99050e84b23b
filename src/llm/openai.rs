//! OpenAI's chat completions, which OpenRouter, Ollama, LM Studio and llama.cpp speak as well.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::think::ThinkSplit;
use super::values::{Count, Text};
use super::wire::{Call, Decode, Fault, Format, parse};
use super::{Delta, FinishReason, Request};
use crate::plan::{ChatMessage, ChatRole, Usage};

pub(super) const FORMAT: Format = Format { call, decoder: || Box::<Decoder>::default() };

/// The format takes no more: <https://platform.openai.com/docs/api-reference/chat/create> (`stop`).
const MOST_STOPS: usize = 4;

fn call(request: &Request<'_>) -> Call {
    let model = request.model;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.model));
    body.insert("messages".to_owned(), messages(request.messages));
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
    let bearer = model.key.as_ref().map(|key| ("authorization", format!("Bearer {}", key.expose())));
    Call { path: "/chat/completions".to_owned(), headers: bearer.into_iter().collect(), body: Value::Object(body) }
}

/// The messages, neighbours of one role merged: the templates of many local models refuse two in a row.
fn messages(messages: &[ChatMessage]) -> Value {
    let mut merged: Vec<(ChatRole, String)> = Vec::new();
    for message in messages.iter().filter(|message| message.parts.iter().any(|part| !part.text.is_empty())) {
        match merged.last_mut().filter(|(role, _)| *role == message.role) {
            Some((_, text)) => *text += &format!("\n\n{}", message.text()),
            None => merged.push((message.role, message.text())),
        }
    }
    let role = |role| match role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    merged.into_iter().map(|(from, text)| json!({ "role": role(from), "content": text })).collect()
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
    #[serde(default, alias = "message")]
    delta: Option<Message>,
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
        let message = choice.delta.unwrap_or_default();
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
            cache_write_tokens: 0,
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
