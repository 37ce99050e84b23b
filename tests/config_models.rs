//! Models in force: providers, packs, and which model takes over from which.

use std::collections::BTreeMap;
use std::fs;

use git_plandex::config::{Credentials, Environment, Fallback, Model, ModelSources, Models, ModelsError, Role};
use git_plandex::plan::{Cost, Usage};

fn resolve(env: &[(&str, &str)], user: &str, pack: Option<&str>) -> Result<Models, ModelsError> {
    resolve_with(env, user, pack, &[])
}

fn resolve_with(env: &[(&str, &str)], user: &str, pack: Option<&str>, overrides: &[(&str, &str)]) -> Result<Models, ModelsError> {
    let env = Environment::from_pairs(env.iter().copied());
    let overrides: BTreeMap<String, String> = overrides.iter().map(|(role, id)| ((*role).to_owned(), (*id).to_owned())).collect();
    Models::resolve(&ModelSources { env: &env, user: Some(user), pack, overrides: &overrides, local: &[] })
}

fn ids<'a>(chain: impl Iterator<Item = &'a Model>) -> Vec<String> {
    chain.map(|model| format!("{}@{}", model.id, model.provider)).collect()
}

/// Three windows in a chain, and two providers for the first model.
const USER: &str = "
providers:
  here: { api: openai, base_url: 'https://here.example.com/v1', api_key_env: HERE_KEY }
  there: { api: openai, base_url: 'https://there.example.com/v1', api_key_env: THERE_KEY }
models:
  small:
    provider: here
    model: small
    context_window: 10000
    max_output_tokens: 2000
    elsewhere: [{ provider: there, model: vendor/small, prices: { input: 2, output: 4 } }]
    prices: { input: 1, output: 2 }
  middle: { provider: here, model: middle, context_window: 50000, max_output_tokens: 10000 }
  large: { provider: here, model: large, context_window: 200000, max_output_tokens: 50000 }
packs:
  mine:
    planner: { model: small, large_context: [middle, large], error: { model: middle, error: large } }
    coder: { model: small, large_context: { model: middle, large_context: large }, large_output: [middle, large] }
    summarizer: small
    builder: { model: small, strong: middle }
    names: small
    commit-messages: small
    auto-continue: small
";
const BOTH: [(&str, &str); 2] = [("HERE_KEY", "key-of-here"), ("THERE_KEY", "key-of-there")];

#[test]
fn the_first_model_of_the_chain_that_is_large_enough_takes_over_and_each_limit_is_its_own() {
    for role in [Role::Planner, Role::Coder] {
        let models = resolve(&BOTH, USER, None).expect("a pack");
        let model = models.for_role(role);
        let takes = |tokens| model.fallback(Fallback::LargeContext, tokens).map(|model| model.id.as_str());
        assert_eq!(takes(9_000), Some("middle"), "{role}: the middle one is large enough, so the last is not taken");
        assert_eq!(takes(40_000), Some("middle"), "{role}: the window less the room for the answer");
        assert_eq!(takes(40_001), Some("large"));
        assert_eq!(takes(150_000), Some("large"));
        assert_eq!(takes(150_001), None);
    }
}

#[test]
fn larger_answers_have_a_chain_of_their_own_or_that_of_larger_requests() {
    let models = resolve(&BOTH, USER, None).expect("a pack");
    for role in [Role::Coder, Role::Planner] {
        let takes = |tokens| models.for_role(role).fallback(Fallback::LargeOutput, tokens).map(|model| model.id.as_str());
        assert_eq!((takes(9_000), takes(40_000), takes(60_000)), (Some("middle"), Some("large"), None), "{role}");
    }
}

#[test]
fn a_model_that_fails_is_followed_by_others_until_none_is_left() {
    let models = resolve(&BOTH, USER, None).expect("a pack");
    let planner = models.for_role(Role::Planner);
    assert_eq!(ids(planner.chain(Fallback::Error)), ["middle@here", "large@here"]);
    assert_eq!(models.for_role(Role::Builder).fallback(Fallback::Strong, 0).map(|model| model.id.as_str()), Some("middle"));
    assert!(models.for_role(Role::Names).fallback(Fallback::Error, 0).is_none());
}

