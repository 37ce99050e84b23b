//! No key of any provider shows: in no error, no debug output, no recording, whatever a server sends back.

mod support;

use std::time::Duration;

use git_plandex::config::{Api, Mask, Models, Role};
use git_plandex::llm::{Client, Delta, FinishReason, Options, Recorder, Replay, Request};
use serde_json::json;
use support::{EVERY_FORMAT, Rule, ScriptedServer, models, outcome, prompt, text};

const KEYS: &[(&str, &str)] = &[
    ("MINE_KEY", "key-that-must-not-show-0123456789"),
    ("AWS_ACCESS_KEY_ID", "AKIDNOTSECRET"),
    ("AWS_SECRET_ACCESS_KEY", "aws-secret-that-must-not-show"),
    ("AWS_SESSION_TOKEN", "aws-session-that-must-not-show"),
    ("AWS_REGION", "eu-west-1"),
    ("VERTEXAI_PROJECT", "my-project"),
];

/// Everything that must not show; the last is what the scripted server gives out for Google's credentials.
const SECRETS: &[&str] = &[
    "key-that-must-not-show-0123456789",
    "aws-secret-that-must-not-show",
    "aws-session-that-must-not-show",
    "refresh-that-must-not-show",
    "client-secret-that-must-not-show",
    "token-of-google",
];

fn with_keys(server: &ScriptedServer, api: Api) -> Models {
    let key = if matches!(api, Api::Bedrock | Api::Vertex) { "" } else { ", api_key_env: MINE_KEY" };
    let user = format!(
        "providers: {{ mine: {{ api: {}, base_url: '{}'{key} }} }}
packs: {{ p: {{ planner: mine/x, summarizer: mine/x, builder: mine/x, names: mine/x, commit-messages: mine/x, auto-continue: mine/x }} }}",
        api.as_str(),
        server.url(api)
    );
    let credentials = json!({ "type": "authorized_user", "client_id": "i", "client_secret": "client-secret-that-must-not-show",
        "refresh_token": "refresh-that-must-not-show", "token_uri": format!("http://{}/token", server.host()) })
    .to_string();
    let mut env = KEYS.to_vec();
    env.push(("GOOGLE_APPLICATION_CREDENTIALS", &credentials));
    models(&user, &env)
}

/// Which of the secrets the provider of this format is sent.
fn sent(api: Api) -> &'static [&'static str] {
    match api {
        Api::Bedrock => &["aws-session-that-must-not-show"],
        Api::Vertex => &["token-of-google"],
        _ => &["key-that-must-not-show-0123456789"],
    }
}

fn assert_hidden(shown: &str, what: &str) {
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{what}: {secret} in {shown}");
    }
}

#[test]
fn what_a_server_repeats_of_a_key_does_not_show() {
    let all = SECRETS.join(" ");
    for api in EVERY_FORMAT {
        let echo = json!({ "error": { "message": format!("what you sent: {all}"), "type": "server_error", "code": all } }).to_string();
        let server = ScriptedServer::start(vec![
            Rule::status(503, echo.clone()).once(),
            Rule::stream(format!("data: {echo}\n\n")).once(),
            Rule::status(302, "").header("location", &format!("http://elsewhere/?key={all}")),
        ]);
        let models = with_keys(&server, api);
        let options = Options { retry_base: Duration::from_millis(1), ..Options::default() };
        let client = Client::new(options, models.mask().clone());
        let messages = prompt("hello");
        let request = Request::new(models.for_role(Role::Planner), &messages);
        let (deltas, error) = outcome(&client, &request);
        let error = error.expect("a failure");
        let what = format!("{api:?}");
        // What a provider is never sent, it cannot repeat; here it does all the same, and what is known of it is hidden.
        let shown = format!("{error} {error:?} {:?} {deltas:?}", error.hint());
        for secret in sent(api) {
            assert!(!shown.contains(secret), "{what}: {secret} in {shown}");
        }
        assert!(deltas.iter().any(|delta| matches!(delta, Delta::Retry { reason, .. } if reason.contains("***"))), "{what}: {deltas:?}");
        assert_hidden(&format!("{models:?} {request:?} {client:?}"), &what);
        for seen in server.requests() {
            assert!(!seen.target.contains("must-not-show") && !seen.body.to_string().contains("must-not-show"), "{what}: {seen:?}");
            let secret = seen.headers.iter().any(|(_, value)| value.contains("aws-secret-that"));
            assert!(!secret, "{what}: a key that signs is not sent");
        }
    }
}

