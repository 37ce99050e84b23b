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
            Api::Openai | Api::Azure => self.openai(),
            Api::Responses => self.responses(),
            Api::Anthropic => self.anthropic(),
            Api::Google | Api::Vertex => self.google(),
            Api::Bedrock => return self.bedrock().iter().flat_map(|(kind, payload)| frame(":event-type", kind, payload)).collect(),
            Api::Command => panic!("a program is no server"),
        };
        let mut body = String::new();
        for event in events {
            if matches!(api, Api::Anthropic | Api::Responses) {
                body += &format!("event: {}\n", event["type"].as_str().unwrap_or_default());
            }
            body += &format!("data: {event}\n\n");
        }
        if matches!(api, Api::Openai | Api::Azure) {
            body += "data: [DONE]\n\n";
        }
        body.into_bytes()
    }

    /// How long the body is up to the end of the first bytes of the text.
    pub fn begun(&self, text_bytes: usize, api: Api) -> usize {
        let begun = Self { text: self.text[..text_bytes].to_owned(), ..self.clone() };
        let whole = String::from_utf8(begun.body(api)).expect("events are text");
        let signs = ["\"finish_reason\":\"", "\"response.completed\"", "\"content_block_stop\"", "\"finishReason\""];
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

    fn responses(&self) -> Vec<Value> {
        let (input, cached, output) = self.usage;
        let open = json!({ "id": "resp_1", "object": "response", "status": "in_progress", "output": [], "usage": null, "error": null });
        let mut events =
            vec![json!({ "type": "response.created", "response": open }), json!({ "type": "response.in_progress", "response": open })];
        let pieces = self.pieces(&self.reasoning).into_iter();
        events.extend(
            pieces.map(
                |text| json!({ "type": "response.reasoning_summary_text.delta", "item_id": "rs_1", "summary_index": 0, "delta": text }),
            ),
        );
        events.push(json!({ "type": "response.output_item.added", "item": { "type": "message", "content": [] } }));
        let pieces = self.pieces(&self.text).into_iter();
        events.extend(
            pieces.map(|text| json!({ "type": "response.output_text.delta", "item_id": "msg_1", "content_index": 0, "delta": text })),
        );
        let message =
            json!({ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": self.text, "annotations": [] }] });
        let usage = json!({ "input_tokens": input, "input_tokens_details": { "cached_tokens": cached }, "output_tokens": output, "total_tokens": input + output });
        let mut response = json!({ "id": "resp_1", "object": "response", "status": "completed", "error": null, "output": [message], "usage": usage, "incomplete_details": null });
        if self.cut_short {
            response["status"] = json!("incomplete");
            response["incomplete_details"] = json!({ "reason": "max_output_tokens" });
        }
        let kind = if self.cut_short { "response.incomplete" } else { "response.completed" };
        events.push(json!({ "type": kind, "response": response }));
        events
    }

    /// The events of Bedrock with their names.
    fn bedrock(&self) -> Vec<(&'static str, Value)> {
        let (input, cached, output) = self.usage;
        let mut events = vec![("messageStart", json!({ "role": "assistant" }))];
        let piece = |delta: Value| ("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": delta, "p": "abcdefgh" }));
        events.extend(self.pieces(&self.reasoning).into_iter().map(|text| piece(json!({ "reasoningContent": { "text": text } }))));
        events.extend(self.pieces(&self.text).into_iter().map(|text| piece(json!({ "text": text }))));
        events.push(("contentBlockStop", json!({ "contentBlockIndex": 0 })));
        events.push(("messageStop", json!({ "stopReason": if self.cut_short { "max_tokens" } else { "end_turn" } })));
        let usage =
            json!({ "inputTokens": input - cached, "outputTokens": output, "totalTokens": input + output, "cacheReadInputTokens": cached });
        events.push(("metadata", json!({ "usage": usage, "metrics": { "latencyMs": 1 } })));
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

/// A frame of Amazon's event stream, after its description: lengths, headers, payload, checksums.
pub fn frame(kind_header: &str, kind: &str, payload: &Value) -> Vec<u8> {
    let payload = payload.to_string();
    let message_type = if kind_header == ":event-type" { "event" } else { "exception" };
    let mut headers = Vec::new();
    for (name, value) in [(kind_header, kind), (":content-type", "application/json"), (":message-type", message_type)] {
        headers.push(u8::try_from(name.len()).expect("short"));
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).expect("short").to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let mut frame = Vec::new();
    let long = |length: usize| u32::try_from(length).expect("short").to_be_bytes();
    frame.extend_from_slice(&long(16 + headers.len() + payload.len()));
    frame.extend_from_slice(&long(headers.len()));
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&headers);
    frame.extend_from_slice(payload.as_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame
}

/// The format that a path belongs to.
pub fn api_of(target: &str) -> Option<Api> {
    match target.split('?').next().unwrap_or_default() {
        "/v1/chat/completions" => Some(Api::Openai),
        "/v1/responses" => Some(Api::Responses),
        path if path.starts_with("/openai/deployments/") => Some(Api::Azure),
        path if path.contains("/projects/") => Some(Api::Vertex),
        path if path.starts_with("/model/") => Some(Api::Bedrock),
        "/v1/messages" => Some(Api::Anthropic),
        path if path.starts_with("/v1beta/models/") && path.ends_with(":streamGenerateContent") => Some(Api::Google),
        _ => None,
    }
}

/// The name of the model that a request asks for.
pub fn model_of(api: Api, target: &str, body: &Value) -> String {
    match api {
        Api::Google => target.trim_start_matches("/v1beta/models/").split(':').next().unwrap_or_default().to_owned(),
        Api::Vertex => target.rsplit('/').next().and_then(|last| last.split(':').next()).unwrap_or_default().to_owned(),
        Api::Bedrock | Api::Azure => target.split('/').nth(if api == Api::Azure { 3 } else { 2 }).unwrap_or_default().to_owned(),
        _ => body["model"].as_str().unwrap_or_default().to_owned(),
    }
}

/// Every text in a request, system first, with the messages in order.
pub fn text_of(body: &Value) -> String {
    let mut texts = Vec::new();
    for key in ["systemInstruction", "system", "input", "messages", "contents"] {
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
