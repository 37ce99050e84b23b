//! The client against model servers that others wrote.

mod support;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use git_plandex::config::{Api, Environment, Mask, Model, ModelSources, Role};
use git_plandex::llm::{self, Client, Delta, ErrorKind, Options, Request};
use serde_json::json;
use support::{FORMATS, Program, RecutProxy, client, complete, models, outcome, prompt, run, text};

/// A model at an address.
fn model_at(api: Api, base_url: &str, name: &str, key: &str) -> Model {
    let word = format!("{api:?}").to_lowercase();
    let user = format!(
        "providers: {{ theirs: {{ api: {word}, base_url: '{base_url}', api_key_env: THEIR_KEY }} }}
models: {{ m: {{ provider: theirs, model: {name}, context_window: 4096, max_output_tokens: 64 }} }}
packs: {{ p: {{ planner: m, summarizer: m, builder: m, names: m, commit-messages: m, auto-continue: m }} }}"
    );
    models(&user, &[("THEIR_KEY", key)]).for_role(Role::Planner).clone()
}

/// A text that is hard to cut, without characters outside the basic plane: the servers are third-party, too.
fn scripted_text() -> String {
    "<PlandexBlock lang=\"rust\" path=\"src/a.rs\">\nlet größe = \"ü\\n\";\n</PlandexBlock>\n\n- 日本語, ¾ …\n".repeat(40)
}

fn llmock_url(api: Api, address: SocketAddr) -> String {
    match api {
        Api::Openai => format!("http://{address}/v1"),
        Api::Anthropic => format!("http://{address}/anthropic"),
        Api::Google => format!("http://{address}/gemini"),
        other => panic!("{} has no server here", other.as_str()),
    }
}

fn impatient(retries: u32) -> Client {
    let options = Options { max_retries: retries, retry_base: Duration::from_millis(20), ..Options::default() };
    Client::new(options, Mask::default())
}

#[test]
fn llmock_gives_the_same_text_over_every_format_however_it_is_cut() {
    let Some(server) = Program::Llmock.start(&[]) else { return };
    let text = scripted_text();
    server.post("/_llmock/scenario", &json!({ "behaviors": [{ "type": "reply", "text": text, "times": null }] }));
    for api in FORMATS {
        for size in [1, 7, 4096] {
            let proxy = RecutProxy::start(server.address, size);
            let model = model_at(api, &llmock_url(api, proxy.address()), "gpt-test", "key-of-theirs");
            let reply = complete(&model, &prompt("Please write the file now.")).expect("a whole reply");
            assert_eq!(reply.text, text, "{api:?} in pieces of {size}");
            assert!(reply.usage.output_tokens > 0 && reply.usage.input_tokens > 0, "{api:?}: {:?}", reply.usage);
        }
    }
}

#[test]
fn llmock_finds_no_fault_with_how_failures_are_retried() {
    let Some(server) = Program::Llmock.start(&[]) else { return };
    for api in FORMATS {
        server.post("/_llmock/reset", &json!({}));
        let behaviors = json!([
            { "type": "fail", "status": 429, "retry_after": 1, "times": 1 },
            { "type": "fail", "status": 503, "times": 1 },
            { "type": "reply", "text": "at last" }
        ]);
        server.post("/_llmock/scenario", &json!({ "behaviors": behaviors }));
        let model = model_at(api, &llmock_url(api, server.address), "gpt-test", "key-of-theirs");
        let messages = prompt("go");
        let (deltas, error) = outcome(&impatient(3), &Request::new(&model, &messages));
        assert!(error.is_none(), "{api:?}: {error:?}");
        assert_eq!(text(&deltas), "at last");
        assert_eq!(deltas.iter().filter(|delta| matches!(delta, Delta::Retry { .. })).count(), 2, "{api:?}: {deltas:?}");
        let verdict = server.get("/_llmock/verdict?format=text");
        assert!(verdict.contains("PASS  the client handled every injected fault correctly"), "{api:?}: {verdict}");
    }
}

#[test]
fn llmocks_broken_streams_end_in_the_right_error() {
    let Some(server) = Program::Llmock.start(&[]) else { return };
    for (kind, expected) in
        [("disconnect", ErrorKind::Disconnected), ("truncate", ErrorKind::Disconnected), ("malformed", ErrorKind::Malformed)]
    {
        for api in FORMATS {
            server.post("/_llmock/reset", &json!({}));
            let fault = json!({ "type": "stream_fault", "kind": kind, "after_chunks": 5, "times": 1 });
            let answer = server.post("/_llmock/scenario", &json!({ "behaviors": [fault, { "type": "reply", "text": scripted_text() }] }));
            let model = model_at(api, &llmock_url(api, server.address), "gpt-test", "key-of-theirs");
            let messages = prompt("Please write the file now.");
            let (deltas, error) = outcome(&impatient(3), &Request::new(&model, &messages));
            let error = error.unwrap_or_else(|| panic!("{api:?} {kind}: no error ({answer}): {:?}", text(&deltas)));
            assert_eq!(error.kind, expected, "{api:?} {kind}: {error}");
            assert!(error.received > 0 && !text(&deltas).is_empty(), "{api:?} {kind}: what had come is kept");
            assert!(!deltas.iter().any(|delta| matches!(delta, Delta::Retry { .. })), "{api:?} {kind}: a reply is not paid twice");
        }
    }
}

