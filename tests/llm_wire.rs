//! The client against a scripted server: the same reply over every wire format, and what is asked.

mod support;

use git_plandex::config::{Api, Model, Role};
use git_plandex::llm::{Delta, FinishReason, Request};
use git_plandex::plan::{ChatImage, ChatMessage, ChatPart, ChatRole, ImageDetail, Usage};
use serde_json::json;
use support::{EVERY_FORMAT, FORMATS, Recorded, Rule, ScriptedServer, client, complete, model, models, prompt, run};

/// Text that is cut badly at every place: several bytes per character, quotes, line ends, tags.
fn long_text() -> String {
    let line = "fn grüße() { println!(\"\\\"🎉\\\" \\u{1F600} \u{202e} <Plandex> data: x\"); }\r\n\n\tevent: z\u{2028}\0\n";
    line.repeat(60)
}

#[test]
fn the_same_text_arrives_over_every_format_in_chunks_of_every_size() {
    let text = long_text();
    for api in EVERY_FORMAT {
        let server = ScriptedServer::start(vec![Rule::reply(&text).reasoning("hm, é…").usage(1000, 800, 77).piece(11)]);
        for size in [1, 7, 4096] {
            server.chunk(size);
            let reply = complete(&model(&server, api), &prompt("hello")).expect("a whole reply");
            assert_eq!(reply.text, text, "{api:?} in chunks of {size}");
            assert_eq!(
                reply.usage,
                Usage { input_tokens: 1000, cached_tokens: 800, cache_write_tokens: 0, output_tokens: 77 },
                "{api:?} in chunks of {size}"
            );
            assert_eq!(reply.finish, FinishReason::Stop);
        }
    }
}

#[test]
fn reasoning_comes_apart_from_text_and_the_output_limit_is_told() {
    for api in EVERY_FORMAT {
        let server = ScriptedServer::start(vec![Rule::reply("an answer").reasoning("a thought").cut_short()]);
        let messages = prompt("x");
        let model = model(&server, api);
        let deltas = support::deltas(&client(), &Request::new(&model, &messages)).expect("a whole reply");
        let of = |pick: fn(&Delta) -> Option<&str>| deltas.iter().filter_map(pick).collect::<String>();
        assert_eq!(of(|delta| if let Delta::Reasoning(text) = delta { Some(text) } else { None }), "a thought", "{api:?}");
        assert_eq!(of(|delta| if let Delta::Text(text) = delta { Some(text) } else { None }), "an answer", "{api:?}");
        assert!(deltas.contains(&Delta::Finish(FinishReason::Length)), "{api:?}: {deltas:?}");
    }
}

/// The planner of a `models.yml` with one provider of this kind at the scripted server.
fn configured(server: &ScriptedServer, api: Api, provider: &str, model: &str, env: &[(&str, &str)]) -> Model {
    let word = api.as_str();
    let user = format!(
        "providers: {{ mine: {{ api: {word}, base_url: '{}', api_key_env: MINE_KEY, {provider} }} }}
models: {{ m: {{ provider: mine, model: the-model, context_window: 100000, max_output_tokens: 8000, {model} }} }}
packs: {{ p: {{ planner: m, summarizer: m, builder: m, names: m, commit-messages: m, auto-continue: m }} }}",
        server.url(api)
    );
    models(&user, env).for_role(Role::Planner).clone()
}

fn conversation() -> Vec<ChatMessage> {
    let part = |text: &str, cache| ChatPart { text: text.to_owned(), cache };
    vec![
        ChatMessage { role: ChatRole::System, parts: vec![part("rules", true), part("more rules", false)], images: Vec::new() },
        ChatMessage { role: ChatRole::User, parts: vec![part("files", true), part("", true)], images: Vec::new() },
        ChatMessage::new(ChatRole::User, "prompt"),
        ChatMessage::new(ChatRole::Assistant, "half a reply \n"),
        ChatMessage::new(ChatRole::User, "go on"),
    ]
}

