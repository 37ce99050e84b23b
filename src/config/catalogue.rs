//! The form of `models.yml`, and laying the user's file over the built-in one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::ModelsError;

const BUILT_IN: &str = include_str!("models.yml");

/// The wire format that a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// OpenAI's chat completions, which many servers speak.
    Openai,
    /// Anthropic's messages.
    Anthropic,
    /// Google's `streamGenerateContent`.
    Google,
}

/// What one `models.yml` says, or several laid over each other.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Catalogue {
    pub(super) providers: BTreeMap<String, ProviderEntry>,
    pub(super) models: BTreeMap<String, ModelEntry>,
    pub(super) packs: BTreeMap<String, BTreeMap<String, RoleValue>>,
    pub(super) automatic_packs: Vec<String>,
    pub(super) local_servers: Vec<String>,
    /// The packs that the user's file holds.
    #[serde(skip)]
    pub(super) user_packs: BTreeSet<String>,
}

/// A provider: who is asked, and how.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ProviderEntry {
    pub(super) api: Option<Api>,
    pub(super) base_url: Option<String>,
    /// A variable that replaces `base_url`.
    pub(super) base_url_env: Option<String>,
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
}

/// A model of a provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ModelEntry {
    pub(super) provider: Option<String>,
    /// The provider's name for it.
    pub(super) model: Option<String>,
    pub(super) context_window: Option<u64>,
    pub(super) max_output_tokens: Option<u64>,
    /// Whether it takes temperature and top-p.
    pub(super) sampling: Option<bool>,
    /// Whether it takes stop sequences.
    pub(super) stop: Option<bool>,
}

/// What a pack says for a role: a model's id, or that with settings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleSettings {
    pub(super) model: String,
    pub(super) temperature: Option<f64>,
    pub(super) top_p: Option<f64>,
    pub(super) max_output_tokens: Option<u64>,
    pub(super) strong: Option<Box<RoleValue>>,
}

/// [`RoleSettings`] as written: the bare id, or the map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RoleValue(pub(super) RoleSettings);

/// A word, or a list of words.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct OneOrMany(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for RoleValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = RoleValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model's id, or a map with `model`")
            }
            fn visit_str<E>(self, id: &str) -> Result<RoleValue, E> {
                Ok(RoleValue(RoleSettings { model: id.to_owned(), ..RoleSettings::default() }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoleValue, A::Error> {
                RoleSettings::deserialize(MapAccessDeserializer::new(map)).map(RoleValue)
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        impl<'de> Visitor<'de> for Shape {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a list of names")
            }
            fn visit_str<E>(self, name: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![name.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<OneOrMany, A::Error> {
                let mut all = Vec::new();
                while let Some(name) = names.next_element()? {
                    all.push(name);
                }
                Ok(OneOrMany(all))
            }
        }
        deserializer.deserialize_any(Shape)
    }
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
        for (name, entry) in user.providers {
            self.providers.entry(name).or_default().lay_over(entry);
        }
        for (name, entry) in user.models {
            self.models.entry(name).or_default().lay_over(entry);
        }
        self.packs.extend(user.packs);
        replace_list(&mut self.automatic_packs, user.automatic_packs);
        replace_list(&mut self.local_servers, user.local_servers);
    }
}

impl ProviderEntry {
    fn lay_over(&mut self, user: Self) {
        replace(&mut self.api, user.api);
        if user.base_url.is_some() {
            // A URL written down by hand means just that, whatever the vendor's variables say.
            (self.base_url_env, self.host_env) = (None, None);
        }
        replace(&mut self.base_url, user.base_url);
        replace(&mut self.base_url_env, user.base_url_env);
        replace(&mut self.host_env, user.host_env);
        replace_list(&mut self.api_key_env.0, user.api_key_env.0);
        replace(&mut self.bearer_token_env, user.bearer_token_env);
        replace(&mut self.api_key_optional, user.api_key_optional);
        self.headers.extend(user.headers);
        self.headers_env.extend(user.headers_env);
        replace(&mut self.output_limit_field, user.output_limit_field);
        replace(&mut self.local, user.local);
    }
}

impl ModelEntry {
    fn lay_over(&mut self, user: Self) {
        replace(&mut self.provider, user.provider);
        replace(&mut self.model, user.model);
        replace(&mut self.context_window, user.context_window);
        replace(&mut self.max_output_tokens, user.max_output_tokens);
        replace(&mut self.sampling, user.sampling);
        replace(&mut self.stop, user.stop);
    }
}

fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

fn replace_list(old: &mut Vec<String>, new: Vec<String>) {
    if !new.is_empty() {
        *old = new;
    }
}
