//! From `models.yml`, settings and the environment to the model of each role.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::Catalogue;
use super::choice::Choice;
use super::model::is_loopback;
use super::{Environment, Mask, Model, ModelsError, Role, Secret};

/// Where the choice of models comes from.
#[derive(Debug, Clone, Copy)]
pub struct ModelSources<'a> {
    /// The environment: keys, base URLs.
    pub env: &'a Environment,
    /// The text of the user's `models.yml`.
    pub user: Option<&'a str>,
    /// The pack that was asked for; wins over one in `overrides`.
    pub pack: Option<&'a str>,
    /// A plan's own settings: a role's word to a model's id, and `pack` to a pack's name.
    pub overrides: &'a BTreeMap<String, String>,
    /// Model servers found on this machine, asked for only when nothing else is configured.
    pub local: &'a [LocalServer],
}

/// A model server that runs on this machine, and the model to use there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalServer {
    /// The provider's name in `models.yml`.
    pub provider: String,
    /// The server's name for the model.
    pub model: String,
    /// The model's window, if the server says.
    pub context_window: Option<u64>,
}

/// A place where a model server may run.
#[derive(Debug, Clone)]
pub struct LocalCandidate {
    /// The provider's name in `models.yml`.
    pub provider: String,
    /// Its base URL; `/models` below it lists the models.
    pub base_url: String,
    /// The key, if one is set.
    pub key: Option<Secret>,
}

impl LocalCandidate {
    /// Whether it is on this machine, and not on another that the user names.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base_url)
    }
}

/// One line of what is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The role.
    pub role: Role,
    /// The model's id.
    pub model: String,
    /// The provider's name.
    pub provider: String,
    /// Where the choice comes from, in words.
    pub source: String,
}

/// The models in force: one for each role.
#[derive(Debug, Clone)]
pub struct Models {
    pack: String,
    models: Vec<Model>,
    listing: Vec<InForce>,
    mask: Mask,
    key_variables: BTreeSet<String>,
}

impl Models {
    /// Chooses the models; with nothing configured, those whose keys are in the environment, else those of a local server.
    pub fn resolve(sources: &ModelSources<'_>) -> Result<Self, ModelsError> {
        let catalogue = Catalogue::load(sources.user)?;
        let choice = Choice::new(&catalogue, sources)?;
        let mut models = Vec::new();
        let mut listing = Vec::new();
        for role in Role::ALL {
            let (settings, source) = choice.role(role)?;
            let model = choice.model(role, &settings)?;
            listing.push(InForce { role, model: model.id.clone(), provider: model.provider.clone(), source });
            models.push(model);
        }
        let key_variables = catalogue.key_variables();
        let mask = Mask::of(sources.env, key_variables.iter().map(String::as_str)).and(kept_keys(&models).iter().map(String::as_str));
        Ok(Self { pack: choice.pack, models, listing, mask, key_variables })
    }

    /// Where model servers may run on this machine, in the order of preference.
    pub fn local_candidates(sources: &ModelSources<'_>) -> Result<Vec<LocalCandidate>, ModelsError> {
        let catalogue = Catalogue::load(sources.user)?;
        let mut candidates = Vec::new();
        for name in &catalogue.local_servers {
            let endpoint = catalogue.provider(name, "local_servers")?.resolve(name, sources.env)?;
            candidates.push(LocalCandidate { provider: name.clone(), base_url: endpoint.base_url, key: endpoint.key });
        }
        Ok(candidates)
    }

    /// The model of a role.
    pub fn for_role(&self, role: Role) -> &Model {
        &self.models[role as usize]
    }

    /// Refuses if a role's provider lacks its key.
    pub fn require_keys(&self) -> Result<(), ModelsError> {
        let lacking = self.models.iter().find(|model| !model.credentials.is_complete());
        lacking.map_or(Ok(()), |model| Err(ModelsError::no_credentials(model)))
    }

    /// The name of the pack in force; `local` for a server that was found on this machine.
    pub fn pack(&self) -> &str {
        &self.pack
    }

