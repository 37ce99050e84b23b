//! What it costs to read a reply as it streams in: `cargo bench --bench llm`.
//!
//! The bar: 100 MB of server-sent events take at most twice the time that serde_json alone takes to read the same documents
//! into values. Beside it stands the time in which serde_json only skips over them.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use git_plandex::config::{Environment, Model, ModelSources, Models, Role};
use git_plandex::llm::{Delta, ReplyReader};
use serde::de::IgnoredAny;

/// How much is read.
const BYTES: usize = 100 << 20;
/// What one read of a socket brings.
const READ: usize = 16 << 10;
/// The runs of which the best counts.
const RUNS: usize = 5;

fn main() {
    println!(
        "{:<18} {:>9} {:>11} {:>11} {:>11} {:>9} {:>9} {:>10}",
        "format", "events", "ours", "skipped", "Value", "/skipped", "/Value", "per event"
    );
    let mut worst: f64 = 0.0;
    for (name, provider, event) in [
        ("chat completions", "api: openai", openai as fn(&str) -> String),
        ("responses", "api: openai-responses", responses),
        ("anthropic", "api: anthropic", anthropic),
        ("gemini", "api: google", gemini),
    ] {
        worst = worst.max(measure(name, &model(provider), event));
    }
    println!("\nframing alone (blank events are skipped): {:.0} MB/s", framing_speed());
    println!("worst ratio to serde_json alone: {worst:.2} (bar: 2.00)");
    assert!(worst <= 2.0, "decoding is slower than it may be");
}

/// Reads the same bytes in every way; gives our time over that of serde_json alone.
fn measure(name: &str, model: &Model, event: fn(&str) -> String) -> f64 {
    let (body, events) = body(event);
    let documents: Vec<&str> = body.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    let ours = best(|| {
        let mut reader = ReplyReader::new(model);
        let mut deltas = Vec::new();
        for piece in body.as_bytes().chunks(READ) {
            deltas.clear();
            reader.push(piece, &mut deltas).expect("well-formed");
            black_box(&deltas);
        }
    });
    let skipped = best(|| documents.iter().for_each(|document| assert!(black_box(serde_json::from_str::<IgnoredAny>(document)).is_ok())));
    let value =
        best(|| documents.iter().for_each(|document| drop(black_box(serde_json::from_str::<serde_json::Value>(document).expect("JSON")))));
    let ratio = |other: Duration| ours.as_secs_f64() / other.as_secs_f64();
    println!(
        "{name:<18} {events:>9} {ours:>11.1?} {skipped:>11.1?} {value:>11.1?} {:>9.2} {:>9.2} {:>8.0} ns",
        ratio(skipped),
        ratio(value),
        ours.as_secs_f64() * 1e9 / events as f64
    );
    ratio(value)
}

fn best(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..RUNS).map(time).min().expect("at least one run")
}

fn framing_speed() -> f64 {
    let body =
        ": a comment of the length that an event has, with nothing in it that anybody reads, over and over again\n\n".repeat(BYTES / 104);
    let model = model("api: openai");
    let time = best(|| {
        let mut reader = ReplyReader::new(&model);
        let mut deltas: Vec<Delta> = Vec::new();
        body.as_bytes().chunks(READ).for_each(|piece| reader.push(piece, &mut deltas).expect("well-formed"));
    });
    body.len() as f64 / 1e6 / time.as_secs_f64()
}

fn body(event: fn(&str) -> String) -> (String, usize) {
    let words = [" the", " quick", " brown\\n", " fn main() {", "\\tlet größe = \\\"ü\\\";", "}\\n", " 日本語", "."];
    let mut body = String::with_capacity(BYTES + 1024);
    let mut events = 0;
    while body.len() < BYTES {
        body += "data: ";
        body += &event(words[events % words.len()]);
        body += "\n\n";
        events += 1;
    }
    (body, events)
}

fn openai(text: &str) -> String {
    format!(
        r#"{{"id":"chatcmpl-BnXq3V9x1Wm7Q4tYc0aE5sLkZ8uHd","object":"chat.completion.chunk","created":1790000000,"model":"gpt-6.1-sol-2026-09-01","service_tier":"default","system_fingerprint":"fp_0392822090","choices":[{{"index":0,"delta":{{"content":"{text}"}},"logprobs":null,"finish_reason":null}}],"usage":null,"obfuscation":"a8Kd0"}}"#
    )
}

fn responses(text: &str) -> String {
    format!(
        r#"{{"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_68a1b2c3d4e5f60718293a4b5c6d7e8f","output_index":0,"content_index":0,"delta":"{text}","logprobs":[],"obfuscation":"x9Yz1"}}"#
    )
}

fn anthropic(text: &str) -> String {
    format!(r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{text}"}}}}"#)
}

fn gemini(text: &str) -> String {
    format!(
        r#"{{"candidates":[{{"content":{{"parts":[{{"text":"{text}"}}],"role":"model"}},"index":0}}],"usageMetadata":{{"promptTokenCount":1200,"candidatesTokenCount":34,"totalTokenCount":1234,"promptTokensDetails":[{{"modality":"TEXT","tokenCount":1200}}]}},"modelVersion":"gemini-4-argon","responseId":"Xk3aaPzRJ8yAmtkP"}}"#
    )
}

fn model(provider: &str) -> Model {
    let user = format!(
        "providers: {{ p: {{ {provider}, base_url: 'http://127.0.0.1:9' }} }}
packs: {{ p: {{ planner: p/m, summarizer: p/m, builder: p/m, names: p/m, commit-messages: p/m, auto-continue: p/m }} }}"
    );
    let env = Environment::default();
    let sources = ModelSources { env: &env, user: Some(&user), pack: None, overrides: &BTreeMap::new(), local: &[] };
    Models::resolve(&sources).expect("a pack").for_role(Role::Planner).clone()
}
