//! The form of `models.yml`, and laying the user's file over the built-in one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::ModelsError;
use super::price_entry::PriceEntry;
use super::role_entry::{OneOrMany, RoleValue};

const BUILT_IN: &str = include_str!("models.yml");

/// The JSON Schema of `models.yml`, for editors.
pub const MODELS_SCHEMA: &str = include_str!("models.schema.json");

/// The wire format that a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// OpenAI's chat completions, which many servers speak.
    Openai,
    /// OpenAI's responses.
    #[serde(rename = "openai-responses")]
    Responses,
    /// OpenAI's chat completions at a deployment of Azure.
    #[serde(rename = "azure-openai")]
    Azure,
    /// Anthropic's messages.
    Anthropic,
    /// Google's `streamGenerateContent`.
    Google,
    /// The models of Vertex AI: Google's in Google's format, Claude in Anthropic's.
    #[serde(rename = "google-vertex")]
    Vertex,
    /// Amazon Bedrock's `ConverseStream`.
    #[serde(rename = "aws-bedrock")]
    Bedrock,
    /// A program that reads a request and prints events.
    Command,
}

impl Api {
    /// Its word in `models.yml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Responses => "openai-responses",
            Self::Azure => "azure-openai",
            Self::Anthropic => "anthropic",
            Self::Google => "google",
            Self::Vertex => "google-vertex",
            Self::Bedrock => "aws-bedrock",
            Self::Command => "command",
        }
    }
}

/// The peculiarities of a provider within its wire format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// The format as its vendor describes it.
    #[default]
    Plain,
    /// OpenRouter.
    Openrouter,
    /// DeepSeek.
    Deepseek,
    /// Perplexity.
    Perplexity,
    /// Ollama.
    Ollama,
    /// llama.cpp's server.
    LlamaCpp,
    /// The program `claude`.
    Claude,
    /// The program `codex`.
    Codex,
}

/// How much a model is to reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reasoning {
    /// A word of the provider, such as `low`, `medium` or `high`.
    pub effort: Option<String>,
    /// The most tokens that it may take.
    pub budget: Option<u64>,
}

/// What one `models.yml` says, or several laid over each other.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Catalogue {
    /// Where the schema is, which editors read.
    #[serde(rename = "$schema")]
    schema: Option<String>,
    pub(super) providers: BTreeMap<String, ProviderEntry>,
    pub(super) models: BTreeMap<String, ModelEntry>,
    pub(super) packs: BTreeMap<String, PackEntry>,
    pub(super) automatic_packs: Vec<String>,
    pub(super) local_servers: Vec<String>,
    pub(super) command_packs: Vec<String>,
    /// The packs that the user's file holds.
    #[serde(skip)]
    pub(super) user_packs: BTreeSet<String>,
    /// The models that it holds.
    #[serde(skip)]
    pub(super) user_models: BTreeSet<String>,
    /// The providers that it holds.
    #[serde(skip)]
    pub(super) user_providers: BTreeSet<String>,
}

/// A pack: a model for each role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PackEntry {
    pub(super) description: String,
    #[serde(flatten)]
    pub(super) roles: BTreeMap<String, RoleValue>,
}

/// A provider: who is asked, and how.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ProviderEntry {
    pub(super) api: Option<Api>,
    pub(super) base_url: Option<String>,
    /// The variables that may replace `base_url`, first match wins.
    pub(super) base_url_env: OneOrMany,
    /// A variable that replaces the host of `base_url`, in the form of `OLLAMA_HOST`.
    pub(super) host_env: Option<String>,
    /// The variables that may hold the key, first match wins.
    pub(super) api_key_env: OneOrMany,
    /// A variable with a token that is sent as `Authorization: Bearer`, if no key is set.
    pub(super) bearer_token_env: Option<String>,
    /// Whether requests without a key are fine.
    pub(super) api_key_optional: Option<bool>,
    /// Headers sent with each request.
    pub(super) headers: BTreeMap<String, String>,
    /// Headers whose values come from variables, sent when those are set.
    pub(super) headers_env: BTreeMap<String, String>,
    /// The name of the output limit in requests of the OpenAI format.
    pub(super) output_limit_field: Option<String>,
    /// Whether it runs on the user's own hardware, where the first token may take long.
    pub(super) local: Option<bool>,
    /// The peculiarities of the provider within its format.
    pub(super) dialect: Option<Dialect>,
    /// Azure's `api-version`.
    pub(super) api_version: Option<String>,
    /// The region of AWS.
    pub(super) region: Option<String>,
    /// The project of Google's cloud.
    pub(super) project: Option<String>,
    /// The location within Google's cloud.
    pub(super) location: Option<String>,
    /// The program, with its arguments, of `api: command`.
    pub(super) command: Vec<String>,
}

