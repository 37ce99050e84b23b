//! Our requests against those that the vendors' own SDKs send for the same call.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use git_plandex::config::{Model, Role};
use git_plandex::llm::Request;
use git_plandex::plan::{ChatImage, ChatMessage, ChatPart, ChatRole, ImageDetail};
use serde_json::{Map, Value, json};
use support::{HttpRequest, RawServer, client, models, outcome, sdk_python};

const KEY: &str = "key-for-the-sdk";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac\x64\xf8\xcfP\x0f\0\x03\x86\x01\x80Z4}k\0\0\0\0IEND\xaeB`\x82";

/// A server that keeps what it receives and refuses it.
struct Witness {
    server: RawServer,
    seen: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Witness {
    fn start() -> Self {
        let seen = Arc::<Mutex<Vec<HttpRequest>>>::default();
        let server = RawServer::start({
            let seen = seen.clone();
            move |request, stream| {
                let (status, body) = match request.target.as_str() {
                    "/token" => (200, json!({ "access_token": KEY, "expires_in": 3600 })),
                    _ => {
                        seen.lock().expect("nobody panics while holding this").push(request);
                        (400, json!({ "error": { "message": "no", "type": "invalid_request_error" } }))
                    }
                };
                let body = body.to_string();
                write!(stream, "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
                Ok(true)
            }
        });
        Self { server, seen }
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    fn take(&self, who: &str) -> HttpRequest {
        let mut seen = self.seen.lock().expect("nobody panics while holding this");
        assert_eq!(seen.len(), 1, "requests of {who}: {seen:?}");
        seen.remove(0)
    }
}

/// The conversation of `sdk_calls.py`.
fn conversation(picture: bool, marked: bool) -> Vec<ChatMessage> {
    let part = |text: &str| ChatPart { text: text.to_owned(), cache: marked };
    let system = ChatMessage { role: ChatRole::System, parts: vec![part("Be brief.")], images: Vec::new() };
    let mut last = ChatMessage::new(ChatRole::User, "Describe the picture.");
    if picture {
        last.images.push(ChatImage { media_type: "image/png".to_owned(), data: PNG.into(), detail: ImageDetail::High });
    }
    vec![system, ChatMessage::new(ChatRole::User, "Hello"), ChatMessage::new(ChatRole::Assistant, "Hi there"), last]
}

/// One call, as it is configured here.
#[derive(Clone, Copy)]
struct Case {
    /// The name of the call in `sdk_calls.py`.
    name: &'static str,
    provider: &'static str,
    /// What follows the address in the base URL.
    path: &'static str,
    model: &'static str,
    limit: u64,
    picture: bool,
    /// The header that lets the request in.
    header: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "openai_chat",
        provider: "api: openai, output_limit_field: max_completion_tokens",
        path: "/v1",
        model: "model: gpt-x, sampling: false, reasoning: { effort: low }",
        limit: 1000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "openai_responses",
        provider: "api: openai-responses",
        path: "/v1",
        model: "model: gpt-x, stop: false, reasoning: { effort: low }",
        limit: 1000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "azure",
        provider: "api: azure-openai, output_limit_field: max_completion_tokens",
        path: "",
        model: "model: my-deployment",
        limit: 1000,
        picture: true,
        header: "api-key",
    },
    Case {
        name: "deepseek",
        provider: "api: openai, dialect: deepseek",
        path: "",
        model: "model: deepseek-x, reasoning: { effort: high }",
        limit: 1000,
        picture: false,
        header: "authorization",
    },
    Case {
        name: "perplexity",
        provider: "api: openai, dialect: perplexity",
        path: "",
        model: "model: sonar-x, reasoning: { effort: low }",
        limit: 1000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "openrouter",
        provider: "api: openai, dialect: openrouter",
        path: "/api/v1",
        model: "model: anthropic/claude-x, sampling: false, reasoning: { effort: low }",
        limit: 1000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "ollama",
        provider: "api: openai, dialect: ollama",
        path: "/v1",
        model: "model: qwen-x, reasoning: { effort: low }",
        limit: 1000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "anthropic_messages",
        provider: "api: anthropic",
        path: "",
        model: "model: claude-x, reasoning: { budget: 1500 }",
        limit: 2000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "anthropic_effort",
        provider: "api: anthropic",
        path: "",
        model: "model: claude-x, reasoning: { effort: low }",
        limit: 2000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "gemini",
        provider: "api: google",
        path: "",
        model: "model: gemini-x, reasoning: { budget: 500 }",
        limit: 1000,
        picture: true,
        header: "x-goog-api-key",
    },
    Case {
        name: "vertex_gemini",
        provider: "api: google-vertex",
        path: "",
        model: "model: gemini-x, reasoning: { effort: low }",
        limit: 1000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "vertex_claude",
        provider: "api: google-vertex",
        path: "",
        model: "model: claude-x@20260101, reasoning: { budget: 1500 }",
        limit: 2000,
        picture: true,
        header: "authorization",
    },
    Case {
        name: "bedrock",
        provider: "api: aws-bedrock",
        path: "",
        model: "model: 'eu.anthropic.claude-x-v1:0', reasoning: { budget: 1500 }",
        limit: 2000,
        picture: true,
        header: "",
    },
];

impl Case {
    fn model(&self, witness: &Witness, token: Option<&str>) -> Model {
        let user = format!(
            "providers: {{ theirs: {{ {}, base_url: '{}{}' {} }} }}
models: {{ m: {{ provider: theirs, {}, images: true, context_window: 100000, max_output_tokens: {} }} }}
packs: {{ p: {{ planner: {{ model: m }}, summarizer: m, builder: m, names: m, commit-messages: m, auto-continue: m }} }}",
            self.provider,
            witness.url(),
            self.path,
            if matches!(self.name, "bedrock" | "vertex_gemini" | "vertex_claude") { "" } else { ", api_key_env: THEIR_KEY" },
            self.model,
            self.limit
        );
        let credentials = json!({ "type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "r", "token_uri": format!("{}/token", witness.url()) });
        let credentials = credentials.to_string();
        let mut env = vec![
            ("THEIR_KEY", KEY),
            ("GOOGLE_APPLICATION_CREDENTIALS", &credentials),
            ("VERTEXAI_PROJECT", "my-project"),
            ("VERTEXAI_LOCATION", "europe-west4"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            ("AWS_REGION", "eu-west-1"),
        ];
        env.extend(token.map(|token| ("AWS_SESSION_TOKEN", token)));
        models(&user, &env).for_role(Role::Planner).clone()
    }

    /// What we send.
    fn ours(&self, witness: &Witness, token: Option<&str>) -> HttpRequest {
        let model = self.model(witness, token);
        let messages = conversation(self.picture, model.cache_markers);
        let request = Request { stop: &["</end>"], temperature: Some(0.5), top_p: Some(0.9), ..Request::new(&model, &messages) };
        outcome(&client(), &request).1.expect("it is refused");
        witness.take("ours")
    }

    /// What the vendor's SDK sends.
    fn theirs(&self, python: &std::path::Path, witness: &Witness) -> HttpRequest {
        let output = driver(python).args([self.name, &witness.url()]).output().expect("the driver runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        witness.take(&format!("{}, which said {}", self.name, String::from_utf8_lossy(&output.stdout)))
    }
}

fn driver(python: &std::path::Path) -> Command {
    let mut command = Command::new(python);
    command.arg(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rig/sdk_calls.py"));
    command
}

/// The body with names and bytes in the spelling that Google documents: its SDK writes some names as they are in Protocol
/// Buffers, and bytes in the alphabet for URLs; the services read both (<https://protobuf.dev/programming-guides/json/>).
fn body(request: &HttpRequest, google: bool) -> Value {
    let body = serde_json::from_slice(&request.body).expect("JSON");
    if google { camel(body) } else { body }
}

fn camel(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(camel).collect(),
        Value::Object(fields) => {
            let name = |name: String| {
                let mut words = name.split('_');
                let first = words.next().unwrap_or_default().to_owned();
                words.fold(first, |all, word| all + &word[..1].to_uppercase() + &word[1..])
            };
            let bytes = |text: &str| Value::from(text.replace('-', "+").replace('_', "/"));
            let value = |key: &str, value: Value| if key == "data" { bytes(value.as_str().unwrap_or_default()) } else { camel(value) };
            Value::Object(fields.into_iter().map(|(key, each)| (name(key.clone()), value(&key, each))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

#[test]
fn each_request_is_the_one_that_the_vendors_sdk_sends() {
    let Some(python) = sdk_python() else { return };
    let witness = Witness::start();
    for case in CASES {
        let (theirs, ours) = (case.theirs(&python, &witness), case.ours(&witness, None));
        assert_eq!((&ours.method, &ours.target), (&theirs.method, &theirs.target), "{}", case.name);
        let google = case.name.contains("gemini");
        assert_eq!(body(&ours, google), body(&theirs, google), "{}", case.name);
        for header in ["content-type", "anthropic-version", case.header] {
            assert_eq!(ours.header(header), theirs.header(header), "{} {header}", case.name);
        }
        assert!(case.header.is_empty() || ours.header(case.header).is_some_and(|value| value.contains(KEY)), "{}", case.name);
    }
}

#[test]
fn a_signature_is_the_one_that_botocore_makes_at_the_same_time() {
    let Some(python) = sdk_python() else { return };
    let witness = Witness::start();
    let case = CASES.iter().find(|case| case.name == "bedrock").expect("it is in the table");
    for token in [None, Some("a/token+of=a/session==")] {
        let ours = case.ours(&witness, token);
        let date = ours.header("x-amz-date").expect("a date");
        let seconds = jiff::fmt::strtime::parse("%Y%m%dT%H%M%S%z", format!("{}+0000", date.trim_end_matches('Z')))
            .and_then(|parsed| parsed.to_timestamp())
            .expect("a time")
            .as_second();
        let described = json!({ "seconds": seconds, "id": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": token,
                                "region": "eu-west-1", "body": String::from_utf8_lossy(&ours.body) });
        let url = format!("{}{}", witness.url(), ours.target);
        let mut child = driver(&python).args(["sign", &url]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the driver runs");
        child.stdin.take().expect("piped").write_all(described.to_string().as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let theirs: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stdout)));
        for header in ["authorization", "x-amz-date", "x-amz-security-token"] {
            assert_eq!(ours.header(header), theirs[header].as_str(), "{header}");
        }
    }
}
