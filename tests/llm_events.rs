//! Event streams as servers really write them, oddities included.

mod support;

use git_plandex::config::{Api, Mask};
use git_plandex::llm::{Client, Delta, Error, ErrorKind, FinishReason, Options, Request};
use git_plandex::plan::Usage;
use support::{Rule, ScriptedServer, model, outcome, prompt};

struct Reply {
    text: String,
    reasoning: String,
    usage: Option<Usage>,
    finish: Vec<FinishReason>,
    error: Option<Error>,
}

/// The reply of a server that sends exactly these bytes, which must not depend on how they are cut.
fn read(api: Api, body: &str) -> Reply {
    let whole = read_cut(api, body, 4096);
    for size in [1, 2, 5] {
        let cut = read_cut(api, body, size);
        assert_eq!((&cut.text, &cut.reasoning, cut.usage), (&whole.text, &whole.reasoning, whole.usage), "{api:?} in writes of {size}");
    }
    whole
}

fn read_cut(api: Api, body: &str, size: usize) -> Reply {
    let server = ScriptedServer::start(vec![Rule::stream(body)]);
    server.chunk(size);
    let model = model(&server, api);
    let messages = prompt("hello");
    let client = Client::new(Options { max_retries: 0, ..Options::default() }, Mask::default());
    let (deltas, error) = outcome(&client, &Request::new(&model, &messages));
    let mut reply = Reply { text: String::new(), reasoning: String::new(), usage: None, finish: Vec::new(), error };
    for delta in deltas {
        match delta {
            Delta::Text(text) => reply.text += &text,
            Delta::Reasoning(text) => reply.reasoning += &text,
            Delta::Usage(usage) => reply.usage = Some(usage),
            Delta::Finish(reason) => reply.finish.push(reason),
            Delta::Retry { .. } => panic!("a retry"),
        }
    }
    reply
}

fn whole(api: Api, body: &str) -> Reply {
    let reply = read(api, body);
    assert!(reply.error.is_none(), "{:?}", reply.error);
    reply
}

fn usage(input_tokens: u64, cached_tokens: u64, output_tokens: u64) -> Option<Usage> {
    Some(Usage { input_tokens, cached_tokens, cache_write_tokens: 0, output_tokens })
}

#[test]
fn openai_with_comments_null_deltas_and_usage_in_an_event_without_choices() {
    let reply = whole(
        Api::Openai,
        concat!(
            ": OPENROUTER PROCESSING\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":null}],\"usage\":null}\n\n",
            "data: {\"choices\":[],\"prompt_filter_results\":[{\"x\":1}]}\r\n\r\n",
            "event: message\r\ndata: {\"choices\":[{\"index\":0,\r\ndata: \"delta\":{\"content\":\"Gr\u{fc}\u{df}e \u{1F389}\",\"audio\":{}}}]}\r\n\r\n",
            ": ping\n",
            "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"another choice\"}}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"!\"}]},\"finish_reason\":\"stop\"}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"prompt_tokens_details\":null}}\n\n",
            "data: [DONE]\n\n",
            "data: what follows is not read\n\n",
        ),
    );
    assert_eq!((reply.text.as_str(), reply.usage, reply.finish), ("Grüße 🎉!", usage(9, 0, 4), vec![FinishReason::Stop]));
}

