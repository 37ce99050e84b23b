//! The page about settings names what there is, no more and no less.

mod man_support;

use std::collections::{BTreeMap, BTreeSet};

use git_plandex::config::{Environment, KEYS, Kind, Level, ModelSources, Models, Role};
use man_support::{items, page, repository_file};

const PAGE: &str = "git-plandex-config.5";

/// The rows of the `.Bl -column` of a section, split at its tabs, without the heading.
fn table(section: &str) -> Vec<Vec<String>> {
    let rows = items(&page(PAGE), section).into_iter().filter(|row| row.contains(" Ta ") && !row.contains("Sy "));
    rows.map(|row| row.split(" Ta ").map(str::to_owned).collect()).collect()
}

#[test]
fn the_page_names_every_setting() {
    let told: Vec<_> = items(&page(PAGE), "SETTINGS").iter().map(|item| item.replace("Li ", "")).collect();
    let there: BTreeSet<_> = KEYS.iter().map(|info| info.name.to_owned()).collect();
    assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), there);
    assert_eq!(told.len(), there.len(), "a setting is told twice");
}

#[test]
fn the_page_names_every_word_of_a_choice() {
    let text = page(PAGE);
    for info in KEYS {
        if let Kind::Choice(_, words) = info.kind {
            let missing: Vec<_> = words.iter().filter(|word| !text.contains(&format!(".Cm {word}"))).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", info.name);
        }
    }
}

#[test]
fn the_table_of_levels_is_that_of_the_settings() {
    let told: BTreeMap<_, Vec<bool>> =
        table("AUTONOMY").into_iter().map(|row| (row[0].clone(), row[1..].iter().map(|word| word == "yes").collect())).collect();
    let by_level = KEYS.iter().filter(|info| matches!(info.kind, Kind::ByLevel(_)));
    let there: BTreeMap<_, Vec<bool>> = by_level
        .map(|info| {
            (info.name.to_owned(), Level::ALL.iter().map(|level| level.switch(info.key).expect("it depends on the level")).collect())
        })
        .collect();
    assert_eq!(told, there);
}

#[test]
fn the_page_names_every_role() {
    let told: BTreeSet<_> = table("MODELS").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(told, Role::ALL.iter().map(ToString::to_string).collect());
}

/// Resolves the pack `mine` of a `models.yml`.
fn resolves(models_yml: &str) -> Models {
    let env = Environment::from_pairs([("LOCAL_KEY", "a key of the test")]);
    let overrides = BTreeMap::new();
    let sources = ModelSources { env: &env, user: Some(models_yml), pack: None, overrides: &overrides, local: &[] };
    let models = Models::resolve(&sources).expect("the example is a models.yml");
    models.require_keys().expect("it has its key");
    models
}

#[test]
fn the_example_of_the_page_is_a_models_yml() {
    let text = page("git-plandex-models.5");
    let after = text.split_once(".Bd -literal -offset indent\nproviders:").expect("there is an example").1;
    let example = format!("providers:{}", after.split_once(".Ed").expect("it ends").0);
    assert_eq!(resolves(&example).pack(), "mine");
}

#[test]
fn the_example_of_the_readme_is_a_models_yml() {
    let text = repository_file("README.md");
    let example = text.split_once("```yaml\n").expect("there is an example").1.split_once("```").expect("it ends").0;
    assert_eq!(resolves(example).pack(), "mine");
}