/// A model of a provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ModelEntry {
    /// What it is good for, for people.
    pub(super) description: Option<String>,
    pub(super) provider: Option<String>,
    /// The provider's name for it.
    pub(super) model: Option<String>,
    pub(super) context_window: Option<u64>,
    pub(super) max_output_tokens: Option<u64>,
    /// Whether it takes temperature and top-p.
    pub(super) sampling: Option<bool>,
    /// Whether it takes stop sequences.
    pub(super) stop: Option<bool>,
    /// How much it is to reason.
    pub(super) reasoning: Option<Reasoning>,
    /// Whether it takes pictures.
    pub(super) images: Option<bool>,
    /// Whether the places worth caching are marked in requests.
    pub(super) cache_markers: Option<bool>,
    /// What is paid for it.
    pub(super) prices: Option<PriceEntry>,
    /// The same model at other providers, for when the first has no key or fails; what is not said is as above.
    pub(super) elsewhere: Vec<ModelEntry>,
}

impl Catalogue {
    /// The built-in list with the user's `models.yml` laid over it.
    pub(super) fn load(user: Option<&str>) -> Result<Self, ModelsError> {
        let mut all = Self::parse(BUILT_IN)?;
        if let Some(text) = user.filter(|text| !text.trim().is_empty()) {
            all.lay_over(Self::parse(text)?);
        }
        Ok(all)
    }

    fn parse(text: &str) -> Result<Self, ModelsError> {
        serde_yaml::from_str(text).map_err(|error| {
            let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            let words = error.without_snippet().to_string();
            ModelsError::Parse { file: "models.yml".into(), line, column, words }
        })
    }

    fn lay_over(&mut self, user: Self) {
        self.user_packs = user.packs.keys().cloned().collect();
        self.user_models = user.models.keys().cloned().collect();
        self.user_providers = user.providers.keys().cloned().collect();
        for (name, entry) in user.providers {
            self.providers.entry(name).or_default().lay_over(entry);
        }
        for (name, entry) in user.models {
            self.models.entry(name).or_default().lay_over(entry);
        }
        self.packs.extend(user.packs);
        replace_list(&mut self.automatic_packs, user.automatic_packs);
        replace_list(&mut self.local_servers, user.local_servers);
        replace_list(&mut self.command_packs, user.command_packs);
    }
}

impl ProviderEntry {
    fn lay_over(&mut self, user: Self) {
        replace(&mut self.api, user.api);
        if user.base_url.is_some() {
            // A URL written down by hand means just that, whatever the vendor's variables say.
            (self.base_url_env, self.host_env) = (OneOrMany::default(), None);
        }
        replace(&mut self.base_url, user.base_url);
        replace_list(&mut self.base_url_env.0, user.base_url_env.0);
        replace(&mut self.host_env, user.host_env);
        replace_list(&mut self.api_key_env.0, user.api_key_env.0);
        replace(&mut self.bearer_token_env, user.bearer_token_env);
        replace(&mut self.api_key_optional, user.api_key_optional);
        self.headers.extend(user.headers);
        self.headers_env.extend(user.headers_env);
        replace(&mut self.output_limit_field, user.output_limit_field);
        replace(&mut self.local, user.local);
        replace(&mut self.dialect, user.dialect);
        replace(&mut self.api_version, user.api_version);
        replace(&mut self.region, user.region);
        replace(&mut self.project, user.project);
        replace(&mut self.location, user.location);
        replace_list(&mut self.command, user.command);
    }
}

impl ModelEntry {
    /// The ways to the model: its own provider first, then those elsewhere.
    pub(super) fn places(&self) -> Vec<ModelEntry> {
        let own = ModelEntry { elsewhere: Vec::new(), ..self.clone() };
        let elsewhere = self.elsewhere.iter().map(|place| {
            let mut entry = own.clone();
            entry.lay_over(place.clone());
            entry
        });
        std::iter::once(own.clone()).chain(elsewhere).collect()
    }

    fn lay_over(&mut self, user: Self) {
        if self.provider.is_some() && user.provider.is_some() && self.provider != user.provider && user.elsewhere.is_empty() {
            // Another provider than the built-in one: what is known of that one's neighbours does not hold any more.
            self.elsewhere.clear();
        }
        replace(&mut self.description, user.description);
        replace(&mut self.provider, user.provider);
        replace(&mut self.model, user.model);
        replace(&mut self.context_window, user.context_window);
        replace(&mut self.max_output_tokens, user.max_output_tokens);
        replace(&mut self.sampling, user.sampling);
        replace(&mut self.stop, user.stop);
        replace(&mut self.reasoning, user.reasoning);
        replace(&mut self.images, user.images);
        replace(&mut self.cache_markers, user.cache_markers);
        replace(&mut self.prices, user.prices);
        replace_list(&mut self.elsewhere, user.elsewhere);
    }
}

fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

fn replace_list<T>(old: &mut Vec<T>, new: Vec<T>) {
    if !new.is_empty() {
        *old = new;
    }
}
