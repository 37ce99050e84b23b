//! Where requests and keys go, and where they never go.

mod support;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use git_plandex::config::{Api, Environment, Mask, ModelSources, ModelsError, Role};
use git_plandex::llm::{self, Client, Delta, ErrorKind, Options, Request};
use support::{FORMATS, RawServer, Rule, ScriptedServer, Then, client, complete, models, outcome, prompt, run, text};

const KEY: &str = "sk-a-key-that-must-not-show";

/// A pack whose only provider is at a URL and has the key.
fn with_key(api: Api, base_url: &str) -> git_plandex::config::Models {
    let word = format!("{api:?}").to_lowercase();
    let user = format!(
        "providers: {{ mine: {{ api: {word}, base_url: '{base_url}', api_key_env: MINE_KEY }} }}
packs: {{ p: {{ planner: mine/x, summarizer: mine/x, builder: mine/x, names: mine/x, commit-messages: mine/x, auto-continue: mine/x }} }}"
    );
    models(&user, &[("MINE_KEY", KEY)])
}

#[test]
fn a_redirect_is_not_followed_and_takes_no_key_along() {
    for api in FORMATS {
        let thief = ScriptedServer::start(vec![Rule::reply("gotcha")]);
        for status in [301, 302, 303, 307, 308] {
            let target = format!("{}/v1/chat/completions", thief.url(Api::Google));
            let server = ScriptedServer::start(vec![Rule::status(status, "").header("location", &target)]);
            let model = with_key(api, &server.url(api)).for_role(Role::Planner).clone();
            let error = complete(&model, &prompt("hello")).expect_err("a redirect");
            assert_eq!((error.kind, error.words.as_str()), (ErrorKind::Redirect, format!("to {target}").as_str()));
        }
        assert!(thief.requests().is_empty());
    }
}

#[test]
fn a_key_is_sent_in_a_header_alone() {
    for api in FORMATS {
        let server = ScriptedServer::start(vec![Rule::reply("ok")]);
        complete(with_key(api, &server.url(api)).for_role(Role::Planner), &prompt("hello")).expect("a reply");
        let request = &server.requests()[0];
        assert!(!request.target.contains(KEY) && !request.body.to_string().contains(KEY), "{api:?}");
        assert_eq!(request.headers.iter().filter(|(_, value)| value.contains(KEY)).count(), 1, "{api:?}");
    }
}

#[test]
fn a_server_that_echoes_the_key_does_not_make_it_show() {
    for api in FORMATS {
        let echo = format!(r#"{{"error":{{"message":"wrong key {KEY}!","type":"authentication_error","code":"{KEY}"}}}}"#);
        let server = ScriptedServer::start(vec![Rule::status(503, echo.clone()).once(), Rule::status(401, echo)]);
        let models = with_key(api, &server.url(api));
        let options = Options { retry_base: Duration::from_millis(1), ..Options::default() };
        let client = Client::new(options, models.mask().clone());
        let messages = prompt("hello");
        let (deltas, error) = outcome(&client, &Request::new(models.for_role(Role::Planner), &messages));
        let error = error.expect("a failure");
        let shown = format!("{error} {error:?} {:?} {deltas:?} {models:?}", error.hint());
        assert!(!shown.contains(KEY) && shown.contains("wrong key ***!"), "{shown}");
    }
}

#[test]
fn a_missing_key_and_one_that_no_header_can_hold_are_named_without_a_request() {
    for key in [None, Some("sk-\u{e9}-\u{1F511}-key")] {
        let user = "packs: { p: { planner: openai/x, summarizer: openai/x, builder: openai/x, names: openai/x, commit-messages: openai/x, auto-continue: openai/x } }";
        let env: Vec<(&str, &str)> = key.map(|key| ("OPENAI_API_KEY", key)).into_iter().collect();
        let models = models(user, &env);
        assert_eq!(models.require_keys().is_ok(), key.is_some());
        let error = complete(models.for_role(Role::Planner), &prompt("hello")).expect_err("no usable key");
        assert_eq!(error.kind, if key.is_some() { ErrorKind::Auth } else { ErrorKind::NoKey });
        assert!(error.hint().expect("a hint").contains("OPENAI_API_KEY") && !format!("{error:?}").contains("sk-"), "{error:?}");
    }
}

#[test]
fn several_replies_stream_at_once_over_one_client() {
    let rules = (0..8).map(|at| Rule::reply(format!("reply {at} ").repeat(50)).piece(3).when(&[&format!("<{at}>")])).collect();
    let server = ScriptedServer::start(rules);
    let model = support::model(&server, Api::Anthropic);
    let client = client();
    run(async {
        let texts = (0..8).map(|at| prompt(&format!("<{at}>"))).collect::<Vec<_>>();
        let mut streams: Vec<_> =
            texts.iter().map(|messages| (client.stream(&Request::new(&model, messages)), String::new(), false)).collect();
        while streams.iter().any(|(_, _, done)| !done) {
            for (stream, all, done) in streams.iter_mut().filter(|(_, _, done)| !done) {
                match stream.next().await.expect("a reply") {
                    Some(Delta::Text(text)) => *all += &text,
                    Some(_) => {}
                    None => *done = true,
                }
            }
        }
        for (at, (_, all, _)) in streams.iter().enumerate() {
            assert_eq!(*all, format!("reply {at} ").repeat(50));
        }
    });
}

/// The names of the two tests that run in a process of their own, for its environment.
const CHILD: &str = "GIT_PLANDEX_TEST_CHILD";

fn in_child(test: &str, proxy: &str) {
    let mut command = Command::new(std::env::current_exe().expect("a test knows its own file"));
    command.args(["--exact", test, "--nocapture"]).env(CHILD, "1").env_remove("NO_PROXY").env_remove("no_proxy");
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, proxy);
    }
    let output = command.output().expect("the test runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_server_on_this_machine_is_reached_without_the_proxy() {
    if std::env::var_os(CHILD).is_none() {
        // Nothing listens there: whoever asked it would fail.
        return in_child("a_server_on_this_machine_is_reached_without_the_proxy", "http://127.0.0.1:9");
    }
    let server = ScriptedServer::start(vec![Rule::reply("straight")]);
    for url in [server.url(Api::Openai), server.url(Api::Openai).replace("127.0.0.1", "localhost")] {
        let reply = complete(with_key(Api::Openai, &url).for_role(Role::Planner), &prompt("hello")).expect("a reply");
        assert_eq!(reply.text, "straight");
    }
}

