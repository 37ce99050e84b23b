//! Replies and requests in the three wire formats, written from the vendors' descriptions.

use git_plandex::config::Api;
use serde_json::{Value, json};

/// A reply before it is put into a format.
#[derive(Debug, Clone)]
pub struct Reply {
    pub text: String,
    pub reasoning: String,
    /// Tokens: input, of which cached, and output.
    pub usage: (u64, u64, u64),
    /// Whether the output limit ended it.
    pub cut_short: bool,
    /// How many bytes of text go into one event, rounded up to whole characters.
    pub piece: usize,
}

impl Reply {
    /// The body of the answer: server-sent events.
    pub fn body(&self, api: Api) -> Vec<u8> {
        let events = match api {
            Api::Openai => self.openai(),
            Api::Anthropic => self.anthropic(),
            Api::Google => self.google(),
            other => panic!("{} is not scripted", other.as_str()),
        };
        let mut body = String::new();
        for event in events {
            if api == Api::Anthropic {
                body += &format!("event: {}\n", event["type"].as_str().unwrap_or_default());
            }
            body += &format!("data: {event}\n\n");
        }
        if api == Api::Openai {
            body += "data: [DONE]\n\n";
        }
        body.into_bytes()
    }

    /// How long the body is up to the end of the first bytes of the text.
    pub fn begun(&self, text_bytes: usize, api: Api) -> usize {
        let begun = Self { text: self.text[..text_bytes].to_owned(), ..self.clone() };
        let whole = String::from_utf8(begun.body(api)).expect("events are text");
        let signs = ["\"finish_reason\":\"", "\"content_block_stop\"", "\"finishReason\""];
        let end = signs.iter().filter_map(|sign| whole.find(sign)).min().unwrap_or(whole.len());
        whole[..end].rfind("\n\n").map_or(0, |at| at + 2)
    }

    fn pieces<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let mut end = self.piece.clamp(1, rest.len());
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            pieces.push(&rest[..end]);
            rest = &rest[end..];
        }
        pieces
    }

    fn openai(&self) -> Vec<Value> {
        let chunk = |delta: Value, finish: Option<&str>| {
            let choices = json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }]);
            json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": choices, "usage": null })
        };
        let mut events = vec![chunk(json!({ "role": "assistant", "content": "" }), None)];
        events.extend(self.pieces(&self.reasoning).into_iter().map(|text| chunk(json!({ "reasoning_content": text }), None)));
        events.extend(self.pieces(&self.text).into_iter().map(|text| chunk(json!({ "content": text }), None)));
        events.push(chunk(json!({}), Some(if self.cut_short { "length" } else { "stop" })));
        let (input, cached, output) = self.usage;
        let usage = json!({ "prompt_tokens": input, "completion_tokens": output, "prompt_tokens_details": { "cached_tokens": cached } });
        events.push(json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": usage }));
        events
    }

    fn anthropic(&self) -> Vec<Value> {
        let (input, cached, output) = self.usage;
        let usage = json!({ "input_tokens": input - cached, "cache_creation_input_tokens": 0, "cache_read_input_tokens": cached, "output_tokens": 1 });
        let message = json!({ "id": "msg_1", "type": "message", "role": "assistant", "content": [], "stop_reason": null, "usage": usage });
        let mut events = vec![json!({ "type": "message_start", "message": message }), json!({ "type": "ping" })];
        let blocks = [("thinking", "thinking_delta", &self.reasoning), ("text", "text_delta", &self.text)];
        for (index, (kind, delta, text)) in blocks.into_iter().filter(|(_, _, text)| !text.is_empty()).enumerate() {
            events.push(json!({ "type": "content_block_start", "index": index, "content_block": { "type": kind, kind: "" } }));
            let pieces = self.pieces(text).into_iter();
            events.extend(
                pieces.map(|piece| json!({ "type": "content_block_delta", "index": index, "delta": { "type": delta, kind: piece } })),
            );
            events.push(json!({ "type": "content_block_stop", "index": index }));
        }
        let stop = if self.cut_short { "max_tokens" } else { "end_turn" };
        events.push(json!({ "type": "message_delta", "delta": { "stop_reason": stop, "stop_sequence": null }, "usage": { "output_tokens": output } }));
        events.push(json!({ "type": "message_stop" }));
        events
    }

    fn google(&self) -> Vec<Value> {
        let (input, cached, output) = self.usage;
        let chunk = |part: Value| json!({ "candidates": [{ "content": { "role": "model", "parts": [part] }, "index": 0 }], "modelVersion": "scripted" });
        let thoughts = self.pieces(&self.reasoning).into_iter().map(|text| chunk(json!({ "text": text, "thought": true })));
        let mut events: Vec<Value> = thoughts.collect();
        events.extend(self.pieces(&self.text).into_iter().map(|text| chunk(json!({ "text": text }))));
        let mut last = chunk(json!({ "text": "" }));
        last["candidates"][0]["finishReason"] = json!(if self.cut_short { "MAX_TOKENS" } else { "STOP" });
        last["usageMetadata"] = json!({ "promptTokenCount": input, "cachedContentTokenCount": cached, "candidatesTokenCount": output });
        events.push(last);
        events
    }
}

/// The format that a path belongs to.
pub fn api_of(target: &str) -> Option<Api> {
    match target.split('?').next().unwrap_or_default() {
        "/v1/chat/completions" => Some(Api::Openai),
        "/v1/messages" => Some(Api::Anthropic),
        path if path.starts_with("/v1beta/models/") && path.ends_with(":streamGenerateContent") => Some(Api::Google),
        _ => None,
    }
}

/// The name of the model that a request asks for.
pub fn model_of(api: Api, target: &str, body: &Value) -> String {
    match api {
        Api::Google => target.trim_start_matches("/v1beta/models/").split(':').next().unwrap_or_default().to_owned(),
        _ => body["model"].as_str().unwrap_or_default().to_owned(),
    }
}

/// Every text in a request, system first, with the messages in order.
pub fn text_of(body: &Value) -> String {
    let mut texts = Vec::new();
    for key in ["systemInstruction", "system", "messages", "contents"] {
        collect(&body[key], &mut texts);
    }
    texts.join("\n")
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| collect(one, into)),
        Value::Object(fields) => {
            fields.iter().filter(|(key, _)| ["content", "parts", "text"].contains(&key.as_str())).for_each(|(_, one)| collect(one, into))
        }
        _ => {}
    }
}