/// The only request that a server receives when the model is asked.
fn sent(server: &ScriptedServer, request: &Request<'_>) -> Recorded {
    let before = server.requests().len();
    run(client().complete(request)).expect("a reply");
    server.requests().swap_remove(before)
}

#[test]
fn a_request_in_the_openai_format() {
    let server = ScriptedServer::start(vec![Rule::reply("ok")]);
    let messages = conversation();
    let provider = "headers_env: { OpenAI-Organization: MY_ORG, OpenAI-Project: UNSET }, output_limit_field: max_completion_tokens";
    let model = configured(&server, Api::Openai, provider, "sampling: true", &[("MINE_KEY", "key-of-mine"), ("MY_ORG", "org-1")]);
    let stop = ["</a>", "</b>", "</c>", "</d>", "</e>"];
    let request = sent(&server, &Request { stop: &stop, max_output_tokens: Some(9000), ..Request::new(&model, &messages) });
    assert_eq!(
        request.body,
        json!({
            "model": "the-model",
            "messages": [
                { "role": "system", "content": "rulesmore rules" },
                { "role": "user", "content": "files\n\nprompt" },
                { "role": "assistant", "content": "half a reply \n" },
                { "role": "user", "content": "go on" },
            ],
            "max_completion_tokens": 8000,
            "temperature": 0.3,
            "top_p": 0.3,
            "stop": ["</a>", "</b>", "</c>", "</d>"],
            "stream": true,
            "stream_options": { "include_usage": true },
        })
    );
    assert_eq!((request.target.as_str(), request.header("authorization")), ("/v1/chat/completions", Some("Bearer key-of-mine")));
    assert_eq!((request.header("openai-organization"), request.header("openai-project")), (Some("org-1"), None));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("git-plandex/")));
}

#[test]
fn a_request_in_the_anthropic_format() {
    let server = ScriptedServer::start(vec![Rule::reply("ok")]);
    let messages = conversation();
    let model = configured(&server, Api::Anthropic, "headers: {}", "sampling: false", &[("MINE_KEY", "key-of-mine")]);
    let request = sent(&server, &Request { stop: &["</a>", " "], temperature: Some(0.9), ..Request::new(&model, &messages) });
    let ephemeral = json!({ "type": "ephemeral" });
    assert_eq!(
        request.body,
        json!({
            "model": "the-model",
            "max_tokens": 8000,
            "system": [{ "type": "text", "text": "rules", "cache_control": ephemeral }, { "type": "text", "text": "more rules" }],
            "messages": [
                { "role": "user", "content": [
                    { "type": "text", "text": "files", "cache_control": ephemeral },
                    { "type": "text", "text": "prompt" },
                ] },
                { "role": "assistant", "content": [{ "type": "text", "text": "half a reply" }] },
                { "role": "user", "content": [{ "type": "text", "text": "go on" }] },
            ],
            "stop_sequences": ["</a>"],
            "stream": true,
        })
    );
    assert_eq!((request.target.as_str(), request.header("authorization")), ("/v1/messages", Some("Bearer key-of-mine")));
    assert_eq!(request.header("anthropic-version"), Some("2026-10-21"));
    let token = "bearer_token_env: MINE_TOKEN";
    let model = configured(&server, Api::Anthropic, token, "sampling: true", &[("MINE_TOKEN", "token-of-mine")]);
    let request = sent(&server, &Request::new(&model, &messages));
    assert_eq!(request.header("authorization"), Some("Bearer token-of-mine"));
    assert_eq!(request.header("anthropic-version"), Some("2023-06-01"), "the last version that takes sampling settings");
    assert_eq!((&request.body["temperature"], request.body.get("top_p")), (&json!(0.3), None), "one of the two");
}