#[test]
fn a_server_elsewhere_is_reached_through_the_proxy() {
    let test = "a_server_elsewhere_is_reached_through_the_proxy";
    if std::env::var_os(CHILD).is_some() {
        let models = with_key(Api::Openai, "http://models.invalid/v1");
        let reply = complete(models.for_role(Role::Planner), &prompt("hello")).expect("a reply");
        assert_eq!(reply.text, "by proxy");
        return;
    }
    let asked = Arc::new(Mutex::new(Vec::new()));
    let proxy = RawServer::start({
        let asked = asked.clone();
        move |request, stream| {
            asked.lock().expect("no test panics while it holds this").push(request.target);
            let event = r#"data: {"choices":[{"delta":{"content":"by proxy"},"finish_reason":"stop"}]}"#;
            std::io::Write::write_all(stream, format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{event}\n\n").as_bytes())?;
            Ok(false)
        }
    });
    in_child(test, &format!("http://{}", proxy.address()));
    assert_eq!(*asked.lock().expect("the proxy is idle"), ["http://models.invalid/v1/chat/completions"]);
}

fn found(env: &[(&str, &str)]) -> Result<(String, String, u64), ModelsError> {
    let env = Environment::from_pairs(env.iter().copied());
    // Only one place is looked at, whatever runs on the machine.
    let sources = ModelSources { env: &env, user: Some("local_servers: [ollama]"), pack: None, overrides: &BTreeMap::new(), local: &[] };
    let models = run(llm::models(&client(), &sources))?;
    let model = models.for_role(Role::Planner);
    Ok((models.pack().to_owned(), format!("{}/{}", model.provider, model.model), model.context_window))
}

#[test]
fn without_configuration_a_server_on_this_machine_is_found_and_asked_for_its_models() {
    let server = ScriptedServer::start(Vec::new());
    let host = server.host();
    assert_eq!(found(&[("OLLAMA_HOST", &host)]).expect("a server"), ("local".to_owned(), "ollama/scripted".to_owned(), 12345));
    let (pack, ..) = found(&[("OLLAMA_HOST", &host), ("OPENAI_API_KEY", "k")]).expect("a key");
    assert_eq!(pack, "openai", "a key in the environment comes first");
    drop(server);
    assert!(matches!(found(&[("OLLAMA_HOST", &host)]), Err(ModelsError::NoModel { .. })));
}

#[test]
fn something_else_on_the_port_of_a_model_server_is_no_model_server() {
    for answer in ["<html>A wiki</html>", "{\"data\":[]}", "{\"data\":[{\"id\":\"nomic-embed-text\"}]}"] {
        let body = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{answer}");
        let server = RawServer::start(move |_, stream| std::io::Write::write_all(stream, body.as_bytes()).map(|()| false));
        assert!(matches!(found(&[("OLLAMA_HOST", &server.address().to_string())]), Err(ModelsError::NoModel { .. })), "{answer}");
    }
}

#[test]
fn a_text_is_masked_for_every_key_in_the_environment() {
    let env: Vec<(String, String)> =
        ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY", "OLLAMA_API_KEY", "MINE_API_KEY"]
            .iter()
            .map(|name| ((*name).to_owned(), format!("value-of-{name}")))
            .collect();
    let pairs: Vec<(&str, &str)> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let models = models("", &pairs);
    let all = env.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ");
    assert_eq!(models.mask().text(&all), "*** *** *** *** *** ***");
    let server = ScriptedServer::start(vec![Rule::raw(b"".as_slice(), Then::Close)]);
    let messages = prompt("hello");
    let client = Client::new(Options { max_retries: 0, ..Options::default() }, Mask::default()).with_mask(models.mask().clone());
    let (deltas, _) = outcome(&client, &Request::new(&support::model(&server, Api::Openai), &messages));
    assert_eq!(text(&deltas), "");
}