#[test]
fn a_recording_holds_no_key_and_answers_the_same_requests() {
    let directory = tempfile::tempdir().expect("a directory");
    for api in EVERY_FORMAT {
        let path = directory.path().join(format!("{}.yml", api.as_str()));
        let said = format!("The key is {}.\nThat is all: größe 🎉\n", sent(api).join(" and "));
        let server = ScriptedServer::start(vec![Rule::reply(&said).reasoning("hm").usage(10, 4, 3)]);
        let models = with_keys(&server, api);
        let model = models.for_role(Role::Planner);
        let messages = prompt(&format!("At 10:31 you have {}\nWrite it down, please.", sent(api).join(" ")));
        let client = Client::new(Options::default(), models.mask().clone());
        let recorded = client.with_recorder(Recorder::append(&path).expect("a file"));
        let (deltas, error) = outcome(&recorded, &Request::new(model, &messages));
        assert!(error.is_none() && text(&deltas) == said, "{api:?}: {error:?}");
        drop(recorded);
        let file = std::fs::read_to_string(&path).expect("a recording");
        assert_hidden(&file, &format!("{api:?}"));
        assert!(file.contains("Write it down, please.") && !file.contains("10:31"), "{file}");
        let replayed = client.with_replay(Replay::read(&path).expect("a recording"));
        let before = server.requests().len();
        let (again, error) = outcome(&replayed, &Request::new(model, &messages));
        assert!(error.is_none(), "{api:?}: {error:?}");
        let hidden: String = text(&again);
        assert_eq!(hidden, SECRETS.iter().fold(said.clone(), |text, secret| text.replace(secret, "***")), "{api:?}");
        assert_eq!(server.requests().len(), before, "nobody is asked");
        let usage = |deltas: &[Delta]| deltas.iter().rev().find(|delta| matches!(delta, Delta::Usage(_))).cloned();
        assert_eq!((usage(&again), again.last()), (usage(&deltas), Some(&Delta::Finish(FinishReason::Stop))), "{api:?}");
        let (_, error) = outcome(&replayed, &Request::new(model, &messages));
        assert!(error.expect("each exchange answers once").words.contains("no further reply of the planner"));
    }
}

#[test]
fn a_request_that_does_not_hold_what_a_recorded_reply_depends_on_is_told_so() {
    let recording = "- name: the plan\n  role: planner\n  expects: [the file src/a.rs]\n  reply: |\n    done\n- name: any\n  expects: []\n  reply: else\n";
    let server = ScriptedServer::start(Vec::new());
    let model = support::model(&server, Api::Openai);
    let client = Client::new(Options::default(), Mask::default());
    let ask = |client: &Client, said: &str| {
        let messages = prompt(said);
        outcome(client, &Request::new(&model, &messages))
    };
    let replay = client.with_replay(Replay::parse(recording).expect("a recording"));
    assert_eq!(text(&ask(&replay, "nothing").0), "else", "the first that fits answers");
    let (_, error) = ask(&replay, "nothing");
    let words = error.expect("a failure").words;
    assert!(words.contains("(the plan)") && words.contains("the file src/a.rs"), "{words}");
    assert_eq!(text(&ask(&replay, "see the file src/a.rs").0), "done\n");
    assert!(Replay::parse("- { nome: x }").is_err());
}
