//! Long conversations: summaries stand for what no request could tell any more.

use git_plandex::context::count_tokens;
use git_plandex::plan::{Change, EventKind, IdSource, Message, Record, Role, Stage};
use git_plandex::store::Store;
use serde_json::Value;

use crate::support::{Recorded, Rule, Sandbox};

/// 7.5 % of the window of the scripted models, with the padding of a model that nobody knows.
const LIMIT: u64 = 100_000 * 75 / 1000 * 100 / 130;

fn rules() -> Vec<Rule> {
    vec![
        Rule::reply("<summary>\n## Summary of the plan so far\n\nSecond: all of it, shorter.\n</summary>")
            .model("summarizer")
            .when(&["<earlier-summary>"]),
        Rule::reply("<summary>\nFirst: they talked.\n</summary>").model("summarizer"),
        Rule::reply("I see.\n\n<PlandexFinish/>\n").model("planner"),
    ]
}

/// A plan of this many messages of a chat, each of some fifty tokens.
fn sandbox(messages: usize) -> Sandbox {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], rules());
    sandbox.run(&["new", "talk"]).ok();
    sandbox.run(&["set-config", "auto-load-context", "false"]).ok();
    say(&sandbox, messages);
    sandbox
}

/// Adds messages in one event.
fn say(sandbox: &Sandbox, messages: usize) {
    let store = Store::discover(&sandbox.repo).expect("a repository");
    let mut snapshot = store.load(&"talk/main".parse().expect("a plan")).expect("it is there");
    store
        .append(&mut snapshot, &Record::new(EventKind::Reply, "Talk"), &mut |plan| {
            let mut ids = IdSource::after(plan.last_id());
            let mut message = |n: usize| {
                let role = if n.is_multiple_of(2) { Role::User } else { Role::Assistant };
                let text = format!("Message number {n}: {}", "word ".repeat(45));
                Change::Message(Message { stage: Some(Stage::Chat), ..Message::new(ids.next(1_700_000_000_000, 1), role, text) })
            };
            Ok((0..messages).map(&mut message).collect())
        })
        .expect("stored");
}

fn asked<'a>(requests: &'a [Recorded], model: &str) -> Vec<&'a Recorded> {
    requests.iter().filter(|request| request.model == model).collect()
}

/// What a request tells of the conversation.
fn conversation(request: &Recorded) -> &str {
    let (_, rest) = request.text.split_once("# The conversation so far").expect("a conversation");
    rest.split_once("Phase: chat ·").expect("then comes the question").0
}

fn summaries(sandbox: &Sandbox) -> Vec<Value> {
    serde_json::from_str::<Value>(&sandbox.run(&["summary", "--json"]).ok()).expect("JSON").as_array().expect("an array").clone()
}

#[test]
fn a_short_conversation_is_told_whole() {
    let sandbox = sandbox(20);
    sandbox.run(&["chat", "and now?"]).ok();
    let requests = sandbox.server.requests();
    assert_eq!(requests.len(), 1);
    assert!((0..20).all(|n| requests[0].text.contains(&format!("Message number {n}:"))));
    assert!(sandbox.run(&["summary"]).stderr.contains("there is no summary"));
    assert!(summaries(&sandbox).is_empty());
}

#[test]
fn a_conversation_of_300_messages_stays_under_its_limit_by_a_summary() {
    let sandbox = sandbox(300);
    let ran = sandbox.run(&["chat", "and now?", "--json"]);
    assert!(ran.events().iter().any(|event| event["event"] == "usage" && event["role"] == "summarizer"), "{}", ran.stdout);
    let requests = sandbox.server.requests();
    let [summary] = asked(&requests, "summarizer")[..] else { panic!("one summary") };
    assert!(summary.text.contains("Message number 0:") && !summary.text.contains("Message number 299:"));
    let told = conversation(asked(&requests, "planner")[0]);
    assert!(told.contains("<summary>\n## Summary of the plan so far\n\nFirst: they talked.\n</summary>"), "with its heading");
    assert!(told.contains("Message number 299:") && !told.contains("Message number 0:"));
    assert!(count_tokens(told) <= LIMIT, "{} of {LIMIT}", count_tokens(told));
    let row = &summaries(&sandbox)[0];
    let covered = row["messages"].as_u64().expect("a number");
    let first_told = (0..300).find(|n| told.contains(&format!("Message number {n}:")));
    assert_eq!(first_told, Some(covered), "nothing is lost between the two");
    assert_eq!(sandbox.run(&["summary", "--plain"]).ok(), "## Summary of the plan so far\n\nFirst: they talked.\n");
    let trailers = sandbox.git(&["log", "--grep", "Summarize the conversation", "--format=%(trailers)", "refs/plandex/plans/talk/main"]);
    for trailer in ["Plandex-Event: summary", "Plandex-Model: my-summarizer", "Plandex-Tokens: "] {
        assert!(trailers.contains(trailer), "{trailers}");
    }
    let done = ran.events().pop().expect("the end");
    assert_eq!(done["usage"]["input_tokens"], 200, "the summary counts like every call");
    sandbox.fsck();
}