#[test]
fn openai_with_reasoning_under_both_names_or_inside_the_text() {
    for (delta, rest) in [
        (r#"{"reasoning_content":"hm","content":null}"#, ""),
        (r#"{"reasoning":"hm","reasoning_details":[{"text":"hm"}],"content":""}"#, ""),
        (r#"{"reasoning":"hm","reasoning_content":"hm"}"#, ""),
        (r#"{"content":"<think>h"}"#, "m</think>"),
    ] {
        let rest = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{rest}text\"}},\"finish_reason\":\"length\"}}]}}");
        let reply = whole(Api::Openai, &format!("data: {{\"choices\":[{{\"delta\":{delta}}}]}}\n\n{rest}\n\ndata: [DONE]\n\n"));
        assert_eq!((reply.reasoning.as_str(), reply.text.as_str(), reply.finish), ("hm", "text", vec![FinishReason::Length]), "{delta}");
    }
}

#[test]
fn openai_without_done_without_usage_or_not_streamed_at_all() {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";
    assert_eq!(whole(Api::Openai, event).text, "hi", "no blank line at the end, no [DONE]");
    let zero = format!("{event}\n\ndata: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":0,\"completion_tokens\":0}}}}\n\n");
    assert_eq!(whole(Api::Openai, &zero).usage, None, "a usage of zero is none");
    let done = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]";
    assert_eq!(whole(Api::Openai, done).text, "hi", "[DONE] without a reason");
    let document = r#"{"object":"chat.completion","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":3,"completion_tokens":1,"prompt_cache_hit_tokens":2}}"#;
    let reply = whole(Api::Openai, document);
    assert_eq!((reply.text.as_str(), reply.usage), ("hi", usage(3, 2, 1)));
}

#[test]
fn anthropic_with_pings_unknown_events_and_thinking() {
    let reply = whole(
        Api::Anthropic,
        concat!(
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[],\"usage\":",
            "{\"input_tokens\":3,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":100,\"output_tokens\":1,\"service_tier\":\"standard\"}}}\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n",
            "event: ping\ndata: {\"type\": \"ping\"}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"xyz\"}}\n\n",
            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
            "event: brand_new\ndata: {\"type\":\"brand_new\",\"deep\":[{\"x\":null}]}\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"He\"}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"llo\"}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"novel_delta\",\"novel\":1}}\n\n",
            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"x\"},\"usage\":{\"output_tokens\":15}}\n\n",
            "event: message_stop\ndata: {\"type\":\"message_stop\"}",
        ),
    );
    assert_eq!((reply.text.as_str(), reply.reasoning.as_str()), ("Hello", "hm"));
    let used = usage(123, 100, 15).map(|usage| Usage { cache_write_tokens: 20, ..usage });
    assert_eq!((reply.usage, reply.finish), (used, vec![FinishReason::Stop]));
}

#[test]
fn anthropic_not_streamed_and_refused_by_the_filter() {
    let document = r#"{"type":"message","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"hi"}],"stop_reason":"end_turn",
        "usage":{"input_tokens":3,"output_tokens":1}}"#;
    let reply = whole(Api::Anthropic, document);
    assert_eq!((reply.text.as_str(), reply.reasoning.as_str(), reply.usage), ("hi", "hm", usage(3, 0, 1)));
    let refused = "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n";
    assert_eq!(read(Api::Anthropic, refused).error.expect("a failure").kind, ErrorKind::ContentFilter);
}

#[test]
fn gemini_as_events_and_as_a_json_array() {
    let chunks = [
        r#"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":8}}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"Grü"},{"inlineData":{}},{"text":"ße"}],"role":"model"}}],"modelVersion":"g"}"#,
        r#"{"candidates":[{"content":{"role":"model"},"finishReason":"STOP","safetyRatings":[]}],
            "usageMetadata":{"promptTokenCount":8,"candidatesTokenCount":2,"thoughtsTokenCount":5,"cachedContentTokenCount":4,"totalTokenCount":15}}"#,
    ];
    let events: String = chunks.iter().map(|chunk| format!("data: {}\r\n\r\n", chunk.replace('\n', ""))).collect();
    for body in [events, format!("[{}\n]\n", chunks.join("\n,\r\n"))] {
        let reply = whole(Api::Google, &body);
        assert_eq!((reply.text.as_str(), reply.reasoning.as_str()), ("Grüße", "hm"));
        assert_eq!((reply.usage, reply.finish), (usage(8, 4, 7), vec![FinishReason::Stop]));
    }
}

#[test]
fn gemini_with_a_blocked_prompt_an_odd_end_and_none() {
    let blocked = r#"data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":8}}"#;
    let error = read(Api::Google, blocked).error.expect("a failure");
    assert_eq!((error.kind, error.words.as_str()), (ErrorKind::ContentFilter, "the prompt was blocked (prohibited_content)"));
    let odd = r#"data: {"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"LANGUAGE"}]}"#;
    assert_eq!(whole(Api::Google, odd).finish, [FinishReason::Other("language".to_owned())]);
    let open = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}]}}]}\n\n";
    let reply = read(Api::Google, open);
    assert_eq!((reply.text.as_str(), reply.error.expect("a failure").kind), ("hi", ErrorKind::Disconnected));
    let array = r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#;
    assert_eq!(read(Api::Google, array).error.expect("a failure").kind, ErrorKind::Auth);
}