#[test]
fn aimock_gives_the_same_text_over_every_format_and_its_errors_are_told_apart() {
    let fixtures = tempfile::tempdir().expect("a directory");
    let reply = |word: &str, response: serde_json::Value| json!({ "match": { "userMessage": word }, "response": response });
    let failure = |word: &str, status: u16, kind: &str| {
        reply(word, json!({ "error": { "message": format!("said {word}"), "type": kind }, "status": status }))
    };
    let all = json!({ "fixtures": [
        reply("write", json!({ "content": scripted_text(), "reasoning": "let me see" })),
        failure("locked", 401, "authentication_error"),
        failure("unknown", 404, "not_found_error"),
        failure("busy", 529, "overloaded_error"),
    ] });
    let file = fixtures.path().join("fixtures.json");
    std::fs::write(&file, all.to_string()).expect("a file");
    let Some(server) = Program::Aimock.start(&["-f", file.to_str().expect("UTF-8"), "-l", "5"]) else { return };
    for api in FORMATS {
        let url = |address: SocketAddr| if api == Api::Openai { format!("http://{address}/v1") } else { format!("http://{address}") };
        for size in [1, 7, 4096] {
            let proxy = RecutProxy::start(server.address, size);
            let model = model_at(api, &url(proxy.address()), "some-model", "key-of-theirs");
            let reply = complete(&model, &prompt("write")).expect("a whole reply");
            assert_eq!(reply.text, scripted_text(), "{api:?} in pieces of {size}");
        }
        let model = model_at(api, &url(server.address), "some-model", "key-of-theirs");
        for (word, kind) in [("locked", ErrorKind::Auth), ("unknown", ErrorKind::NotFound), ("busy", ErrorKind::Overloaded)] {
            let messages = prompt(word);
            let (_, error) = outcome(&impatient(1), &Request::new(&model, &messages));
            let error = error.unwrap_or_else(|| panic!("{api:?} {word}: no error"));
            assert_eq!(error.kind, kind, "{api:?}: {error}");
            assert!(error.to_string().starts_with("theirs: ") && error.to_string().contains("some-model"), "{error}");
        }
    }
}

#[test]
fn a_real_model_answers_a_chat_over_both_formats_of_its_server() {
    let Some(server) = Program::Llama.start(&[]) else { return };
    for api in [Api::Openai, Api::Anthropic] {
        let path = if api == Api::Openai { "/v1" } else { "" };
        let model = model_at(api, &format!("http://{}{path}", server.address), "smollm2", "");
        let reply = complete(&model, &prompt("What is the capital of France? Answer in one short sentence.")).expect("a whole reply");
        assert!(reply.text.contains("Paris"), "{api:?}: {:?}", reply.text);
        assert!(reply.usage.input_tokens > 5 && reply.usage.output_tokens > 1, "{api:?}: {:?}", reply.usage);
    }
}

#[test]
fn a_real_server_refuses_a_wrong_key_and_a_prompt_beyond_its_window() {
    let Some(server) = Program::Llama.start(&["right-key-of-theirs", "512"]) else { return };
    let ask = |key: &str, text: &str| {
        let model = model_at(Api::Openai, &format!("http://{}/v1", server.address), "smollm2", key);
        complete(&model, &prompt(text))
    };
    let error = ask("wrong-key-of-theirs", "hello").expect_err("a wrong key");
    assert_eq!((error.kind, error.status), (ErrorKind::Auth, Some(401)), "{error}");
    assert_eq!(error.hint().as_deref(), Some("check the value of THEIR_KEY, and that it may use smollm2"));
    let error = ask("right-key-of-theirs", &"word ".repeat(2000)).expect_err("too long");
    assert_eq!(error.kind, ErrorKind::ContextTooLong, "{error}");
}

#[test]
fn a_real_server_on_this_machine_is_found_with_its_model_and_window() {
    let Some(server) = Program::Llama.start(&["", "2048"]) else { return };
    let user = format!("local_servers: [llama-cpp]\nproviders: {{ llama-cpp: {{ base_url: 'http://{}/v1' }} }}", server.address);
    let env = Environment::default();
    let sources = ModelSources { env: &env, user: Some(&user), pack: None, overrides: &BTreeMap::new(), local: &[] };
    let models = run(llm::models(&client(), &sources)).expect("a server");
    let model = models.for_role(Role::CommitMessages);
    assert_eq!((model.provider.as_str(), model.model.as_str(), model.context_window), ("llama-cpp", "smollm2", 2048));
    let reply = complete(model, &prompt("Say hello.")).expect("a whole reply");
    assert!(!reply.text.is_empty());
}
