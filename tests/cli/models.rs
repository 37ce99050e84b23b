//! The commands about models: what is in force, what can be chosen, what lets you in, and what is missing.

use git_plandex::config::Api;
use serde_json::Value;

use crate::job;
use crate::support::{Rule, Sandbox};

/// Two models at the scripted server, with prices and a chain, and a provider that wants a key.
fn yml(sandbox: &Sandbox) -> String {
    format!(
        "
providers:
  acme: {{ api: openai, base_url: '{}', api_key_env: ACME_KEY }}
models:
  small: {{ provider: acme, model: tiny, context_window: 16000, max_output_tokens: 4000, prices: {{ input: 0.5, cached_input: 0.05, output: 2 }} }}
  big: {{ provider: acme, model: huge, context_window: 2000000, max_output_tokens: 100000 }}
packs:
  scripted:
    description: both models of Acme
    planner: {{ model: small, large_context: big }}
    summarizer: small
    builder: small
    names: small
    commit-messages: small
    auto-continue: small
",
        sandbox.server.url(Api::Openai)
    )
}

fn sandbox(rules: Vec<Rule>) -> Sandbox {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], rules);
    sandbox.models_yml(&yml(&sandbox));
    sandbox
}

fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("an array")
}

#[test]
fn what_is_in_force_is_shown_with_its_source_limits_prices_and_fallbacks() {
    let sandbox = sandbox(vec![]);
    let rows = json(&sandbox.run(&["models", "--json"]).ok());
    let planner = &rows[0];
    assert_eq!(
        (planner["role"].as_str(), planner["model"].as_str(), planner["name"].as_str()),
        (Some("planner"), Some("small"), Some("tiny"))
    );
    assert_eq!(planner["source"], "pack 'scripted' (models.yml)");
    assert_eq!(planner["prices"], serde_json::json!({ "input": "0.5", "cached_input": "0.05", "cache_write": "0.5", "output": "2" }));
    assert_eq!(planner["fallbacks"][0]["kind"], "large_context");
    assert_eq!(planner["fallbacks"][0]["model"], "big");
    assert_eq!(rows.len(), 9);
    let text = sandbox.run(&["models"]).ok();
    assert!(text.contains("planner\tsmall\tacme\t16k\t4000\t0.5/2\tlarge-context big\tpack 'scripted' (models.yml)"), "{text}");
    let all = json(&sandbox.run(&["models", "--all", "--json"]).ok());
    let listed = |name: &str| all.iter().find(|row| row["model"] == name).unwrap_or_else(|| panic!("{name} is not listed"));
    // A model on this machine costs nothing.
    assert_eq!((listed("big")["prices"]["input"].clone(), listed("big")["reachable"].clone()), ("0".into(), Value::Bool(true)));
    assert_eq!(listed("claude-sonnet-5-5")["reachable"], false);
}

#[test]
fn a_pack_and_the_model_of_a_role_are_chosen_for_a_plan_and_travel_with_it() {
    let sandbox = sandbox(vec![]);
    sandbox.run(&["set-model", "coder", "big"]).fails(1);
    sandbox.run(&["new", "one"]).ok();
    sandbox.run(&["set-model", "coder", "big"]).ok();
    let coder = |sandbox: &Sandbox| json(&sandbox.run(&["models", "--json"]).ok())[2].clone();
    assert_eq!((coder(&sandbox)["model"].clone(), coder(&sandbox)["source"].clone()), ("big".into(), "plan".into()));
    assert_eq!(sandbox.git(&["show", "refs/plandex/plans/one/main:plan.yml"]).matches("coder: big").count(), 1);
    sandbox.run(&["set-model", "coder", "--unset"]).ok();
    assert_eq!(coder(&sandbox)["model"], "small");
    sandbox.run(&["set-model", "scripted"]).ok();
    assert!(sandbox.git(&["show", "refs/plandex/plans/one/main:plan.yml"]).contains("pack: scripted"));
    for wrong in [&["set-model", "nope"][..], &["set-model", "coder", "nope"], &["set-model", "editor", "big"]] {
        let words = sandbox.run(wrong).fails(1);
        assert!(words.contains("is named"), "{words}");
    }
    assert_eq!(coder(&sandbox)["model"], "small", "what cannot be used is not stored");
}

#[test]
fn packs_are_listed_and_shown() {
    let sandbox = sandbox(vec![]);
    let rows = json(&sandbox.run(&["model-packs", "--json"]).ok());
    let acme = rows.iter().find(|row| row["pack"] == "scripted").expect("the user's pack");
    assert_eq!((acme["custom"].clone(), acme["in_force"].clone()), (true.into(), true.into()));
    assert_eq!(json(&sandbox.run(&["model-packs", "--custom", "--json"]).ok()).len(), 1);
    let text = sandbox.run(&["model-packs", "scripted"]).ok();
    assert!(text.starts_with("planner\tsmall\narchitect\tas planner\n"), "{text}");
    sandbox.run(&["model-packs", "nope"]).fails(1);
}

