//! When a model cannot answer, another takes over and the user is told why; and what it all costs.

use git_plandex::config::Api;
use serde_json::Value;

use crate::job;
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
    for by in ["plan", "branch", "role", "stage", "day"] {
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
fn the_calls_that_name_a_plan_and_write_the_message_of_a_commit_are_counted_by_role() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", "--full", job::PROMPT]).ok();
    let used: Vec<Value> = serde_json::from_str(&sandbox.run(&["usage", "--by", "role", "--json"]).ok()).expect("an array");
    let calls: Vec<_> = used.iter().map(|row| (row["name"].as_str().expect("a name"), row["calls"].as_u64().expect("a number"))).collect();
    assert_eq!(calls, [("architect", 1), ("coder", 3), ("commit-messages", 1), ("names", 1), ("planner", 1)]);
    assert_eq!(calls.iter().map(|(_, calls)| calls).sum::<u64>() as usize, sandbox.server.requests().len());
    let trailers = sandbox.git(&["log", "--format=%(trailers:key=Plandex-Call,valueonly)", "refs/plandex/plans/cache-steps/main"]);
    assert!(trailers.contains("role=names input=100 cached=0 output="), "{trailers}");
}

#[test]
fn a_retry_and_a_model_that_takes_over_are_events_of_their_own() {
    let rules = || {
        let busy = Rule::status(529, "").header("retry-after", "0").model("small");
        vec![busy, Rule::reply("Fine.").model("spare")]
    };
    let sandbox = sandbox(rules());
    let events = chat(&sandbox, &["--json"]).events();
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).collect::<Vec<_>>();
    let retries = of("retry");
    assert_eq!(retries.iter().map(|retry| retry["attempt"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    assert!(retries[0]["reason"].as_str().is_some_and(|reason| reason.contains("overloaded")) && retries[0]["wait"].is_f64());
    let [taken_over] = &of("fallback")[..] else { panic!("{events:?}") };
    assert_eq!((taken_over["model"].as_str(), taken_over["provider"].as_str()), (Some("spare"), Some("acme")));
    assert!(of("error").is_empty(), "{events:?}");
    assert_eq!(asked(&sandbox), ["small", "small", "small", "small", "spare"], "a model is asked again first, then another");
    sandbox.server.set(rules());
    let shown = chat(&sandbox, &[]).stderr;
    assert!(
        shown.contains("trying again in 1.") && shown.contains(" s (attempt 1)") && shown.contains("spare at acme takes over"),
        "{shown}"
    );
}

/// Models of these names, each with a larger window and output than the one before, in the chain of a planner.
fn chained(names: &[&str], chain: &str, rules: Vec<Rule>) -> Sandbox {
    let sandbox = sandbox(rules);
    let url = sandbox.server.url(Api::Openai);
    let mut models = String::new();
    for (at, name) in names.iter().enumerate() {
        let window = 40_000 << at;
        models += &format!("  {name}: {{ provider: acme, model: {name}, context_window: {window}, max_output_tokens: {} }}\n", 1000 << at);
    }
    let first = names[0];
    sandbox.models_yml(&format!(
        "
providers:
  acme: {{ api: openai, base_url: '{url}' }}
models:
{models}
packs:
  scripted:
    planner: {{ model: {first}, {chain} }}
    summarizer: {first}
    builder: {first}
    names: {first}
    commit-messages: {first}
    auto-continue: {first}
"
    ));
    sandbox
}

#[test]
fn a_long_request_goes_up_the_chain_until_a_window_is_large_enough_each_limit_being_read() {
    let too_long = |model: &str| Rule::status(400, refusal("context_length_exceeded", "too long")).model(model);
    let rules = vec![too_long("one"), too_long("two"), too_long("three"), Rule::reply("Fine.").model("four")];
    let names = ["one", "two", "three", "four"];
    let sandbox = chained(&names, "large_context: [two, three, four]", rules);
    chat(&sandbox, &[]).ok();
    assert_eq!(asked(&sandbox), names, "the providers find it too long");
    // Some 88,000 tokens: the second window has 80,000, the third 160,000.
    sandbox.write("long.txt", "All work and no play makes Jack a dull boy.\n".repeat(8_000));
    sandbox.run(&["load", "long.txt"]).ok();
    sandbox.server.set(vec![too_long("three"), Rule::reply("Fine.").model("four")]);
    chat(&sandbox, &[]).ok();
    assert_eq!(asked(&sandbox)[4..], ["three", "four"], "those that are too small by our own count are not asked");
}

#[test]
fn an_answer_that_does_not_fit_goes_to_a_model_that_may_write_more() {
    let rules = vec![Rule::reply("").cut_short().model("one"), Rule::reply("Fine.").model("two")];
    let sandbox = chained(&["one", "two"], "large_output: two", rules);
    let words = chat(&sandbox, &[]).stderr;
    assert!(words.contains("the answer is longer than the model may write") && words.contains("two at acme takes over"), "{words}");
    assert_eq!(asked(&sandbox), ["one", "two"]);
}

#[test]
fn an_empty_answer_goes_to_the_strong_model() {
    let sandbox = chained(&["one", "two"], "strong: two", vec![Rule::reply("").model("one"), Rule::reply("Fine.").model("two")]);
    let ran = chat(&sandbox, &[]);
    assert!(ran.stderr.contains("one sent an empty reply; two at acme takes over"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(asked(&sandbox), ["one", "two"]);
}

#[test]
fn a_chain_of_models_has_an_end() {
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"];
    let chain = |many: usize| format!("error: [{}]", names[1..many].join(", "));
    let rules = || vec![Rule::status(400, refusal("odd", "this cannot be done"))];
    let sandbox = chained(&names, &chain(11), rules());
    let words = chat(&sandbox, &[]).fails(3);
    assert!(words.contains("this cannot be done"), "{words}");
    assert_eq!(asked(&sandbox), names[..11], "one and ten that take over");
    let sandbox = chained(&names, &chain(12), rules());
    let words = chat(&sandbox, &[]).fails(1);
    assert!(words.contains("more than 10 models take over from each other for the planner, 'twelve' among them"), "{words}");
    assert!(asked(&sandbox).is_empty());
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
