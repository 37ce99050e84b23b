//! When a model cannot answer, another takes over and the user is told why; and what it all costs.

use git_plandex::config::Api;
use serde_json::Value;

use crate::support::{Rule, Sandbox};

/// A small model, a large one and a spare one at one provider, and the small one at another provider too.
fn sandbox(rules: Vec<Rule>) -> Sandbox {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], rules);
    let url = sandbox.server.url(Api::Openai);
    sandbox.models_yml(&format!(
        "
providers:
  acme: {{ api: openai, base_url: '{url}' }}
  other: {{ api: openai, base_url: '{url}' }}
models:
  small:
    provider: acme
    model: small
    context_window: 40000
    max_output_tokens: 4000
    prices: {{ input: 1, cached_input: 0.1, output: 4 }}
    elsewhere: [{{ provider: other, model: small-elsewhere }}]
  large: {{ provider: acme, model: large, context_window: 900000, max_output_tokens: 4000, prices: {{ input: 2, output: 8 }} }}
  spare: {{ provider: acme, model: spare, context_window: 40000, max_output_tokens: 4000, prices: {{ input: 2, output: 8 }} }}
packs:
  scripted:
    planner: {{ model: small, large_context: large, error: spare }}
    summarizer: small
    builder: small
    names: small
    commit-messages: small
    auto-continue: small
"
    ));
    sandbox.run(&["new", "p"]).ok();
    sandbox
}

fn chat(sandbox: &Sandbox, more: &[&str]) -> crate::support::Ran {
    sandbox.run(&[&["chat", "--basic", "What is it?"][..], more].concat())
}

fn asked(sandbox: &Sandbox) -> Vec<String> {
    let model = |body: &Value| body["model"].as_str().unwrap_or_default().to_owned();
    sandbox.server.requests().iter().map(|request| model(&request.body)).collect()
}