#[test]
fn a_key_that_gits_helper_keeps_is_used_and_shown_nowhere() {
    const KEY: &str = "sk-acme-0123456789";
    let sandbox = sandbox(vec![Rule::reply("Hello there.")]);
    let far = yml(&sandbox).replace("api_key_env: ACME_KEY", "api_key_env: ACME_KEY, headers: { x-test: yes }");
    sandbox.models_yml(&far);
    let login = |input: &str| sandbox.run_with(input, &["providers", "login", "acme"]);
    assert!(login(KEY).fails(1).contains("no credential helper"));
    let store = sandbox.beside("kept-keys");
    let helper = format!("store --file={}", store.display());
    // A helper of the repository is never asked.
    sandbox.git(&["config", "--local", "credential.helper", &helper]);
    assert!(login(KEY).fails(1).contains("no credential helper"));
    sandbox.git(&["config", "--global", "credential.helper", &helper]);
    assert!(login("two words\n").fails(1).contains("no key"));
    login(&format!("{KEY}\n")).ok();
    assert!(std::fs::read_to_string(&store).expect("the helper's file").contains(KEY));
    let rows = json(&sandbox.run(&["providers", "--json"]).ok());
    let acme = rows.iter().find(|row| row["provider"] == "acme").expect("the provider");
    assert_eq!((acme["state"].clone(), acme["credentials"].clone()), ("complete".into(), "git's credential helper".into()));
    let said = sandbox.run(&["chat", &format!("Is {KEY} a good key?")]).ok();
    let request = sandbox.server.requests().pop().expect("a request");
    let sent = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")).map(|(_, value)| value.clone());
    assert_eq!(sent, Some(format!("Bearer {KEY}")));
    let stored = sandbox.git(&["log", "--all", "-p", "--format=%B"]);
    assert!(!said.contains(KEY) && !stored.contains(KEY), "a key that is kept by the helper is masked as any other");
    sandbox.run(&["providers", "logout", "acme"]).ok();
    assert_eq!(std::fs::read_to_string(&store).expect("the helper's file"), "");
    sandbox.run(&["providers", "login", "claude-code"]).fails(1);
}

#[test]
fn the_doctor_names_what_is_wrong_with_file_and_line_and_shows_no_key() {
    let sandbox = sandbox(vec![]);
    let run = sandbox.run_env(&[("AWS_ACCESS_KEY_ID", "AKID-0123456789")], &["doctor", "--json"]);
    assert_eq!(run.code, 1);
    let rows = json(&run.stdout);
    let find = |part: &str, words: &str| {
        let fits = |row: &&Value| row["part"] == part && row["detail"].as_str().is_some_and(|detail| detail.contains(words));
        rows.iter().find(fits).unwrap_or_else(|| panic!("{part} {words} is not in {rows:?}"))
    };
    assert_eq!(find("git", ".")["state"], "ok");
    assert_eq!(find("models", "pack scripted")["state"], "ok");
    assert_eq!(find("key", "aws-bedrock: AWS_ACCESS_KEY_ID but not AWS_SECRET_ACCESS_KEY")["state"], "wrong");
    assert!(!format!("{rows:?}").contains("AKID-0123456789"));
    sandbox.models_yml(&format!("{}  odd: {{ planner: small }}\n", yml(&sandbox)));
    let run = sandbox.run(&["doctor", "--json"]);
    assert_eq!(run.code, 1);
    let rows = json(&run.stdout);
    let fault = rows.iter().find(|row| row["part"] == "models.yml").and_then(|row| row["detail"].as_str()).expect("a fault");
    assert!(fault.contains("plandex/models.yml:16: the model pack 'odd' has no model for summarizer"), "{fault}");
}

#[test]
fn the_doctor_and_the_lists_work_outside_a_repository() {
    let sandbox = sandbox(vec![]);
    let outside = sandbox.beside("outside");
    std::fs::create_dir(&outside).expect("a directory");
    for args in [&["models"][..], &["models", "--all"], &["models", "--schema"], &["model-packs"], &["providers"], &["doctor"]] {
        assert!(!sandbox.run_in(&outside, args).ok().is_empty(), "{args:?}");
    }
    let schema = sandbox.run_in(&outside, &["models", "--schema"]).ok();
    serde_json::from_str::<Value>(&schema).expect("JSON");
}

#[test]
fn without_a_key_a_program_on_the_path_is_offered() {
    let sandbox = job::sandbox(vec![]);
    sandbox.models_yml("");
    sandbox.git(&["config", "--global", "--unset", "plandex.modelPack"]);
    let bin = sandbox.beside("bin");
    std::fs::create_dir(&bin).expect("a directory");
    std::fs::write(bin.join("claude"), "#!/bin/sh\n").expect("written");
    std::fs::set_permissions(bin.join("claude"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let words = sandbox.run_env(&[("PATH", &path), ("OLLAMA_HOST", "127.0.0.1:1")], &["tell", "hello"]).fails(1);
    assert!(words.contains("`git config --global plandex.modelPack claude-code`"), "{words}");
}