#[test]
fn a_request_in_the_google_format() {
    let server = ScriptedServer::start(vec![Rule::reply("ok")]);
    let messages = conversation();
    let model = configured(&server, Api::Google, "headers: {}", "stop: true", &[("MINE_KEY", "key-of-mine")]);
    let request = sent(&server, &Request { stop: &["</a>"], temperature: Some(0.9), ..Request::new(&model, &messages) });
    assert_eq!(
        request.body,
        json!({
            "systemInstruction": { "parts": [{ "text": "rules" }, { "text": "more rules" }] },
            "contents": [
                { "role": "user", "parts": [{ "text": "files" }, { "text": "prompt" }] },
                { "role": "model", "parts": [{ "text": "half a reply \n" }] },
                { "role": "user", "parts": [{ "text": "go on" }] },
            ],
            "generationConfig": { "maxOutputTokens": 8000, "temperature": 0.9, "topP": 0.3, "stopSequences": ["</a>"] },
        })
    );
    assert_eq!(request.target, "/v1beta/models/the-model:streamGenerateContent?alt=sse", "no key in the URL");
    assert_eq!(request.header("x-goog-api-key"), Some("key-of-mine"));
}

#[test]
fn what_a_model_does_not_take_is_not_sent() {
    let server = ScriptedServer::start(vec![Rule::reply("ok")]);
    let messages = conversation();
    for api in FORMATS {
        let model = configured(&server, api, "headers: {}", "sampling: false, stop: false", &[]);
        let request = Request { stop: &["</a>"], temperature: Some(0.5), top_p: Some(0.5), ..Request::new(&model, &messages) };
        let body = sent(&server, &request).body.to_string();
        for field in ["temperature", "top_p", "topP", "stop", "stop_sequences", "stopSequences"] {
            assert!(!body.contains(&format!("\"{field}\"")), "{api:?} {field}: {body}");
        }
    }
}

#[test]
fn of_too_many_cache_marks_the_first_and_the_last_three_are_sent() {
    let server = ScriptedServer::start(vec![Rule::reply("ok")]);
    let parts = (0..6).map(|at| ChatPart { text: format!("part {at}"), cache: true }).collect();
    let messages = [ChatMessage { role: ChatRole::User, parts, images: Vec::new() }];
    let model = configured(&server, Api::Anthropic, "headers: {}", "stop: true", &[]);
    let request = sent(&server, &Request::new(&model, &messages));
    let blocks = request.body["messages"][0]["content"].as_array().expect("blocks").iter();
    let marked: Vec<bool> = blocks.map(|block| block.get("cache_control").is_some()).collect();
    assert_eq!(marked, [true, false, false, true, true, true]);
}

/// A model of Claude's at a provider, with what reaches it there.
fn claude_at(server: &ScriptedServer, api: Api, dialect: &str) -> Model {
    let user = format!(
        "providers: {{ mine: {{ api: {}, base_url: '{}', dialect: {dialect} }} }}
models: {{ m: {{ provider: mine, model: anthropic.claude-x, context_window: 100000, max_output_tokens: 8000 }} }}
packs: {{ p: {{ planner: m, summarizer: m, builder: m, names: m, commit-messages: m, auto-continue: m }} }}",
        api.as_str(),
        server.url(api)
    );
    let env = server.environment(api);
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    models(&user, &env).for_role(Role::Planner).clone()
}

fn count(value: &serde_json::Value, name: &str) -> usize {
    value.to_string().matches(&format!("\"{name}\"")).count()
}

#[test]
fn claude_gets_its_four_marks_wherever_it_runs() {
    let parts: Vec<ChatPart> = (0..6).map(|at| ChatPart { text: format!("part {at}"), cache: true }).collect();
    let messages = [
        ChatMessage { role: ChatRole::System, parts: parts[..2].to_vec(), images: Vec::new() },
        ChatMessage { role: ChatRole::User, parts: parts[2..].to_vec(), images: Vec::new() },
    ];
    for (api, dialect, mark) in [
        (Api::Anthropic, "plain", "cache_control"),
        (Api::Openai, "openrouter", "cache_control"),
        (Api::Vertex, "plain", "cache_control"),
        (Api::Bedrock, "plain", "cachePoint"),
    ] {
        let server = ScriptedServer::start(vec![Rule::reply("ok")]);
        let model = claude_at(&server, api, dialect);
        let body = sent(&server, &Request::new(&model, &messages)).body;
        assert_eq!(count(&body, mark), 4, "{api:?}: {body}");
        assert_eq!((0..6).filter(|at| body.to_string().contains(&format!("part {at}"))).count(), 6, "{api:?}: {body}");
    }
}

