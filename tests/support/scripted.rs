//! A model server that answers by rules, in all three wire formats on one port.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};

use git_plandex::config::Api;
use serde_json::{Value, json};

use super::http::{HttpRequest, RawServer, wait_for_hangup, write_chunks};
use super::wire::{Reply, api_of, model_of, text_of};

/// What becomes of the connection after the last byte of an answer that does not end as it should.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Then {
    /// It is closed.
    Close,
    /// Nothing more comes until the client hangs up.
    Hold,
    /// The rest follows when the test says [`ScriptedServer::go_on`].
    Pause,
    /// The last 4,096 bytes, less a line end, are repeated for ever as HTTP chunks.
    Repeat,
}

#[derive(Debug, Clone)]
enum Answer {
    Reply(Reply),
    Status { status: u16, headers: String, body: String },
    Raw(Vec<u8>, Then),
}

/// What to answer, and to which requests. The first rule that fits a request answers it.
#[derive(Debug, Clone)]
pub struct Rule {
    contains: Vec<String>,
    lacks: Vec<String>,
    model: Option<String>,
    left: Option<usize>,
    /// How much of the reply's body is sent, and what follows.
    cut: Option<(usize, Then)>,
    /// Bytes that follow the first so many of the reply's text, in the place of the rest.
    break_with: Option<(usize, String)>,
    answer: Answer,
}

impl Rule {
    fn new(answer: Answer) -> Self {
        Self { contains: Vec::new(), lacks: Vec::new(), model: None, left: None, cut: None, break_with: None, answer }
    }

    /// Answers with a reply of this text.
    pub fn reply(text: impl Into<String>) -> Self {
        let text = text.into();
        let usage = (100, 0, (text.len() as u64).div_ceil(4).max(1));
        Self::new(Answer::Reply(Reply { text, reasoning: String::new(), usage, cut_short: false, piece: 24 }))
    }

    /// Answers with the status of an error and a body.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        Self::new(Answer::Status { status, headers: String::new(), body: body.into() })
    }

    /// Answers with bytes, headers included.
    pub fn raw(bytes: impl Into<Vec<u8>>, then: Then) -> Self {
        Self::new(Answer::Raw(bytes.into(), then))
    }

    /// Answers with an event stream of exactly these bytes, which ends there.
    pub fn stream(body: impl AsRef<[u8]>) -> Self {
        let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_vec();
        bytes.extend_from_slice(body.as_ref());
        Self::raw(bytes, Then::Close)
    }

    /// Only for requests whose text holds each of these.
    pub fn when(mut self, words: &[&str]) -> Self {
        self.contains.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Only for requests whose text holds none of these.
    pub fn unless(mut self, words: &[&str]) -> Self {
        self.lacks.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Only for requests to this model.
    pub fn model(mut self, name: &str) -> Self {
        self.model = Some(name.to_owned());
        self
    }

    /// Only so many times.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Only once.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// With tokens: input, of which cached, and output.
    pub fn usage(self, input: u64, cached: u64, output: u64) -> Self {
        self.with_reply(|reply| reply.usage = (input, cached, output))
    }

    /// With reasoning before the text.
    pub fn reasoning(self, text: &str) -> Self {
        self.with_reply(|reply| text.clone_into(&mut reply.reasoning))
    }

    /// As if the output limit had ended it.
    pub fn cut_short(self) -> Self {
        self.with_reply(|reply| reply.cut_short = true)
    }

    /// With so many bytes of text in each event.
    pub fn piece(self, size: usize) -> Self {
        self.with_reply(|reply| reply.piece = size)
    }

    /// Sends only the first bytes of the body.
    pub fn cut_after(mut self, bytes: usize, then: Then) -> Self {
        self.cut = Some((bytes, then));
        self
    }

    /// Pauses after so many bytes of the text, until [`ScriptedServer::go_on`].
    pub fn pause_at(mut self, text_bytes: usize) -> Self {
        self.cut = Some((text_bytes, Then::Pause));
        self
    }

    /// Sends the first bytes of the text, then this event and nothing more.
    pub fn break_with(mut self, text_bytes: usize, event: impl Into<String>) -> Self {
        self.break_with = Some((text_bytes, event.into()));
        self
    }

    /// Adds a header to the status of an error.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Answer::Status { headers, .. } = &mut self.answer {
            *headers += &format!("{name}: {value}\r\n");
        }
        self
    }

    fn with_reply(mut self, change: impl FnOnce(&mut Reply)) -> Self {
        if let Answer::Reply(reply) = &mut self.answer {
            change(reply);
        }
        self
    }

    fn fits(&self, request: &Recorded) -> bool {
        self.left != Some(0)
            && self.model.as_ref().is_none_or(|name| *name == request.model)
            && self.contains.iter().all(|word| request.text.contains(word))
            && !self.lacks.iter().any(|word| request.text.contains(word))
    }

    /// The body of the reply as far as it is sent, and what follows.
    fn body(&self, reply: &Reply, api: Api) -> (Vec<u8>, Option<Then>) {
        let mut body = reply.body(api);
        if let Some((bytes, event)) = &self.break_with {
            let begun = Reply { text: reply.text[..*bytes].to_owned(), ..reply.clone() };
            body = begun.body(api);
            body.truncate(reply.begun(*bytes, api));
            body.extend_from_slice(format!("{event}\n\n").as_bytes());
        }
        match self.cut {
            Some((bytes, then)) => {
                body.truncate(bytes);
                (body, Some(then))
            }
            None => (body, None),
        }
    }
}