    /// What is in force and from where, one line per role.
    pub fn listing(&self) -> &[InForce] {
        &self.listing
    }

    /// Hides every known key.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// The variables that may hold keys of providers.
    pub fn key_variables(&self) -> &BTreeSet<String> {
        &self.key_variables
    }
}

/// The keys of the models, those of the models that take over from them included.
fn kept_keys(models: &[Model]) -> Vec<String> {
    let mut keys = Vec::new();
    models.iter().for_each(|model| model.visit(&mut |model| keys.extend(model.key.as_ref().map(|key| key.expose().to_owned()))));
    keys
}

/// The text of the user's `models.yml`, if there is one.
pub fn read_models_file(env: &Environment) -> Result<Option<String>, ModelsError> {
    let Some(path) = env.models_file() else { return Ok(None) };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ModelsError::Read { path, source }),
    }
}

/// The mask for every key that the user's models may use, whichever of them are in force.
pub fn mask_of(env: &Environment) -> Result<Mask, ModelsError> {
    let catalogue = Catalogue::load(read_models_file(env)?.as_deref())?;
    Ok(Mask::of(env, catalogue.key_variables().iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "
providers:
  mine: { api: openai, base_url: 'http://127.0.0.1:8080/v1', api_key_env: MINE_KEY }
models:
  my-coder: { provider: mine, model: qwen3-coder, context_window: 128000, max_output_tokens: 16000 }
packs:
  mine:
    planner: my-coder
    coder: { model: my-coder, temperature: 0.7 }
    builder: my-coder
    summarizer: my-coder
    names: mine/tiny
    commit-messages: my-coder
    auto-continue: my-coder
";

    fn resolve(env: &[(&str, &str)], user: Option<&str>, pack: Option<&str>, overrides: &[(&str, &str)]) -> Result<Models, ModelsError> {
        let env = Environment::from_pairs(env.iter().copied());
        let overrides = overrides.iter().map(|(role, model)| ((*role).to_owned(), (*model).to_owned())).collect();
        Models::resolve(&ModelSources { env: &env, user, pack, overrides: &overrides, local: &[] })
    }

    #[test]
    fn without_configuration_the_first_key_in_the_environment_decides() {
        let pack = |env: &[(&str, &str)]| resolve(env, None, None, &[]).map(|models| models.pack().to_owned());
        assert_eq!(pack(&[("OPENAI_API_KEY", "k")]).expect("a key"), "openai");
        assert_eq!(pack(&[("OPENROUTER_API_KEY", "k"), ("OPENAI_API_KEY", "k")]).expect("a key"), "daily");
        assert_eq!(pack(&[("GEMINI_API_KEY", "k")]).expect("a key"), "google");
        assert_eq!(pack(&[("ANTHROPIC_AUTH_TOKEN", "k"), ("OPENAI_API_KEY", "k")]).expect("a token"), "daily");
        let error = pack(&[("OPENAI_API_KEY", "")]).expect_err("no key");
        assert!(matches!(error, ModelsError::NoModel { .. }));
        assert!(error.hint().expect("a guide").contains("export ANTHROPIC_API_KEY"));
    }

    #[test]
    fn a_users_only_pack_is_taken_and_roles_fall_back() {
        let models = resolve(&[("ANTHROPIC_API_KEY", "k"), ("MINE_KEY", "secret-of-mine")], Some(USER), None, &[]).expect("a pack");
        assert_eq!(models.pack(), "mine");
        assert_eq!(models.for_role(Role::Architect).model, "qwen3-coder");
        assert_eq!((models.for_role(Role::Coder).temperature, models.for_role(Role::Planner).temperature), (Some(0.7), Some(0.3)));
        let tiny = models.for_role(Role::Names);
        assert_eq!((tiny.id.as_str(), tiny.model.as_str(), tiny.limit_known, tiny.local), ("mine/tiny", "tiny", false, true));
        assert_eq!(models.listing()[1].source, "as planner: pack 'mine' (models.yml)");
        assert_eq!(models.mask().text("secret-of-mine"), "***");
        assert!(models.key_variables().contains("MINE_KEY") && models.key_variables().contains("ANTHROPIC_AUTH_TOKEN"));
        assert!(!format!("{models:?}").contains("secret-of-mine"));
    }

    #[test]
    fn what_was_asked_for_wins_over_the_plan_and_that_over_the_environment() {
        let env = [("ANTHROPIC_API_KEY", "k")];
        let plan = [("pack", "openai"), ("names", "anthropic/claude-haiku-5-5")];
        let models = resolve(&env, None, None, &plan).expect("a pack");
        assert_eq!((models.pack(), models.for_role(Role::Names).context_window), ("openai", 1_000_000));
        assert_eq!(models.listing()[6].source, "plan");
        assert_eq!(resolve(&env, None, Some("google"), &plan).expect("a pack").pack(), "google");
    }

    #[test]
    fn a_wrong_name_is_an_error_that_says_which() {
        let error = |user: Option<&str>, pack: Option<&str>, overrides: &[(&str, &str)]| {
            resolve(&[("OPENAI_API_KEY", "k")], user, pack, overrides).expect_err("a wrong name").to_string()
        };
        assert_eq!(error(None, Some("nope"), &[]), "no model pack is named 'nope'");
        assert_eq!(error(None, None, &[("coder", "gpt-99")]), "no model is named 'gpt-99' (wanted for the coder)");
        assert_eq!(error(None, None, &[("editor", "x")]), "no role is named 'editor'");
        assert_eq!(
            error(Some("packs: { p: { planner: openai/x } }"), None, &[]),
            "the model pack 'p' has no model for summarizer, builder, names, commit-messages, auto-continue"
        );
        assert_eq!(
            error(Some("models: { m: { provider: nope, model: x } }"), None, &[("coder", "m")]),
            "no provider is named 'nope' (wanted by the model 'm')"
        );
        let typo = error(Some("models:\n  m: { provider: openai, modle: x }"), None, &[]);
        assert!(typo.starts_with("models.yml:2:26: ") && typo.contains("modle"), "{typo}");
    }

    #[test]
    fn a_users_entry_is_laid_over_the_built_in_one_field_by_field() {
        let user = "
providers: { anthropic: { base_url: 'https://gateway.example.com' } }
models: { claude-sonnet-5-5: { max_output_tokens: 32000 } }";
        let env = [("ANTHROPIC_API_KEY", "k"), ("ANTHROPIC_BASE_URL", "https://elsewhere.example.com")];
        let models = resolve(&env, Some(user), None, &[]).expect("a pack");
        let model = models.for_role(Role::Planner);
        assert_eq!(model.base_url, "https://gateway.example.com");
        assert_eq!((model.max_output_tokens, model.context_window, model.temperature), (32_000, 1_000_000, None));
        let plain = resolve(&env, None, None, &[]).expect("a pack");
        assert_eq!(plain.for_role(Role::Planner).base_url, "https://elsewhere.example.com");
    }

    #[test]
    fn a_local_server_is_the_last_resort_and_does_every_job() {
        let env = Environment::from_pairs([("OLLAMA_HOST", "box:9999")]);
        let overrides = BTreeMap::new();
        let server = LocalServer { provider: "ollama".to_owned(), model: "library/qwen3:8b".to_owned(), context_window: Some(32_768) };
        let sources = ModelSources { env: &env, user: None, pack: None, overrides: &overrides, local: &[server] };
        let models = Models::resolve(&sources).expect("a server");
        let model = models.for_role(Role::WholeFileBuilder);
        assert_eq!(
            (model.model.as_str(), model.base_url.as_str(), model.context_window),
            ("library/qwen3:8b", "http://box:9999/v1", 32_768)
        );
        assert_eq!(models.listing()[0].source, "ollama on this machine");
        models.require_keys().expect("no key is needed");
        let names: Vec<String> = Models::local_candidates(&sources).expect("candidates").into_iter().map(|one| one.provider).collect();
        assert_eq!(names, ["ollama", "lm-studio", "llama-cpp"]);
    }
}
