//! A thousand seeded replies over servers that fail in every way: the right result or a clear error, nothing lost, nothing paid twice.

mod support;

use std::time::Duration;

use git_plandex::config::{Api, Mask, Model};
use git_plandex::llm::{Client, Delta, Error, Options, Request};
use git_plandex::plan::{ChatMessage, ChatRole};
use support::{EVERY_FORMAT, Rule, ScriptedServer, Then, model, outcome, prompt, text};

/// How many replies.
const RUNS: u64 = 1000;
/// Threads that work at the same time.
const WORKERS: u64 = 8;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    None,
    LimitedWithDelay,
    Limited,
    Failed,
    OverloadedWithoutReason,
    Cut,
    Silence,
    SilenceFromTheStart,
    Page,
    PageOfAGateway,
    WrongType,
    Endless,
    ClosedEarly,
    Refused,
}

const TROUBLES: &[Trouble] = &[
    Trouble::None,
    Trouble::LimitedWithDelay,
    Trouble::Limited,
    Trouble::Failed,
    Trouble::OverloadedWithoutReason,
    Trouble::Cut,
    Trouble::Silence,
    Trouble::SilenceFromTheStart,
    Trouble::Page,
    Trouble::PageOfAGateway,
    Trouble::WrongType,
    Trouble::Endless,
    Trouble::ClosedEarly,
    Trouble::Refused,
];

/// One run, drawn from its seed.
struct Run {
    api: Api,
    trouble: Trouble,
    text: String,
    piece: usize,
    chunk: usize,
    cut: usize,
    reasons: bool,
}

