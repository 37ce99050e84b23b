//! Servers that fail, at every point and in every way: the right result or a clear error, and nothing paid twice.

mod support;

use std::sync::Arc;
use std::time::Duration;

use git_plandex::config::{Api, Mask, Model};
use git_plandex::llm::{Client, Delta, Error, ErrorKind, Options, Request};
use serde_json::json;
use support::{FORMATS, Rule, ScriptedServer, Then, client, deltas, model, outcome, prompt, run, text};

/// A client that waits for nothing longer than it has to.
fn hasty(retries: u32) -> Client {
    let moment = Duration::from_millis(1);
    Client::new(Options { max_retries: retries, retry_base: moment, ..Options::default() }, Mask::default())
}

fn ask(client: &Client, model: &Model) -> (Vec<Delta>, Option<Error>) {
    let messages = prompt("hello");
    outcome(client, &Request::new(model, &messages))
}

fn retries(deltas: &[Delta]) -> usize {
    deltas.iter().filter(|delta| matches!(delta, Delta::Retry { .. })).count()
}

#[test]
fn a_failure_before_any_output_is_tried_again_and_the_user_hears_of_it() {
    let busy = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    for api in FORMATS {
        for first in [
            Rule::status(529, busy),
            Rule::status(500, "<html><head><title>Internal error</title></head></html>"),
            Rule::status(429, "{}").header("Retry-After", "0"),
            Rule::raw(b"HTTP/1.1 529\r\ncontent-length: 0\r\n\r\n".as_slice(), Then::Close),
            Rule::raw(b"HTTP/1.1 529 \r\nconnection: close\r\n\r\noverloaded".as_slice(), Then::Close),
            Rule::raw(b"".as_slice(), Then::Close),
            Rule::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n".as_slice(), Then::Close),
            Rule::stream(""),
            Rule::stream(format!("data: {busy}\n\n")),
            Rule::stream("<html><title>Please log in</title></html>"),
            Rule::reply("lost").cut_after(30, Then::Close),
        ] {
            let server = ScriptedServer::start(vec![first.once(), Rule::reply("there you are")]);
            let (deltas, error) = ask(&hasty(1), &model(&server, api));
            assert!(error.is_none(), "{api:?}: {error:?}");
            assert_eq!((text(&deltas).as_str(), retries(&deltas), server.requests().len()), ("there you are", 1, 2), "{api:?}");
        }
    }
}

