//! Choosing the pack, and the model of each role in it.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, ModelEntry, ProviderEntry, RoleSettings};
use super::providers::Endpoint;
use super::{Access, Api, Environment, Model, ModelSources, ModelsError, Role};

/// The window assumed for a model that no list describes: in the cloud, and on the user's own hardware.
const UNKNOWN_WINDOW: u64 = 128_000;
const UNKNOWN_LOCAL_WINDOW: u64 = 8_192;
/// The room for the answer of such a model.
const UNKNOWN_OUTPUT: u64 = 16_000;

/// The pack that is in force, with what is laid over it.
pub(super) struct Choice<'a> {
    catalogue: &'a Catalogue,
    sources: &'a ModelSources<'a>,
    pub(super) pack: String,
    pack_source: String,
    roles: BTreeMap<Role, RoleSettings>,
}

impl<'a> Choice<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, sources: &'a ModelSources<'a>) -> Result<Self, ModelsError> {
        let of_roles = || sources.overrides.iter().filter(|(word, _)| *word != "pack");
        for (word, _) in of_roles() {
            word.parse::<Role>()?;
        }
        let asked = sources.pack.or_else(|| sources.overrides.get("pack").map(String::as_str));
        let found = match asked {
            Some(name) => Some(name.to_owned()),
            None => catalogue.automatic_pack(sources.env)?,
        };
        if let Some(pack) = found {
            let roles = catalogue.pack(&pack)?;
            let origin = if catalogue.user_packs.contains(&pack) { "models.yml" } else { "built in" };
            let pack_source = format!("pack '{pack}' ({origin})");
            return Ok(Self { catalogue, sources, pack, pack_source, roles });
        }
        let server = sources.local.first().ok_or(ModelsError::NoModel)?;
        let model = format!("{}/{}", server.provider, server.model);
        let settings = RoleSettings { model, ..RoleSettings::default() };
        let roles = Role::ALL.into_iter().filter(|role| role.falls_back_to().is_none()).map(|role| (role, settings.clone())).collect();
        Ok(Self { catalogue, sources, pack: "local".to_owned(), pack_source: format!("{} on this machine", server.provider), roles })
    }

    /// What is chosen for a role, and from where.
    pub(super) fn role(&self, role: Role) -> Result<(RoleSettings, String), ModelsError> {
        if let Some(id) = self.sources.overrides.get(role.as_str()) {
            return Ok((RoleSettings { model: id.clone(), ..RoleSettings::default() }, "plan".to_owned()));
        }
        if let Some(settings) = self.roles.get(&role) {
            return Ok((settings.clone(), self.pack_source.clone()));
        }
        let Some(other) = role.falls_back_to() else {
            return Err(ModelsError::MissingRoles { pack: self.pack.clone(), roles: self.missing() });
        };
        let (settings, source) = self.role(other)?;
        Ok((settings, format!("as {other}: {source}")))
    }

    fn missing(&self) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| role.falls_back_to().is_none() && !self.roles.contains_key(role)).collect()
    }

    pub(super) fn model(&self, role: Role, settings: &RoleSettings) -> Result<Model, ModelsError> {
        let id = &settings.model;
        let (provider, entry) = self.catalogue.model(id, role)?;
        let endpoint = self.catalogue.provider(&provider, id)?.resolve(&provider, self.sources.env)?;
        let local = self.sources.local.iter().find(|server| server.provider == provider && Some(&server.model) == entry.model.as_ref());
        let known = entry.context_window.or(local.and_then(|server| server.context_window));
        let context_window = known.unwrap_or(if endpoint.local { UNKNOWN_LOCAL_WINDOW } else { UNKNOWN_WINDOW });
        let limit = settings.max_output_tokens.or(entry.max_output_tokens);
        let sampling = entry.sampling.unwrap_or(true);
        let missing = || ModelsError::MissingField { what: "the model", name: id.clone(), field: "model" };
        let Endpoint { api, base_url, key, bearer, key_required, key_variables, headers, output_limit_field, local, dialect, mut access } =
            endpoint;
        if let Access::Command(command) = &mut access {
            let all = self.catalogue.key_variables().into_iter().chain(self.sources.env.key_variables());
            command.hidden = all.filter(|name| !key_variables.contains(name)).collect();
        }
        let name = entry.model.clone().ok_or_else(missing)?;
        let strong = settings.strong.as_ref().map(|value| self.model(role, &value.0)).transpose()?.map(Box::new);
        Ok(Model {
            role,
            strong,
            id: id.clone(),
            provider,
            api,
            base_url,
            key,
            bearer,
            key_required,
            key_variables,
            headers,
            output_limit_field,
            dialect,
            access,
            reasoning: entry.reasoning.clone(),
            images: entry.images.unwrap_or(false),
            cache_markers: entry.cache_markers.unwrap_or(api == Api::Anthropic || name.contains("claude")),
            model: name,
            context_window,
            max_output_tokens: limit.unwrap_or(UNKNOWN_OUTPUT.min(context_window / 2)),
            limit_known: limit.is_some(),
            temperature: settings.temperature.or(sampling.then(|| role.temperature())),
            top_p: settings.top_p.or(sampling.then(|| role.top_p())),
            stop: entry.stop.unwrap_or(true),
            local,
        })
    }
}