#[test]
fn the_same_model_at_another_provider_takes_over_with_its_own_name_and_prices() {
    let models = resolve(&BOTH, USER, None).expect("a pack");
    let planner = models.for_role(Role::Planner);
    assert_eq!((planner.provider.as_str(), planner.model.as_str()), ("here", "small"));
    let other = planner.fallback(Fallback::Provider, 0).expect("the other provider");
    assert_eq!((other.provider.as_str(), other.model.as_str(), other.context_window), ("there", "vendor/small", 10_000));
    assert_eq!(other.key.as_ref().map(|key| key.expose()), Some("key-of-there"));
    assert!(other.fallback(Fallback::Provider, 0).is_none());
    assert_eq!(ids(other.chain(Fallback::Error)), ["middle@here", "large@here"], "it has the fallbacks of the role");
    let usage = Usage { input_tokens: 1_000_000, ..Usage::default() };
    let cost = |model: &Model| Cost::of_call(model.prices.map(|prices| prices.cost(&usage))).to_string();
    assert_eq!((cost(planner), cost(other)), ("$1.00".to_owned(), "$2.00".to_owned()));
    assert_eq!(cost(planner.fallback(Fallback::Error, 0).expect("a model")), "unknown");
}

#[test]
fn a_provider_without_a_key_is_passed_over_and_so_are_fallbacks_that_cannot_be_reached() {
    let models = resolve(&BOTH[1..], USER, None).expect("a pack");
    let planner = models.for_role(Role::Planner);
    assert_eq!(planner.provider, "there");
    assert!(planner.fallback(Fallback::Provider, 0).is_none() && planner.fallback(Fallback::LargeContext, 0).is_none());
    models.require_keys().expect("one provider is enough");
    let error = resolve(&[], USER, None).expect("a pack").require_keys().expect_err("no key");
    assert_eq!(error.to_string(), "no key for here, which the model 'small' of the planner needs");
}

#[test]
fn half_of_the_credentials_is_named_before_none_of_others() {
    let bedrock = "packs: { b: { planner: claude-opus-5-5, summarizer: claude-opus-5-5, builder: claude-opus-5-5, names: claude-opus-5-5,
      commit-messages: claude-opus-5-5, auto-continue: claude-opus-5-5 } }";
    let models = resolve(&[("AWS_ACCESS_KEY_ID", "AKID")], bedrock, None).expect("a pack");
    assert!(matches!(models.for_role(Role::Planner).credentials, Credentials::Partial { .. }));
    let error = models.require_keys().expect_err("half");
    assert_eq!(error.to_string(), "the credentials for aws-bedrock are incomplete: AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not");
    let error = resolve(&[("AWS_SECRET_ACCESS_KEY", "secret-of-aws")], "", None).expect_err("nothing to work with");
    assert_eq!(error.to_string(), "the credentials for aws-bedrock are incomplete: AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not");
    // Others that are whole are taken without a word.
    resolve(&[("AWS_ACCESS_KEY_ID", "AKID"), ("OPENAI_API_KEY", "key-of-openai")], "", None)
        .expect("a pack")
        .require_keys()
        .expect("a key");
}

#[test]
fn chains_are_bounded_in_depth() {
    let deep = |levels: usize| {
        let chain = (0..levels).fold("middle".to_owned(), |inner, _| format!("{{ model: middle, error: {inner} }}"));
        USER.replace("names: small", &format!("names: {{ model: small, error: {chain} }}"))
    };
    let models = resolve(&BOTH, &deep(9), None).expect("ten");
    assert_eq!(models.for_role(Role::Names).chain(Fallback::Error).count(), 10);
    let error = resolve(&BOTH, &deep(10), None).expect_err("eleven");
    assert_eq!(error.to_string(), "more than 10 models take over from each other for the names, 'middle' among them");
    let list = format!("[{}]", ["middle"; 11].join(", "));
    let listed = USER.replace("names: small", &format!("names: {{ model: small, large_context: {list} }}"));
    resolve(&BOTH, &listed, None).expect_err("a list of eleven");
}

#[test]
fn a_chain_whose_inner_model_has_its_own_chain_goes_on_with_that() {
    let user = USER.replace("names: small", "names: { model: small, large_context: [{ model: middle, large_context: small }, large] }");
    let models = resolve(&BOTH, &user, None).expect("a pack");
    assert_eq!(ids(models.for_role(Role::Names).chain(Fallback::LargeContext)), ["middle@here", "small@here"]);
}