fn refusal(code: &str, words: &str) -> String {
    format!(r#"{{"error":{{"message":"{words}","type":"invalid_request_error","code":"{code}"}}}}"#)
}

#[test]
fn a_model_that_fails_is_followed_by_the_one_that_the_pack_names_and_the_reason_is_said() {
    let sandbox =
        sandbox(vec![Rule::status(400, refusal("odd", "this cannot be done")).model("small"), Rule::reply("Fine.").model("spare")]);
    let ran = chat(&sandbox, &[]);
    assert!(ran.stderr.contains("this cannot be done; spare at acme takes over"), "{}", ran.stderr);
    assert!(ran.ok().contains("Fine."));
    assert_eq!(asked(&sandbox), ["small", "spare"]);
    assert!(sandbox.git(&["log", "-1", "--format=%B", "refs/plandex/plans/p/main"]).contains("Plandex-Model: spare"));
}

#[test]
fn a_provider_that_refuses_the_key_is_followed_by_another_with_the_same_model() {
    let rules =
        vec![Rule::status(401, refusal("invalid_api_key", "bad key")).model("small"), Rule::reply("Fine.").model("small-elsewhere")];
    let sandbox = sandbox(rules);
    let ran = chat(&sandbox, &[]);
    assert!(ran.stderr.contains("small at other takes over"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(asked(&sandbox), ["small", "small-elsewhere"]);
}

#[test]
fn a_request_that_the_provider_finds_too_long_goes_to_a_larger_window() {
    let rules = vec![Rule::status(400, refusal("context_length_exceeded", "too long")).model("small"), Rule::reply("Fine.").model("large")];
    let sandbox = sandbox(rules);
    let ran = chat(&sandbox, &[]);
    assert!(ran.stderr.contains("large at acme takes over"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(asked(&sandbox), ["small", "large"]);
}

#[test]
fn a_request_that_is_too_long_by_our_own_count_is_not_sent_to_the_small_model() {
    let sandbox = sandbox(vec![Rule::reply("Fine.").model("large")]);
    sandbox.write("long.txt", "All work and no play makes Jack a dull boy.\n".repeat(8_000));
    sandbox.run(&["load", "long.txt"]).ok();
    let ran = chat(&sandbox, &[]);
    assert!(ran.stderr.contains("tokens are more than small takes; large at acme takes over"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(asked(&sandbox), ["large"]);
}

#[test]
fn when_nothing_is_left_the_last_reason_is_the_error() {
    let sandbox = sandbox(vec![Rule::status(400, refusal("odd", "this cannot be done"))]);
    let words = chat(&sandbox, &[]).fails(3);
    assert!(words.contains("error: acme: the provider cannot do this (model spare, status 400): this cannot be done"), "{words}");
    assert_eq!(asked(&sandbox), ["small", "spare"]);
}

#[test]
fn a_stream_that_breaks_goes_on_from_what_arrived_and_no_part_is_paid_twice() {
    let text = "One two three four five six seven eight nine ten.";
    let rules = vec![
        Rule::reply(text).model("small").once().piece(8).break_with(24, r#"data: {"error":{"message":"upstream","code":502}}"#),
        Rule::reply("five six seven eight nine ten.").model("small").usage(1_000, 0, 100),
    ];
    let sandbox = sandbox(rules);
    let said = chat(&sandbox, &[]).ok();
    let convo: Vec<Value> = serde_json::from_str(&sandbox.run(&["convo", "--json"]).ok()).expect("an array");
    let replies: Vec<&str> = convo.iter().filter(|row| row["role"] == "assistant").filter_map(|row| row["text"].as_str()).collect();
    assert_eq!(replies.len(), 2, "{said}");
    assert_eq!(replies[0], &text[..24]);
    assert_eq!(asked(&sandbox), ["small", "small"]);
    let costs = sandbox.git(&["log", "--format=%(trailers:key=Plandex-Cost,valueonly)", "refs/plandex/plans/p/main"]);
    let costs: Vec<&str> = costs.split_whitespace().collect();
    assert_eq!(costs, ["0.0014", "unknown=1"], "the second part alone was counted by the provider");
}

#[test]
fn the_cost_of_each_call_is_kept_shown_and_bounded() {
    let sandbox = sandbox(vec![Rule::reply("Fine.").usage(10_000, 6_000, 500)]);
    let ran = chat(&sandbox, &[]);
    // 4,000 at $1, 6,000 at $0.10 and 500 at $4, for a million each.
    assert!(ran.stderr.contains("10,000 tokens sent (6,000 from the cache), 500 received; cost $0.0066"), "{}", ran.stderr);
    let message = sandbox.git(&["log", "-1", "--format=%B", "refs/plandex/plans/p/main"]);
    for trailer in ["Plandex-Tokens: input=10000 cached=6000 output=500", "Plandex-Cost: 0.0066", "Plandex-Seconds: "] {
        assert!(message.contains(trailer), "{message}");
    }
    let events = chat(&sandbox, &["--json"]).events();
    let of = |kind: &str| events.iter().find(|event| event["event"] == kind).expect(kind)["cost"].clone();
    assert_eq!((of("usage")["dollars"].clone(), of("done")["dollars"].clone()), ("0.0066".into(), "0.0066".into()));
    let used: Vec<Value> = serde_json::from_str(&sandbox.run(&["usage", "--json"]).ok()).expect("an array");
    assert_eq!(
        (used[0]["name"].as_str(), used[0]["calls"].as_u64(), used[0]["cost"]["dollars"].as_str()),
        (Some("small"), Some(2), Some("0.0132"))
    );
    for by in ["plan", "branch", "stage", "day"] {
        assert!(sandbox.run(&["usage", "--all", "--by", by]).ok().contains("20000\t12000\t1000"), "{by}");
    }
    // The first call of a run is made, as nothing was spent; the next is not.
    let sandbox = two_calls();
    let words = sandbox.run(&["tell", "--basic", "--max-cost", "0.005", "Do it"]).fails(4);
    assert!(words.contains("error: the run has cost $0.0066, and $0.0050 is the limit"), "{words}");
    assert_eq!(asked(&sandbox).len(), 1);
    sandbox.git(&["config", "plandex.maxCost", "0.005"]);
    sandbox.run(&["continue", "--max-cost", "0"]).fails(4);
    assert_eq!(asked(&sandbox).len(), 1, "with a limit of nothing no call is made");
    sandbox.run(&["tell", "--max-cost", "much", "Do it"]).fails(1);
}

#[test]
fn with_a_limit_a_model_of_unknown_price_is_not_asked() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], vec![Rule::reply("Fine.")]);
    sandbox.run(&["new", "p"]).ok();
    let yml = "
providers: { far: { api: openai, base_url: 'https://far.invalid/v1' } }
packs: { scripted: { planner: far/x, summarizer: far/x, builder: far/x, names: far/x, commit-messages: far/x, auto-continue: far/x } }";
    sandbox.models_yml(yml);
    let words = sandbox.run(&["chat", "--basic", "--max-cost", "1", "Hello"]).fails(4);
    assert!(words.contains("the price of 'far/x' is not known"), "{words}");
}

/// A job whose first reply makes a task, so that a second call follows.
fn two_calls() -> Sandbox {
    sandbox(vec![Rule::reply("### Tasks\n\n1. Write it\n- Write `b.txt`\nUses: `b.txt`\n\n<PlandexFinish/>\n").usage(10_000, 6_000, 500)])
}