/// A request that the server received.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The wire format.
    pub api: Api,
    /// The path with its query.
    pub target: String,
    /// The model that was asked.
    pub model: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Value,
    /// Every text in it, system first.
    pub text: String,
    /// Whether a rule fitted.
    pub answered: bool,
}

impl Recorded {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Log {
    requests: Vec<Recorded>,
    hangups: usize,
    goes_on: bool,
}

struct Shared {
    rules: Mutex<Vec<Rule>>,
    log: Mutex<Log>,
    changed: Condvar,
    /// Bytes in one HTTP chunk.
    chunk: Mutex<usize>,
}

const HELD: &str = "no thread panics while it holds this";

/// A model server on loopback. Dropping it stops it.
pub struct ScriptedServer {
    shared: Arc<Shared>,
    server: RawServer,
}

impl ScriptedServer {
    /// Starts a server with these rules.
    pub fn start(rules: Vec<Rule>) -> Self {
        let chunk = Mutex::new(4096);
        let shared = Arc::new(Shared { rules: Mutex::new(rules), log: Mutex::default(), changed: Condvar::new(), chunk });
        let server = RawServer::start({
            let shared = shared.clone();
            move |request, stream| shared.serve(request, stream)
        });
        Self { shared, server }
    }

    /// Sends bodies in chunks of so many bytes from now on.
    pub fn chunk(&self, bytes: usize) -> &Self {
        *self.shared.chunk.lock().expect(HELD) = bytes;
        self
    }

    /// Adds a rule behind the others.
    pub fn add(&self, rule: Rule) -> &Self {
        self.shared.rules.lock().expect(HELD).push(rule);
        self
    }

    /// Answers by these rules from now on.
    pub fn set(&self, rules: Vec<Rule>) -> &Self {
        *self.shared.rules.lock().expect(HELD) = rules;
        self
    }

    /// The base URL in the form that the vendor's SDK takes.
    pub fn url(&self, api: Api) -> String {
        let path = if matches!(api, Api::Openai | Api::Responses) { "/v1" } else { "" };
        format!("http://{}{path}", self.server.address())
    }

    /// `HOST:PORT`, for `OLLAMA_HOST` for example.
    pub fn host(&self) -> String {
        self.server.address().to_string()
    }

    /// A `models.yml` with one pack, `scripted`, of models that are named like their roles.
    pub fn models_yml(&self, api: Api) -> String {
        let key = if api == Api::Azure { ", api_key_env: SCRIPTED_KEY" } else { "" };
        let mut yml = format!("providers:\n  scripted: {{ api: {}, base_url: '{}'{key} }}\nmodels:\n", api.as_str(), self.url(api));
        for role in git_plandex::config::Role::ALL {
            yml += &format!("  my-{role}: {{ provider: scripted, model: {role}, context_window: 100000, max_output_tokens: 8000 }}\n");
        }
        yml += "packs:\n  scripted:\n";
        for role in git_plandex::config::Role::ALL {
            yml += &format!("    {role}: my-{role}\n");
        }
        yml
    }

    /// The variables with which a provider of that format is reached.
    pub fn environment(&self, api: Api) -> Vec<(&'static str, String)> {
        match api {
            Api::Azure => vec![("SCRIPTED_KEY", "key-of-azure".to_owned())],
            Api::Bedrock => {
                [("AWS_ACCESS_KEY_ID", "AKIDSCRIPTED"), ("AWS_SECRET_ACCESS_KEY", "secret-of-amazon"), ("AWS_REGION", "eu-west-1")]
                    .map(|(name, value)| (name, value.to_owned()))
                    .to_vec()
            }
            Api::Vertex => {
                let credentials = json!({ "type": "authorized_user", "client_id": "me", "client_secret": "secret-of-client",
                    "refresh_token": "token-of-mine", "token_uri": format!("http://{}/token", self.server.address()) });
                vec![("GOOGLE_APPLICATION_CREDENTIALS", credentials.to_string()), ("VERTEXAI_PROJECT", "my-project".to_owned())]
            }
            _ => Vec::new(),
        }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.log.lock().expect(HELD).requests.clone()
    }

