//! A model that is missing, refuses, or answers nonsense: what the program says, and that nothing is lost.

use git_plandex::config::Api;

use crate::job::{self, PROMPT};
use crate::support::{FORMATS, Ran, Rule, Sandbox};

/// A sandbox whose model answers everything but names by this rule.
fn answering(rule: Rule) -> Sandbox {
    job::sandbox(vec![Rule::reply("<planName>cache steps</planName>").model("names"), rule])
}

/// What the program said in the end, without what it says on the way.
fn last_words(sandbox: &Sandbox, ran: Ran, code: i32) -> String {
    let stderr = sandbox.mask(&ran.fails(code));
    stderr[stderr.rfind("error: ").expect("an error is named")..].to_owned()
}

/// Nothing of the user's is touched, the plan is sound, and it goes on once the model answers.
fn nothing_is_lost(sandbox: &Sandbox) {
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.fsck();
    sandbox.server.set(job::rules());
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
    assert_eq!(sandbox.run(&["convo", "1", "--plain"]).ok().trim(), PROMPT);
}

#[test]
fn without_any_model_there_is_a_guide() {
    let sandbox = job::sandbox(vec![]);
    sandbox.git(&["config", "--global", "--unset", "plandex.modelPack"]);
    let nowhere = "{ base_url: 'http://127.0.0.1:9/v1' }";
    sandbox.models_yml(&format!("providers:\n  ollama: {nowhere}\n  lm-studio: {nowhere}\n  llama-cpp: {nowhere}\n"));
    let words = last_words(&sandbox, sandbox.run(&["tell", PROMPT]), 1);
    assert_eq!(
        words,
        "\
error: no model to work with: no provider's key is in the environment and no model server runs on this machine
hint: set a key: `export ANTHROPIC_API_KEY=…` (or OPENAI_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY),
or start a model server on this machine: Ollama, LM Studio or llama.cpp,
or describe your own provider in ~/.config/plandex/models.yml;
`git plandex demo` shows everything without a model
"
    );
    assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex"]), "", "no plan is begun that nobody can work on");
}

#[test]
fn a_key_that_is_not_set_is_named() {
    let sandbox = job::sandbox(vec![]);
    let yml = sandbox
        .server
        .models_yml(Api::Openai)
        .replace("{ api: openai, base_url: '", "{ api: openai, api_key_env: ACME_KEY, base_url: 'https://acme.invalid/");
    sandbox.models_yml(&yml);
    let words = "\
error: no key for scripted, which the model 'my-planner' of the planner needs
hint: `export ACME_KEY=…`, `git plandex providers login scripted`, or another pack with `--pack NAME`
";
    assert_eq!(last_words(&sandbox, sandbox.run(&["tell", PROMPT]), 1), words);
    assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex"]), "");
}

#[test]
fn a_provider_that_refuses_says_why_and_what_to_do() {
    let cases = [
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            "\
error: scripted: the key is refused (model architect, status 401): Incorrect API key provided
hint: check the value of its key's variable, and that it may use architect; then git plandex continue
",
        ),
        (
            404,
            r#"{"error":{"message":"The model `coder` does not exist","code":"model_not_found"}}"#,
            "\
error: scripted: the model or the address is not known (model architect, status 404): The model `coder` does not exist
hint: check the model's name and the provider's base_url (http://HOST/v1): it is what the vendor's own SDK takes; then git plandex continue
",
        ),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            "\
error: scripted: the account's quota is used up (model architect, status 429): You exceeded your current quota
hint: add credit at scripted, or choose another pack with `--pack NAME`; then git plandex continue
",
        ),
    ];
    for (status, body, words) in cases {
        let sandbox = answering(Rule::status(status, body));
        assert_eq!(last_words(&sandbox, sandbox.run(&["tell", PROMPT]), 3), words, "{status}");
        nothing_is_lost(&sandbox);
    }
}

#[test]
fn an_error_in_events_names_what_failed_and_what_to_type() {
    let sandbox = answering(Rule::status(401, r#"{"error":{"message":"Incorrect API key provided"}}"#));
    let ran = sandbox.run(&["tell", PROMPT, "--json"]);
    let events = ran.events();
    assert_eq!(ran.code, 3);
    let error = events.iter().find(|event| event["event"] == "error").expect("an error event");
    assert!(error["message"].as_str().is_some_and(|words| words.contains("the key is refused")), "{error}");
    assert!(error["hint"].is_string(), "{error}");
    assert_eq!(events.last().map(|event| event["state"].clone()), Some("error".into()), "{events:?}");
}

#[test]
fn a_stream_that_turns_to_nonsense_goes_on_by_itself_over_every_format() {
    for api in FORMATS {
        let (begins, goes_on) = job::broken(job::CODE[1], "Step 20.");
        let nonsense = begins.cut_after(usize::MAX, crate::support::Then::Close).model("coder").when(&[&job::current("Use the cache")]);
        let mut rules = vec![nonsense, goes_on.model("coder")];
        rules.extend(job::rules());
        let sandbox = job::sandbox(rules);
        sandbox.speak(api);
        let ran = sandbox.run(&["tell", PROMPT]);
        assert_eq!(ran.code, 0, "{api:?}: {}", ran.stderr);
        sandbox.run(&["apply", "--no-commit"]).ok();
        assert_eq!(sandbox.tree(), job::expected(), "{api:?}");
    }
}

#[test]
fn a_malformed_stream_is_an_error_that_names_the_format() {
    for api in FORMATS {
        let sandbox = answering(Rule::reply(job::CONTEXT).break_with(40, "data: {\"choices\": [{\"delta\": {\"content\": 17"));
        sandbox.speak(api);
        let words = last_words(&sandbox, sandbox.run(&["tell", PROMPT]), 3);
        assert!(words.starts_with("error: scripted: the answer cannot be read (model architect): "), "{api:?}: {words}");
        let base = if api == Api::Openai { "http://HOST/v1" } else { "http://HOST" };
        let hint = format!("\nhint: check that {base} speaks the wire format that its provider's `api` names; then git plandex continue\n");
        assert!(words.ends_with(&hint), "{api:?}: {words}");
        nothing_is_lost(&sandbox);
    }
}

#[test]
fn an_empty_reply_is_an_error() {
    let sandbox = answering(Rule::reply(""));
    let words = "error: my-architect sent an empty reply\nhint: git plandex continue asks again\n";
    assert_eq!(last_words(&sandbox, sandbox.run(&["tell", PROMPT]), 3), words);
    nothing_is_lost(&sandbox);
}

#[test]
fn a_reply_without_tasks_ends_in_a_clear_message() {
    let useless = Rule::reply("Sure! I would love to help you with that. Let me know what you need.\n");
    let sandbox = answering(useless.clone());
    let words = "\
error: the reply made no tasks, so nothing was changed
hint: git plandex tell with more detail, or git plandex chat to talk it over
";
    assert_eq!(last_words(&sandbox, sandbox.run(&["tell", PROMPT]), 1), words);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    // Continuing asks nobody again: there is nothing that could go on.
    let asked = sandbox.server.requests().len();
    assert_eq!(last_words(&sandbox, sandbox.run(&["continue"]), 1), words);
    assert_eq!(sandbox.server.requests().len(), asked);
    sandbox.server.set(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}
