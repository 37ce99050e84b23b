//! The schema of `models.yml` says what our own reader says.

use std::collections::BTreeSet;

use git_plandex::config::{MODELS_SCHEMA, problems};
use serde_json::Value;

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(MODELS_SCHEMA).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    jsonschema::validator_for(&schema).expect("the schema can be used")
}

fn value(yaml: &str) -> Value {
    serde_yaml::from_str(yaml).expect("YAML")
}

/// The documents of the project: the built-in list and the example of the page.
fn documents() -> Vec<String> {
    let read = |path: &str| std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("the file is there");
    let page = read("man/git-plandex-models.5");
    let after = page.split_once(".Bd -literal -offset indent\nproviders:").expect("there is an example").1;
    vec![read("src/config/models.yml"), format!("providers:{}", after.split_once(".Ed").expect("it ends").0)]
}

#[test]
fn the_built_in_list_and_the_example_fit_the_schema_and_are_without_fault() {
    for document in documents() {
        let wrong: Vec<String> = schema().iter_errors(&value(&document)).map(|error| format!("{}: {error}", error.instance_path)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(problems(&document), []);
    }
}

#[test]
fn what_the_schema_refuses_is_refused_by_the_reader_and_the_other_way_round() {
    let refused = [
        "provider: {}",
        "providers: { p: { api: gopher } }",
        "providers: { p: { api_key: x } }",
        "providers: { p: { dialect: klingon } }",
        "providers: { p: { command: claude } }",
        "providers: { p: { api_key_optional: perhaps } }",
        "models: { m: { modle: x } }",
        "models: { m: { context_window: many } }",
        "models: { m: { context_window: -1 } }",
        "models: { m: { prices: { input: 1 } } }",
        "models: { m: { prices: { input: -1, output: 1 } } }",
        "models: { m: { prices: { input: cheap, output: 1 } } }",
        "models: { m: { prices: { input: 1, output: 1, above: { input: 1, output: 1 } } } }",
        "models: { m: { reasoning: high } }",
        "models: { m: { elsewhere: { provider: p } } }",
        "packs: { p: { planner: { temperature: 0.5 } } }",
        "packs: { p: { planner: { model: openai/x, fallback: openai/y } } }",
        "packs: { p: { editor: openai/x } }",
        "packs: { p: { planner: [openai/x] } }",
        "automatic_packs: daily",
    ];
    for document in refused {
        assert!(!schema().is_valid(&value(document)), "the schema takes {document}");
        assert_ne!(problems(document), [], "the reader takes {document}");
    }
    let taken = [
        "{}",
        "$schema: models.schema.json",
        "providers: { p: { api: openai, base_url: 'http://127.0.0.1:1/v1', base_url_env: [A, B], headers: { a: b } } }",
        "models: { m: { provider: openai, model: x, prices: { input: 0.075, cached_input: '0.01', output: 2 } } }",
        "models: { m: { provider: openai, model: x, reasoning: { effort: high }, elsewhere: [{ provider: openrouter, model: z }] } }",
    ];
    for document in taken {
        assert!(schema().is_valid(&value(document)), "the schema refuses {document}");
        assert_eq!(problems(document), [], "{document}");
    }
}

#[test]
fn the_page_names_every_field_of_the_schema() {
    let schema: Value = serde_json::from_str(MODELS_SCHEMA).expect("the schema is JSON");
    let page = std::fs::read_to_string(format!("{}/man/git-plandex-models.5", env!("CARGO_MANIFEST_DIR"))).expect("the page is there");
    let told: BTreeSet<&str> = page.split_whitespace().collect();
    for of in ["provider", "model", "reasoning", "prices"] {
        for field in schema["$defs"][of]["properties"].as_object().expect("properties").keys() {
            assert!(told.contains(field.as_str()), "{of}: {field}");
        }
    }
    for field in schema["properties"].as_object().expect("properties").keys() {
        assert!(page.contains(field.as_str()), "{field}");
    }
}