    /// Waits until so many requests have come.
    pub fn wait_for_requests(&self, count: usize) {
        drop(self.shared.changed.wait_while(self.shared.log.lock().expect(HELD), |log| log.requests.len() < count).expect(HELD));
    }

    /// Lets paused replies, and those that would pause from now on, come to their end.
    pub fn go_on(&self) {
        self.shared.log.lock().expect(HELD).goes_on = true;
        self.shared.changed.notify_all();
    }

    /// Waits until so many clients have hung up on a reply that was held.
    pub fn wait_for_hangups(&self, count: usize) {
        drop(self.shared.changed.wait_while(self.shared.log.lock().expect(HELD), |log| log.hangups < count).expect(HELD));
    }
}

impl Shared {
    fn serve(&self, request: HttpRequest, stream: &mut TcpStream) -> std::io::Result<bool> {
        let Some(api) = api_of(&request.target) else { return self.serve_other(&request, stream) };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let (model, text) = (model_of(api, &request.target, &body), text_of(&body));
        let mut recorded = Recorded { api, target: request.target, model, headers: request.headers, body, text, answered: false };
        let rule = self.choose(&recorded);
        recorded.answered = rule.is_some();
        let excerpt: String = recorded.text.chars().rev().take(300).collect::<Vec<_>>().into_iter().rev().collect();
        let model = recorded.model.clone();
        // Claude answers in its own format there.
        let form = if recorded.target.ends_with(":streamRawPredict") { Api::Anthropic } else { api };
        self.log.lock().expect(HELD).requests.push(recorded);
        self.changed.notify_all();
        match rule {
            Some(rule) => self.answer(&rule, form, stream),
            None => {
                let message = format!("no rule for this request to {model}: … {excerpt}");
                write_whole(stream, 400, "", &json!({ "error": { "type": "invalid_request_error", "message": message } }).to_string())
            }
        }
    }

    fn serve_other(&self, request: &HttpRequest, stream: &mut TcpStream) -> std::io::Result<bool> {
        if request.target == "/token" {
            return write_whole(stream, 200, "", &json!({ "access_token": "token-of-google", "expires_in": 3599 }).to_string());
        }
        if request.target == "/v1/models" {
            let list = json!({ "object": "list", "data": [{ "id": "embedder-embed" }, { "id": "scripted", "meta": { "n_ctx": 12345 } }] });
            return write_whole(stream, 200, "", &list.to_string());
        }
        write_whole(stream, 404, "", "404 page not found")
    }

    fn choose(&self, request: &Recorded) -> Option<Rule> {
        let mut rules = self.rules.lock().expect(HELD);
        let rule = rules.iter_mut().find(|rule| rule.fits(request))?;
        rule.left = rule.left.map(|left| left - 1);
        Some(rule.clone())
    }

    fn answer(&self, rule: &Rule, api: Api, stream: &mut TcpStream) -> std::io::Result<bool> {
        let chunk = *self.chunk.lock().expect(HELD);
        match &rule.answer {
            Answer::Status { status, headers, body } => write_whole(stream, *status, headers, body),
            Answer::Raw(bytes, then) => {
                bytes.chunks(chunk).try_for_each(|piece| stream.write_all(piece))?;
                self.after(*then, bytes, stream)
            }
            Answer::Reply(reply) => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")?;
                if let Some((bytes, Then::Pause)) = rule.cut {
                    return self.pause(&reply.body(api), reply.begun(bytes - bytes % reply.piece, api), chunk, stream);
                }
                let (body, then) = rule.body(reply, api);
                write_chunks(stream, &body, chunk)?;
                match then {
                    Some(then) => self.after(then, &body, stream),
                    None => stream.write_all(b"0\r\n\r\n").map(|()| true),
                }
            }
        }
    }

    /// Sends a body with a pause after its first bytes.
    fn pause(&self, body: &[u8], first: usize, chunk: usize, stream: &mut TcpStream) -> std::io::Result<bool> {
        write_chunks(stream, &body[..first], chunk)?;
        drop(self.changed.wait_while(self.log.lock().expect(HELD), |log| !log.goes_on).expect(HELD));
        write_chunks(stream, &body[first..], chunk)?;
        stream.write_all(b"0\r\n\r\n").map(|()| true)
    }

    fn after(&self, then: Then, bytes: &[u8], stream: &mut TcpStream) -> std::io::Result<bool> {
        match then {
            Then::Close | Then::Pause => return Ok(false),
            Then::Hold => wait_for_hangup(stream),
            Then::Repeat => {
                let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
                while write_chunks(stream, &bytes[bytes.len().saturating_sub(4096)..], 4096).is_ok() {}
            }
        }
        self.log.lock().expect(HELD).hangups += 1;
        self.changed.notify_all();
        Ok(false)
    }
}

fn write_whole(stream: &mut TcpStream, status: u16, headers: &str, body: &str) -> std::io::Result<bool> {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    write!(stream, "HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())?;
    Ok(true)
}