#[test]
fn a_summary_serves_many_requests_and_the_next_goes_on_from_it() {
    let sandbox = sandbox(300);
    (0..3).for_each(|_| drop(sandbox.run(&["chat", "and now?"]).ok()));
    assert_eq!(asked(&sandbox.server.requests(), "summarizer").len(), 1);
    say(&sandbox, 100);
    sandbox.run(&["chat", "and now?"]).ok();
    let requests = sandbox.server.requests();
    let last = *asked(&requests, "summarizer").last().expect("a second one");
    assert_eq!(asked(&requests, "summarizer").len(), 2);
    assert!(last.text.contains("First: they talked."));
    let told = conversation(requests.last().expect("the planner's"));
    assert!(told.contains("Second: all of it, shorter.") && !told.contains("First: they talked."), "{told}");
    assert!(count_tokens(told) <= LIMIT);
}

#[test]
fn a_rewind_to_before_the_summary_does_not_use_it_and_a_later_branch_does() {
    let sandbox = sandbox(300);
    let before = sandbox.git(&["rev-parse", "refs/plandex/plans/talk/main"]);
    sandbox.run(&["chat", "and now?"]).ok();
    sandbox.run(&["checkout", "--yes", "later"]).ok();
    sandbox.run(&["checkout", "main"]).ok();
    sandbox.run(&["rewind", &before]).ok();
    assert!(summaries(&sandbox).is_empty(), "it is gone with what it summarized");
    sandbox.server.set(vec![
        Rule::reply("<summary>Told anew.</summary>").model("summarizer").unless(&["<earlier-summary>"]),
        Rule::reply("I see.\n\n<PlandexFinish/>\n").model("planner"),
    ]);
    sandbox.run(&["chat", "and now?"]).ok();
    let told = conversation(sandbox.server.requests().last().expect("asked")).to_owned();
    assert!(told.contains("Told anew.") && !told.contains("First: they talked."));
    sandbox.run(&["checkout", "later"]).ok();
    assert!(summaries(&sandbox)[0]["text"].as_str().expect("text").contains("First: they talked."));
    sandbox.run(&["chat", "and now?"]).ok();
    assert!(conversation(sandbox.server.requests().last().expect("asked")).contains("First: they talked."));
}

#[test]
fn a_summarizer_that_fails_does_not_keep_the_run_from_going_on() {
    let sandbox = sandbox(300);
    sandbox.server.set(vec![
        Rule::status(400, r#"{"error":{"message":"no summaries today"}}"#).model("summarizer"),
        Rule::reply("I see.\n\n<PlandexFinish/>\n").model("planner"),
    ]);
    let ran = sandbox.run(&["chat", "and now?"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("the conversation could not be summarized") && ran.stderr.contains("no summaries today"), "{}", ran.stderr);
    assert!(sandbox.server.requests().last().expect("asked").text.contains("Message number 0:"));
}

#[test]
fn a_conversation_longer_than_the_summarizer_can_read_is_summarized_in_steps() {
    let sandbox = sandbox(3000);
    sandbox.run(&["chat", "and now?"]).ok();
    let requests = sandbox.server.requests();
    let summarizers = asked(&requests, "summarizer");
    assert!(summarizers.len() > 1 && summarizers.iter().all(|request| count_tokens(&request.text) < 92_000), "{}", summarizers.len());
    assert!(summarizers[1].text.contains("<earlier-summary>"));
    assert!(count_tokens(conversation(requests.last().expect("the planner's"))) <= LIMIT);
}