#[test]
fn a_provider_that_refuses_marks_is_asked_again_without_them() {
    let refusal = r#"{"error":{"type":"invalid_request_error","message":"cache_control: Extra inputs are not permitted"}}"#;
    let amazons = r#"{"message":"The model does not support cachePoint blocks"}"#;
    for (api, refusal, mark) in [(Api::Anthropic, refusal, "cache_control"), (Api::Bedrock, amazons, "cachePoint")] {
        let server = ScriptedServer::start(vec![Rule::status(400, refusal).once(), Rule::reply("ok")]);
        let model = claude_at(&server, api, "plain");
        let reply = complete(&model, &conversation()).expect("a reply");
        let marks: Vec<usize> = server.requests().iter().map(|request| count(&request.body, mark)).collect();
        assert_eq!((reply.text.as_str(), marks), ("ok", vec![2, 0]), "{api:?}");
    }
    let server = ScriptedServer::start(vec![Rule::status(400, refusal)]);
    let error = complete(&claude_at(&server, Api::Anthropic, "plain"), &prompt("x")).expect_err("nothing to leave out");
    assert_eq!((error.kind, server.requests().len()), (git_plandex::llm::ErrorKind::BadRequest, 1));
}

#[test]
fn a_model_that_takes_no_pictures_reads_that_one_was_left_out() {
    let mut message = ChatMessage::new(ChatRole::User, "look");
    let data = b"\x89PNG".as_slice().into();
    message.images.push(ChatImage { media_type: "image/png".to_owned(), data, detail: ImageDetail::Low });
    for api in EVERY_FORMAT {
        let server = ScriptedServer::start(vec![Rule::reply("ok")]);
        let (blind, messages) = (model(&server, api), [message.clone()]);
        let body = sent(&server, &Request::new(&blind, &messages)).body.to_string();
        assert!(body.contains("A picture stood here") && !body.contains("iVBORw"), "{api:?}: {body}");
        let seeing = Model { images: true, ..blind };
        let body = sent(&server, &Request::new(&seeing, &messages)).body.to_string();
        assert!(body.contains("iVBORw==") && !body.contains("A picture stood here"), "{api:?}: {body}");
    }
}

#[test]
fn a_region_a_project_or_keys_that_lack_are_named_before_anything_is_sent() {
    let ask = |api: Api, env: &[(&str, &str)]| {
        let user = format!(
            "providers: {{ mine: {{ api: {} }} }}
packs: {{ p: {{ planner: mine/x, summarizer: mine/x, builder: mine/x, names: mine/x, commit-messages: mine/x, auto-continue: mine/x }} }}",
            api.as_str()
        );
        let error = complete(models(&user, env).for_role(Role::Planner), &prompt("x")).expect_err("something lacks");
        assert_eq!(error.kind, git_plandex::llm::ErrorKind::NoKey, "{error}");
        error.words
    };
    let home = tempfile::tempdir().expect("a directory");
    let home = home.path().to_str().expect("UTF-8");
    assert!(ask(Api::Bedrock, &[("HOME", home)]).contains("AWS_REGION"));
    let region = ("AWS_REGION", "eu-west-1");
    assert!(ask(Api::Bedrock, &[("HOME", home), region]).contains("the profile 'default'"));
    assert!(ask(Api::Bedrock, &[("HOME", home), region, ("AWS_ACCESS_KEY_ID", "A")]).contains("AWS_SECRET_ACCESS_KEY"));
    std::fs::create_dir(format!("{home}/.aws")).expect("a directory");
    std::fs::write(format!("{home}/.aws/config"), "[default]\nregion = eu-west-1\nsso_session = work\n").expect("a file");
    assert!(ask(Api::Bedrock, &[("HOME", home)]).contains("gets its keys by sso_session"));
    assert!(ask(Api::Vertex, &[("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")]).contains("'/nowhere/key.json'"));
}