#[test]
fn every_pack_names_models_for_all_roles_and_reaches_them_with_its_vendors_key() {
    let all: &[(&str, &str)] = &[
        ("ANTHROPIC_API_KEY", "k"),
        ("OPENAI_API_KEY", "k"),
        ("GEMINI_API_KEY", "k"),
        ("OPENROUTER_API_KEY", "k"),
        ("DEEPSEEK_API_KEY", "k"),
        ("PERPLEXITY_API_KEY", "k"),
        ("AWS_BEARER_TOKEN_BEDROCK", "k"),
        ("AWS_REGION", "us-east-1"),
    ];
    let names = Models::packs(None).expect("the built-in list").into_iter().map(|pack| pack.name).collect::<Vec<_>>();
    assert!(names.len() >= 12, "{names:?}");
    for name in ["daily", "strong", "cheap", "open", "anthropic", "openai", "google", "local", "fable-planner", "claude-code", "codex"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    for name in names.iter().filter(|name| !["claude-code", "codex"].contains(&name.as_str())) {
        let models = resolve(all, "", Some(name)).expect("a complete pack");
        models.require_keys().expect(name);
        for role in Role::ALL {
            models.for_role(role).visit(&mut |model| {
                assert!(model.prices.is_some() && model.limit_known, "{name} {role}: {model:?}");
                assert!(model.max_input_tokens() >= model.context_window / 2, "{name} {role}");
            });
        }
    }
}

#[test]
fn the_pack_for_daily_use_ends_at_the_largest_window_sold() {
    let env = [("ANTHROPIC_API_KEY", "k"), ("OPENROUTER_API_KEY", "k"), ("AWS_BEARER_TOKEN_BEDROCK", "k"), ("AWS_REGION", "us-east-1")];
    let models = resolve(&env, "", None).expect("a key");
    assert_eq!(models.pack(), "daily");
    for role in [Role::Planner, Role::Architect, Role::Coder] {
        let model = models.for_role(role);
        let last = model.chain(Fallback::LargeContext).last().expect("a chain");
        assert_eq!(last.context_window, Models::largest_window(None).expect("the built-in list"), "{role}");
        let takes = |tokens| model.fallback(Fallback::LargeContext, tokens).map(|model| model.id.as_str());
        assert_eq!(
            (takes(900_000), takes(1_800_000), takes(9_000_000)),
            (Some("gemini-4-argon"), Some("grok-4.20"), Some("llama-4-scout"))
        );
    }
}

#[test]
fn one_key_of_openrouter_reaches_the_models_of_every_vendor() {
    let models = resolve(&[("OPENROUTER_API_KEY", "k")], "", None).expect("a key");
    assert_eq!(models.pack(), "daily");
    let planner = models.for_role(Role::Planner);
    assert_eq!((planner.id.as_str(), planner.model.as_str()), ("claude-sonnet-5-5", "anthropic/claude-sonnet-5.5"));
    assert!(planner.cache_markers, "Claude's cache is marked at OpenRouter too");
    assert_eq!(ids(planner.chain(Fallback::LargeContext)), ["gemini-4-argon@openrouter", "grok-4.20@openrouter"]);
}

#[test]
fn a_pack_of_the_user_may_use_a_server_on_this_machine_for_every_role() {
    let pack = "packs: { home: { planner: ollama/qwen3:32b, summarizer: ollama/qwen3:8b, builder: lm-studio/coder, names: llama-cpp/any,
      commit-messages: ollama/qwen3:8b, auto-continue: ollama/qwen3:8b } }";
    let models = resolve(&[], pack, None).expect("a pack");
    models.require_keys().expect("no key is needed");
    let planner = models.for_role(Role::Planner);
    assert!(planner.local && planner.prices.is_some_and(|prices| prices.cost(&Usage { input_tokens: 1, ..Usage::default() }) == 0));
    assert_eq!(models.for_role(Role::Names).base_url, "http://127.0.0.1:8080/v1");
}

#[test]
fn a_plans_own_model_for_a_role_keeps_the_packs_fallbacks() {
    let models = resolve_with(&BOTH, USER, None, &[("planner", "middle")]).expect("a pack");
    let planner = models.for_role(Role::Planner);
    assert_eq!(
        (planner.id.as_str(), ids(planner.chain(Fallback::Error))),
        ("middle", vec!["middle@here".to_owned(), "large@here".to_owned()])
    );
    assert_eq!(models.for_role(Role::Architect).id, "middle", "the architect follows the planner");
}

#[test]
fn programs_are_found_on_the_path_and_see_no_keys_of_providers() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().to_str().expect("UTF-8").to_owned();
    let env = [("PATH", path.as_str()), ("OPENAI_API_KEY", "key-of-openai")];
    let error = resolve(&env, "", Some("claude-code")).expect("a pack").require_keys().expect_err("not installed");
    assert_eq!(error.to_string(), "the program 'claude' is not on the PATH, which the model 'claude-code' of the planner needs");
    let program = dir.path().join("claude");
    fs::write(&program, "#!/bin/sh\n").expect("written");
    resolve(&env, "", Some("claude-code")).expect("a pack").require_keys().expect_err("not executable");
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    let models = resolve(&env, "", Some("claude-code")).expect("a pack");
    models.require_keys().expect("installed");
    let git_plandex::config::Access::Command(command) = &models.for_role(Role::Planner).access else { panic!("a program") };
    assert_eq!((command.argv[0].as_str(), command.hidden.contains("OPENAI_API_KEY")), ("claude", true));
    assert_eq!(Models::installed_packs(&Environment::from_pairs(env), None).expect("the built-in list"), ["claude-code"]);
}