#[test]
fn responses_with_unknown_events_whole_answers_and_failures() {
    let events = concat!(
        "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"object\":\"response\",\"status\":\"in_progress\",\"error\":null,\"usage\":null,\"output\":[]}}\n\n",
        "event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":2}\n\n",
        "data: {\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"hm\",\"obfuscation\":\"x\"}\r\n\r\n",
        "data: {\"type\":\"response.output_text.delta\",\"delta\":\"\",\"logprobs\":[]}\n\n",
        "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Gr\u{fc}\u{df}e\"}\n\n",
        "data: {\"type\":\"response.output_text.done\",\"text\":\"Gr\u{fc}\u{df}e\"}\n\n",
        "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"error\":null,\"incomplete_details\":null,",
        "\"output\":[{\"type\":\"reasoning\",\"summary\":[]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Gr\u{fc}\u{df}e\"}]}],",
        "\"usage\":{\"input_tokens\":9,\"input_tokens_details\":{\"cached_tokens\":5},\"output_tokens\":4,\"output_tokens_details\":{\"reasoning_tokens\":2}}}}\n\n",
    );
    let reply = whole(Api::Responses, events);
    assert_eq!((reply.text.as_str(), reply.reasoning.as_str(), reply.usage), ("Grüße", "hm", usage(9, 5, 4)));
    let document = r#"{"id":"r","object":"response","status":"completed","error":null,"output":[{"type":"message","content":[{"type":"output_text","text":"hi"}]}]}"#;
    assert_eq!(whole(Api::Responses, document).text, "hi", "a server that does not stream, without usage");
    for (event, kind) in [
        (
            r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}}}"#,
            ErrorKind::RateLimited,
        ),
        (
            r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"oops"}}}"#,
            ErrorKind::Server,
        ),
        (r#"{"type":"error","code":"context_length_exceeded","message":"too long","param":null}"#, ErrorKind::ContextTooLong),
        (r#"{"type":"error","error":{"type":"server_error","code":"x","message":"oops"}}"#, ErrorKind::Server),
        (
            r#"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}}"#,
            ErrorKind::ContentFilter,
        ),
        (
            r#"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}"#,
            ErrorKind::OutputLimit,
        ),
    ] {
        assert_eq!(read(Api::Responses, &format!("data: {event}\n\n")).error.expect("a failure").kind, kind, "{event}");
    }
}

#[test]
fn perplexity_repeats_the_whole_message_with_each_piece() {
    let chunk = |delta: &str, message: &str, finish: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"finish_reason\":{finish},\"message\":{{\"role\":\"assistant\",\"content\":\"{message}\"}},\"delta\":{{\"role\":\"assistant\",\"content\":\"{delta}\"}}}}],\"citations\":[\"https://x\"],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":2,\"cost\":{{\"total_cost\":0.1}}}}}}\r\n\r\n"
        )
    };
    let reply =
        whole(Api::Openai, &format!("{}{}{}", chunk("Hel", "Hel", "null"), chunk("lo", "Hello", "null"), chunk("", "Hello", "\"stop\"")));
    assert_eq!((reply.text.as_str(), reply.usage), ("Hello", usage(3, 0, 2)));
}

#[test]
fn bedrocks_frames_with_unknown_events_exceptions_and_damage() {
    let event = |kind: &str, payload: serde_json::Value| support::frame(":event-type", kind, &payload);
    let said = |text: &str| event("contentBlockDelta", serde_json::json!({ "contentBlockIndex": 0, "delta": { "text": text } }));
    let start = [
        event("messageStart", serde_json::json!({ "role": "assistant" })),
        event("brandNew", serde_json::json!({ "x": [1] })),
        said("Grü"),
    ]
    .concat();
    let answer = |tail: Vec<u8>| {
        let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\nconnection: close\r\n\r\n".to_vec();
        bytes.extend([start.clone(), tail].concat());
        let server = ScriptedServer::start(vec![support::Rule::raw(bytes, support::Then::Close)]);
        let messages = support::prompt("x");
        let model = support::model(&server, Api::Bedrock);
        let client = git_plandex::llm::Client::new(git_plandex::llm::Options { max_retries: 0, ..Default::default() }, Default::default());
        let (deltas, error) = support::outcome(&client, &git_plandex::llm::Request::new(&model, &messages));
        (support::text(&deltas), error.map(|error| error.kind))
    };
    let end = [said("ße"), event("messageStop", serde_json::json!({ "stopReason": "end_turn" })), event("metadata", serde_json::json!({}))]
        .concat();
    assert_eq!(answer(end), ("Grüße".to_owned(), None));
    let stop = event("messageStop", serde_json::json!({ "stopReason": "end_turn" }));
    assert_eq!(answer(stop), ("Grü".to_owned(), None), "without a count of tokens");
    for (kind, expected) in [
        ("throttlingException", ErrorKind::RateLimited),
        ("modelStreamErrorException", ErrorKind::Server),
        ("serviceUnavailableException", ErrorKind::Overloaded),
        ("validationException", ErrorKind::BadRequest),
    ] {
        let exception = support::frame(":exception-type", kind, &serde_json::json!({ "message": "so it is" }));
        assert_eq!(answer(exception), ("Grü".to_owned(), Some(expected)), "{kind}");
    }
    let mut damaged = said("ße");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert_eq!(answer(damaged), ("Grü".to_owned(), Some(ErrorKind::Malformed)), "a checksum that is wrong");
    assert_eq!(answer(said("ße")[..9].to_vec()), ("Grü".to_owned(), Some(ErrorKind::Disconnected)));
}