#[test]
fn a_failure_that_will_not_pass_is_told_at_once() {
    let cases = [
        (401, r#"{"error":{"message":"bad key","type":"authentication_error"}}"#, ErrorKind::Auth),
        (404, r#"{"error":{"message":"no such model","code":"model_not_found"}}"#, ErrorKind::NotFound),
        (404, "<html><body><h1>Not Found</h1></body></html>", ErrorKind::NotFound),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            ErrorKind::Quota,
        ),
        (402, r#"{"error":{"message":"Insufficient credits","code":402}}"#, ErrorKind::Quota),
        (400, r#"{"error":{"message":"too big","code":"context_length_exceeded"}}"#, ErrorKind::ContextTooLong),
        (400, r#"{"error":{"message":"temperature: unsupported"}}"#, ErrorKind::BadRequest),
    ];
    for api in FORMATS {
        for (status, body, kind) in cases {
            let server = ScriptedServer::start(vec![Rule::status(status, body)]);
            let (deltas, error) = ask(&hasty(3), &model(&server, api));
            let error = error.expect("a failure");
            assert_eq!((error.kind, error.status, deltas.len(), server.requests().len()), (kind, Some(status), 0, 1), "{error}");
            assert!(error.to_string().starts_with("scripted: ") && error.to_string().contains("model planner"), "{error}");
            assert!(error.hint().is_some());
        }
    }
}

#[test]
fn a_provider_that_asks_for_too_much_patience_or_says_no_retry_gets_none() {
    for rule in [Rule::status(429, "{}").header("retry-after", "3600"), Rule::status(503, "{}").header("x-should-retry", "false")] {
        let server = ScriptedServer::start(vec![rule]);
        let (deltas, error) = ask(&hasty(3), &model(&server, Api::Openai));
        assert!(error.is_some());
        assert_eq!((retries(&deltas), server.requests().len()), (0, 1));
    }
}

#[test]
fn retries_end() {
    let server = ScriptedServer::start(vec![Rule::status(500, "{}")]);
    let (deltas, error) = ask(&hasty(3), &model(&server, Api::Anthropic));
    assert_eq!(error.expect("a failure").kind, ErrorKind::Server);
    assert_eq!((retries(&deltas), server.requests().len()), (3, 4));
}

#[test]
fn a_cut_at_every_byte_gives_the_whole_text_or_what_had_come_and_an_error_and_never_a_second_request() {
    let whole = "Grüße, 🎉!\nsecond line\n";
    for api in FORMATS {
        let server = ScriptedServer::start(Vec::new());
        let length = {
            server.add(Rule::reply(whole).piece(9).once());
            let (deltas, error) = ask(&hasty(0), &model(&server, api));
            assert!(error.is_none() && text(&deltas) == whole);
            1500
        };
        let model = model(&server, api);
        let mut complete = 0;
        for cut in (0..length).step_by(7) {
            server.add(Rule::reply(whole).piece(9).cut_after(cut, Then::Close).once());
            let before = server.requests().len();
            let (deltas, error) = ask(&hasty(0), &model);
            let text = text(&deltas);
            assert!(whole.starts_with(&text), "{api:?} cut at {cut}: {text:?}");
            match error {
                None => {
                    assert_eq!(text, whole, "{api:?} cut at {cut}");
                    complete += 1;
                }
                Some(error) => {
                    assert_eq!(error.kind, ErrorKind::Disconnected, "{api:?} cut at {cut}: {error}");
                    assert_eq!(error.received as usize, text.len());
                    assert!(error.words.starts_with("after "), "{error}");
                }
            }
            assert_eq!(server.requests().len(), before + 1);
        }
        assert!(complete > 0 && complete < length / 7, "{api:?}: both outcomes were met");
    }
}

#[test]
fn an_error_in_mid_stream_under_a_200_keeps_what_had_come_and_is_not_tried_again() {
    let events = [
        (Api::Openai, r#"data: {"error":{"message":"upstream is overloaded","code":503}}"#, ErrorKind::Overloaded),
        (Api::Openai, r#"data: {"object":"error","message":"boom","type":"server_error"}"#, ErrorKind::Server),
        (
            Api::Anthropic,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
            ErrorKind::Overloaded,
        ),
        (Api::Anthropic, "event: error\ndata: {\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}", ErrorKind::Overloaded),
        (Api::Google, r#"data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#, ErrorKind::Overloaded),
        (Api::Openai, "data: {\"choices\":[{\"delta\":{\"content\":", ErrorKind::Malformed),
        (Api::Anthropic, "data: nonsense", ErrorKind::Malformed),
        (Api::Google, "data: [1,2", ErrorKind::Malformed),
    ];
    for (api, event, kind) in events {
        let server = ScriptedServer::start(vec![Rule::reply("one two three four").piece(4).break_with(8, event)]);
        let (deltas, error) = ask(&hasty(3), &model(&server, api));
        let error = error.expect("a failure");
        assert_eq!((error.kind, text(&deltas).as_str(), server.requests().len()), (kind, "one two ", 1), "{api:?}: {error}");
    }
}

#[test]
fn silence_is_given_up_before_and_within_a_reply() {
    for api in FORMATS {
        let short = Duration::from_millis(60);
        let options = Options { max_retries: 0, local_first_token_timeout: short, chunk_timeout: short, ..Options::default() };
        let impatient = Client::new(options, Mask::default());
        let server = ScriptedServer::start(vec![
            Rule::raw(b"".as_slice(), Then::Hold).once(),
            Rule::raw(b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), Then::Hold).once(),
            Rule::reply("0123456789 0123456789").piece(4).cut_after(700, Then::Hold).once(),
        ]);
        let model = model(&server, api);
        for _ in 0..2 {
            let (deltas, error) = ask(&impatient, &model);
            assert_eq!(error.expect("a failure").kind, ErrorKind::FirstTokenTimeout, "{api:?}");
            assert!(deltas.is_empty());
        }
        let (deltas, error) = ask(&impatient, &model);
        assert_eq!(error.expect("a failure").kind, ErrorKind::ChunkTimeout, "{api:?}");
        assert!(!text(&deltas).is_empty());
        server.wait_for_hangups(3);
    }
}

#[test]
fn signs_of_life_alone_do_not_keep_a_reply_alive_for_ever() {
    let alive = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n: ping\n\n\r\n";
    let server = ScriptedServer::start(vec![Rule::raw(alive.as_slice(), Then::Repeat)]);
    let short = Duration::from_millis(80);
    let options = Options {
        max_retries: 0,
        local_first_token_timeout: short,
        silence_timeout: short,
        max_reply_bytes: u64::MAX,
        ..Options::default()
    };
    let (_, error) = ask(&Client::new(options, Mask::default()), &model(&server, Api::Openai));
    let error = error.expect("a failure");
    assert_eq!(error.kind, ErrorKind::FirstTokenTimeout, "{error}");
}

#[test]
fn a_reply_without_an_end_is_bounded() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1000\r\n";
    for (api, event) in [
        (Api::Openai, json!({ "choices": [{ "delta": { "content": "and so on" } }] })),
        (Api::Anthropic, json!({ "type": "content_block_delta", "delta": { "type": "text_delta", "text": "and so on" } })),
        (Api::Google, json!({ "candidates": [{ "content": { "parts": [{ "text": "and so on" }] } }] })),
    ] {
        // Events of 128 bytes each, so that 4,096 bytes are whole events; the end of the chunk comes with what is repeated.
        let events = format!("data: {:<120}\n\n", event.to_string()).repeat(32);
        let endless = Rule::raw(format!("{head}{}\r\n", events), Then::Repeat);
        let server = ScriptedServer::start(vec![endless]);
        let options = Options { max_reply_bytes: 10_000, max_retries: 0, ..Options::default() };
        let (deltas, error) = ask(&Client::new(options, Mask::default()), &model(&server, api));
        let error = error.expect("a failure");
        assert_eq!(error.kind, ErrorKind::TooLong, "{api:?}: {error}");
        assert!(text(&deltas).starts_with("and so onand so on") && text(&deltas).len() < 30_000);
        server.wait_for_hangups(1);
    }
}

#[test]
fn blank_lines_without_an_end_are_bounded() {
    let blank = [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1000\r\n".as_slice(), &[b'\n'; 4096], b"\r\n"].concat();
    let server = ScriptedServer::start(vec![Rule::raw(blank, Then::Repeat)]);
    let options = Options { max_retries: 0, max_reply_bytes: u64::MAX, ..Options::default() };
    let (deltas, error) = ask(&Client::new(options, Mask::default()), &model(&server, Api::Openai));
    assert_eq!((deltas.len(), error.expect("a failure").kind), (0, ErrorKind::TooLong));
    server.wait_for_hangups(1);
}

#[test]
fn a_reply_that_keeps_coming_ends_in_time_with_what_has_come() {
    let event = format!("data: {:<120}\n\n", json!({ "choices": [{ "delta": { "content": "and so on" } }] }).to_string());
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1000\r\n{}\r\n", event.repeat(32));
    let server = ScriptedServer::start(vec![Rule::raw(endless, Then::Repeat)]);
    let options = Options { max_retries: 0, max_reply_bytes: u64::MAX, reply_timeout: Duration::from_millis(80), ..Options::default() };
    let (deltas, error) = ask(&Client::new(options, Mask::default()), &model(&server, Api::Openai));
    let error = error.expect("a failure");
    assert_eq!(error.kind, ErrorKind::TooLong, "{error}");
    assert!(text(&deltas).starts_with("and so onand so on"));
    server.wait_for_hangups(1);
}

#[test]
fn an_empty_reply_is_an_error_unless_a_stop_sequence_may_have_ended_it() {
    for api in FORMATS {
        let server = ScriptedServer::start(vec![Rule::reply("").usage(10, 0, 0)]);
        let model = model(&server, api);
        let messages = prompt("hello");
        let (_, error) = ask(&hasty(1), &model);
        assert_eq!(error.expect("a failure").kind, ErrorKind::Empty, "{api:?}");
        assert_eq!(server.requests().len(), 2, "an empty reply is asked for once more");
        let request = Request { stop: &["<stop>"], ..Request::new(&model, &messages) };
        assert_eq!(text(&deltas(&hasty(0), &request).expect("an empty reply")), "");
        let server = ScriptedServer::start(vec![Rule::reply("").reasoning("hmm").cut_short()]);
        let (_, error) = ask(&hasty(1), &support::model(&server, api));
        assert_eq!(error.expect("a failure").words, "the output limit was reached before any text");
    }
}

#[test]
fn a_web_page_and_a_wrong_content_type_are_told_apart() {
    let page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<!doctype html><title>Hotel WLAN</title>";
    let server = ScriptedServer::start(vec![Rule::raw(page.as_slice(), Then::Close)]);
    let (_, error) = ask(&hasty(0), &model(&server, Api::Openai));
    let error = error.expect("a failure");
    assert_eq!((error.kind, error.words.as_str()), (ErrorKind::Malformed, "a web page came instead of a reply: Hotel WLAN"));
    let odd = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n";
    let event = json!({ "choices": [{ "delta": { "content": "hi" }, "finish_reason": "stop" }] });
    let server = ScriptedServer::start(vec![Rule::raw(format!("{odd}data: {event}\n\n"), Then::Close)]);
    let (deltas, error) = ask(&hasty(0), &model(&server, Api::Openai));
    assert!(error.is_none() && text(&deltas) == "hi", "{error:?}");
}

#[test]
fn a_server_that_is_not_there_is_named_and_not_waited_for() {
    let server = ScriptedServer::start(Vec::new());
    let (model, host) = (model(&server, Api::Openai), server.host());
    drop(server);
    let (deltas, error) = ask(&client(), &model);
    let error = error.expect("a failure");
    assert_eq!((error.kind, deltas.len()), (ErrorKind::Connect, 0), "{error}");
    assert!(error.to_string().starts_with("scripted: no connection (model planner): "), "{error}");
    assert!(error.hint().expect("a hint").contains(&host));
}

#[test]
fn dropping_a_reply_hangs_up_and_dropping_a_wait_loses_nothing() {
    let server = Arc::new(ScriptedServer::start(vec![
        Rule::reply("held ".repeat(100)).piece(5).cut_after(2000, Then::Hold).once(),
        Rule::reply("a whole reply").piece(3),
    ]));
    let model = model(&server, Api::Openai);
    let messages = prompt("hello");
    run(async {
        let client = client();
        let mut stream = client.stream(&Request::new(&model, &messages));
        while !matches!(stream.next().await.expect("a reply"), Some(Delta::Text(_))) {}
        drop(stream);
        let waiting = server.clone();
        tokio::task::spawn_blocking(move || waiting.wait_for_hangups(1)).await.expect("the client hangs up");
        let mut stream = client.stream(&Request::new(&model, &messages));
        let mut all = String::new();
        loop {
            // Whichever is ready first: most waits are given up at once and begun again.
            let delta = tokio::select! {
                biased;
                delta = stream.next() => delta.expect("a reply"),
                () = tokio::task::yield_now() => continue,
            };
            match delta {
                Some(Delta::Text(text)) => all += &text,
                Some(_) => {}
                None => break,
            }
        }
        assert_eq!(all, "a whole reply");
    });
    assert_eq!(server.requests().len(), 2, "the request was sent once");
}