impl Run {
    fn of(seed: u64) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let words = ["fn main() {\n", "größe ", "🎉", "\"quoted\" ", "\\n", "</Plandex>", "data: x\n\n", "日本語 ", "\r\n", "\t}", "a"];
        let text: String = (0..dice.usize(1..60)).map(|_| words[dice.usize(..words.len())]).collect();
        Self {
            api: EVERY_FORMAT[dice.usize(..EVERY_FORMAT.len())],
            trouble: TROUBLES[dice.usize(..TROUBLES.len())],
            text: format!("x{text}"),
            piece: dice.usize(1..20),
            chunk: [1, 7, 64, 4096][dice.usize(..4)],
            cut: dice.usize(..4000),
            reasons: dice.bool(),
        }
    }

    fn reply(&self) -> Rule {
        let rule = Rule::reply(&self.text).piece(self.piece).usage(10, 4, 3);
        if self.reasons { rule.reasoning("let me see") } else { rule }
    }

    /// What the server does first.
    fn first(&self) -> Rule {
        let answer = |head: &str, body: &str| Rule::raw(format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n{body}"), Then::Close);
        match self.trouble {
            Trouble::None => self.reply(),
            Trouble::LimitedWithDelay => Rule::status(429, "{}").header("Retry-After", "0"),
            Trouble::Limited => Rule::status(429, r#"{"error":{"message":"slow down","type":"rate_limit_error"}}"#),
            Trouble::Failed => Rule::status(500, "oops"),
            Trouble::OverloadedWithoutReason => answer("529", "overloaded"),
            Trouble::Cut => self.reply().cut_after(self.cut, Then::Close),
            Trouble::Silence => self.reply().cut_after(self.cut, Then::Hold),
            Trouble::SilenceFromTheStart => Rule::raw(b"".as_slice(), Then::Hold),
            Trouble::Page => answer("200 OK", "<html><title>Sign in</title></html>"),
            Trouble::PageOfAGateway => answer("502 Bad Gateway", "<html><title>502</title></html>"),
            Trouble::WrongType => answer("200 OK\r\ncontent-type: application/octet-stream", "It works!"),
            // Late enough for some text to be among what is repeated, so that the limit of a reply ends it.
            Trouble::Endless => self.reply().cut_after(self.cut.max(1200), Then::Repeat),
            Trouble::ClosedEarly => Rule::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n".as_slice(), Then::Close),
            Trouble::Refused => Rule::status(401, r#"{"error":{"message":"bad key","type":"authentication_error"}}"#),
        }
    }

    fn is_silent(&self) -> bool {
        matches!(self.trouble, Trouble::Silence | Trouble::SilenceFromTheStart)
    }

    fn client(&self) -> Client {
        let moment = Duration::from_millis(1);
        let options = Options { max_retries: 2, retry_base: moment, max_reply_bytes: 8192, ..Options::default() };
        let short = Duration::from_millis(80);
        let options = match self.is_silent() {
            true => Options {
                local_first_token_timeout: short,
                first_token_timeout: short,
                chunk_timeout: short,
                trailer_timeout: short,
                ..options
            },
            false => options,
        };
        Client::new(options, Mask::default())
    }
}

fn reasoning(deltas: &[Delta]) -> usize {
    deltas.iter().map(|delta| if let Delta::Reasoning(text) = delta { text.len() } else { 0 }).sum()
}

/// Every run ends in the whole text, or in an error that names itself, behind what had come.
fn check(seed: u64) {
    let run = Run::of(seed);
    let what = format!("seed {seed}: {:?}, {:?} after {} bytes", run.api, run.trouble, run.cut);
    let server = ScriptedServer::start(vec![run.first().once(), run.reply()]);
    server.chunk(run.chunk);
    let model = model(&server, run.api);
    let (client, messages) = (run.client(), prompt("go"));
    let (deltas, error) = outcome(&client, &Request::new(&model, &messages));
    let came = text(&deltas);
    let asked = server.requests().len();
    let retries = deltas.iter().filter(|delta| matches!(delta, Delta::Retry { .. })).count();
    assert!(asked <= retries + 1, "{what}: {asked} requests, each of them a first one or one of {retries} retries that were told");
    // On a busy machine the little patience of these may end before the server has read the request.
    assert!(run.is_silent() || asked == retries + 1, "{what}: {asked} requests and {retries} retries");
    let first_output = deltas.iter().position(|delta| matches!(delta, Delta::Text(_) | Delta::Reasoning(_))).unwrap_or(deltas.len());
    let late = deltas[first_output..].iter().any(|delta| matches!(delta, Delta::Retry { .. }));
    assert!(!late, "{what}: nothing is asked for twice once it has begun to come");
    match error {
        None if run.trouble == Trouble::Endless => assert!(came.starts_with(&run.text), "{what}: {came:?}"),
        None => assert_eq!(came, run.text, "{what}"),
        Some(error) => {
            assert_clear(&error, &what);
            assert_ne!(run.trouble, Trouble::None, "{what}: {error}");
            assert_eq!(error.received as usize, came.len() + reasoning(&deltas), "{what}: {error}");
            if run.trouble != Trouble::Endless {
                assert!(run.text.starts_with(&came), "{what}: {came:?}");
                go_on(&server, &model, &run, &came, &what);
            }
        }
    }
}

/// The error says who, what and what to do.
fn assert_clear(error: &Error, what: &str) {
    let shown = error.to_string();
    assert!(shown.starts_with("scripted: ") && shown.contains("model planner"), "{what}: {shown}");
    assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{what}: {shown}");
    assert!(!shown.contains(['\n', '\x1b']), "{what}: {shown}");
}

/// The caller goes on from what came, and has the whole text then.
fn go_on(server: &ScriptedServer, model: &Model, run: &Run, came: &str, what: &str) {
    let rest = &run.text[came.len()..];
    if came.is_empty() || rest.is_empty() {
        return;
    }
    server.set(vec![Rule::reply(rest).when(&[came.trim_end()])]);
    let messages =
        [ChatMessage::new(ChatRole::User, "go"), ChatMessage::new(ChatRole::Assistant, came), ChatMessage::new(ChatRole::User, "go on")];
    let patient = Client::new(Options { max_retries: 0, ..Options::default() }, Mask::default());
    let (deltas, error) = outcome(&patient, &Request::new(model, &messages));
    assert!(error.is_none(), "{what}: {error:?}");
    assert_eq!(format!("{came}{}", text(&deltas)), run.text, "{what}: the rest follows on what came");
}

#[test]
fn a_thousand_replies_end_in_the_right_result_or_a_clear_error() {
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            scope.spawn(move || (0..RUNS).filter(|seed| seed % WORKERS == worker).for_each(check));
        }
    });
}