impl Catalogue {
    /// The only pack of the user's file, else the first automatic one whose keys are all there.
    fn automatic_pack(&self, env: &Environment) -> Result<Option<String>, ModelsError> {
        if let [only] = self.user_packs.iter().collect::<Vec<_>>().as_slice() {
            return Ok(Some((*only).clone()));
        }
        for name in &self.automatic_packs {
            let mut usable = true;
            for (role, settings) in self.pack(name)? {
                let (provider, _) = self.model(&settings.model, role)?;
                usable &= self.provider(&provider, &settings.model)?.resolve(&provider, env)?.key.is_some();
            }
            if usable {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    fn pack(&self, name: &str) -> Result<BTreeMap<Role, RoleSettings>, ModelsError> {
        let unknown = || ModelsError::UnknownPack { pack: name.to_owned(), known: self.packs.keys().cloned().collect() };
        let pack = self.packs.get(name).ok_or_else(unknown)?;
        let roles = pack.iter().filter(|(word, _)| *word != "description");
        roles.map(|(word, value)| Ok((word.parse::<Role>()?, value.0.clone()))).collect()
    }

    /// The provider and the facts of a model's id.
    fn model(&self, id: &str, role: Role) -> Result<(String, ModelEntry), ModelsError> {
        if let Some(entry) = self.models.get(id) {
            let missing = || ModelsError::MissingField { what: "the model", name: id.to_owned(), field: "provider" };
            return Ok((entry.provider.clone().ok_or_else(missing)?, entry.clone()));
        }
        let unlisted = id.split_once('/').filter(|(provider, name)| !name.is_empty() && self.providers.contains_key(*provider));
        let (provider, name) = unlisted.ok_or_else(|| ModelsError::UnknownModel { model: id.to_owned(), role })?;
        let listed = |entry: &&ModelEntry| entry.provider.as_deref() == Some(provider) && entry.model.as_deref() == Some(name);
        let bare = || ModelEntry { model: Some(name.to_owned()), ..ModelEntry::default() };
        Ok((provider.to_owned(), self.models.values().find(listed).cloned().unwrap_or_else(bare)))
    }

    pub(super) fn provider(&self, name: &str, wanted_by: &str) -> Result<&ProviderEntry, ModelsError> {
        let unknown = || ModelsError::UnknownProvider { provider: name.to_owned(), model: wanted_by.to_owned() };
        self.providers.get(name).ok_or_else(unknown)
    }

    pub(super) fn key_variables(&self) -> BTreeSet<String> {
        self.providers.values().flat_map(ProviderEntry::key_variables).cloned().collect()
    }
}
