//! A look at `models.yml` for what is wrong in it, each fault with its line.

use super::catalogue::Catalogue;
use super::choice::Choice;
use super::{Environment, ModelSources, ModelsError, Role};

/// A fault of the user's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Finds what is wrong in a `models.yml`: first its form, then names that lead nowhere.
pub fn problems(text: &str) -> Vec<Problem> {
    let catalogue = match Catalogue::load(Some(text)) {
        Ok(catalogue) => catalogue,
        Err(ModelsError::Parse { line, words, .. }) => return vec![Problem { line: usize::try_from(line).unwrap_or(1), message: words }],
        Err(error) => return vec![Problem { line: 1, message: error.to_string() }],
    };
    let (env, none) = (Environment::default(), Default::default());
    let sources = ModelSources { env: &env, user: None, pack: None, overrides: &none, local: &[] };
    let mut found = Vec::new();
    let mut note = |section: &str, name: &str, error: ModelsError| {
        found.push(Problem { line: line_of(text, section, name), message: error.to_string() });
    };
    for name in &catalogue.user_providers {
        if let Err(error) = catalogue.providers[name].resolve(name, &env) {
            note("providers", name, error);
        }
    }
    for name in &catalogue.user_models {
        let settings = super::role_entry::RoleSettings::of(name.as_str());
        if let Err(error) = Choice::bare(&catalogue, &sources).model(Role::Planner, &settings) {
            note("models", name, error);
        }
    }
    for name in &catalogue.user_packs {
        if let Err(error) = pack(&catalogue, &sources, name) {
            note("packs", name, error);
        }
    }
    found.sort_by_key(|problem| problem.line);
    found
}

fn pack(catalogue: &Catalogue, sources: &ModelSources<'_>, name: &str) -> Result<(), ModelsError> {
    let sources = ModelSources { pack: Some(name), ..*sources };
    let choice = Choice::new(catalogue, &sources)?;
    for role in Role::ALL {
        let (settings, _) = choice.role(role)?;
        choice.model(role, &settings)?;
    }
    Ok(())
}

/// The line where an entry of a section begins.
fn line_of(text: &str, section: &str, name: &str) -> usize {
    let key = |line: &str, key: &str| {
        let bare = line.trim_start().trim_start_matches(['"', '\'', '{', ' ']);
        bare.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| !(line.starts_with(section) && key(line, section)));
    let Some((head, first)) = lines.next() else { return 1 };
    let inline = first[section.len()..].contains(name);
    let found =
        lines.take_while(|(_, line)| line.starts_with([' ', '#', '\t']) || line.trim().is_empty()).find(|(_, line)| key(line, name));
    match found {
        Some((at, _)) if !inline => at + 1,
        _ => head + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, String)> {
        problems(text).into_iter().map(|problem| (problem.line, problem.message)).collect()
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let text = "\
providers:
  mine:
    api: openai
models:
  mine: { provider: mine, model: x }
  lost: { provider: nowhere, model: x }
packs:
  mine:
    planner: lost
  short: { planner: openai/x }
";
        let faults = [
            (2, "the provider 'mine' has no 'base_url' in models.yml"),
            (5, "the provider 'mine' has no 'base_url' in models.yml"),
            (6, "no provider is named 'nowhere' (wanted by the model 'lost')"),
            (8, "no provider is named 'nowhere' (wanted by the model 'lost')"),
            (10, "the model pack 'short' has no model for summarizer, builder, names, commit-messages, auto-continue"),
        ];
        assert_eq!(found(text), faults.map(|(line, words)| (line, words.to_owned())));
        assert_eq!(found("packs: { p: { editor: openai/x } }"), [(1, "no role is named 'editor'".to_owned())]);
    }

    #[test]
    fn a_slip_in_the_form_is_named_with_its_line() {
        let [(line, words)] = &found("models:\n  m:\n    provider: openai\n    modle: x\n")[..] else { panic!("one fault") };
        assert!(*line == 4 && words.contains("modle"), "{line} {words}");
        assert_eq!(problems("models: [")[0].line, 1);
        assert_eq!(problems(""), []);
    }
}
