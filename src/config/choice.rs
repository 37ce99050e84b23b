//! Choosing the pack, and what it says for each role.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, ModelEntry, ProviderEntry};
use super::role_entry::RoleSettings;
use super::{Environment, ModelSources, ModelsError, Role};

/// The pack that is in force, with what is laid over it.
pub(super) struct Choice<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) sources: &'a ModelSources<'a>,
    pub(super) pack: String,
    pack_source: String,
    roles: BTreeMap<Role, RoleSettings>,
}

impl<'a> Choice<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, sources: &'a ModelSources<'a>) -> Result<Self, ModelsError> {
        for word in sources.overrides.keys().filter(|word| *word != "pack") {
            word.parse::<Role>()?;
        }
        let asked = sources.pack.or_else(|| sources.overrides.get("pack").map(String::as_str));
        let found = match asked {
            Some(name) => Some(name.to_owned()),
            None => catalogue.automatic_pack(sources.env)?,
        };
        match found {
            Some(pack) => Self::of_pack(catalogue, sources, pack),
            None => Self::of_server(catalogue, sources),
        }
    }

    /// No pack at all, for a look at models by themselves.
    pub(super) fn bare(catalogue: &'a Catalogue, sources: &'a ModelSources<'a>) -> Self {
        Self { catalogue, sources, pack: String::new(), pack_source: String::new(), roles: BTreeMap::new() }
    }

    fn of_pack(catalogue: &'a Catalogue, sources: &'a ModelSources<'a>, pack: String) -> Result<Self, ModelsError> {
        let roles = catalogue.pack(&pack)?;
        let origin = if catalogue.user_packs.contains(&pack) { "models.yml" } else { "built in" };
        let pack_source = format!("pack '{pack}' ({origin})");
        Ok(Self { catalogue, sources, pack, pack_source, roles })
    }

    /// Every role is done by the model of a server on this machine.
    fn of_server(catalogue: &'a Catalogue, sources: &'a ModelSources<'a>) -> Result<Self, ModelsError> {
        let server = sources.local.first().ok_or_else(|| catalogue.no_model(sources.env))?;
        let settings = RoleSettings::of(format!("{}/{}", server.provider, server.model));
        let roles = Role::ALL.into_iter().filter(|role| role.falls_back_to().is_none()).map(|role| (role, settings.clone())).collect();
        Ok(Self { catalogue, sources, pack: "local".to_owned(), pack_source: format!("{} on this machine", server.provider), roles })
    }

    /// What is chosen for a role, and from where; a plan's own choice keeps the pack's fallbacks.
    pub(super) fn role(&self, role: Role) -> Result<(RoleSettings, String), ModelsError> {
        let chosen = self.of_role(role);
        let Some(id) = self.sources.overrides.get(role.as_str()) else { return chosen };
        let RoleSettings { large_context, large_output, error, strong, .. } = chosen.map_or_else(|_| RoleSettings::default(), |(of, _)| of);
        Ok((RoleSettings { large_context, large_output, error, strong, ..RoleSettings::of(id) }, "plan".to_owned()))
    }

    fn of_role(&self, role: Role) -> Result<(RoleSettings, String), ModelsError> {
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
}

impl Catalogue {
    /// The only pack of the user's file, else the first automatic one of which every model can be reached.
    fn automatic_pack(&self, env: &Environment) -> Result<Option<String>, ModelsError> {
        if let [only] = self.user_packs.iter().collect::<Vec<_>>().as_slice() {
            return Ok(Some((*only).clone()));
        }
        for name in &self.automatic_packs {
            let mut usable = true;
            for (role, settings) in self.pack(name)? {
                usable = usable && self.is_reachable(&settings.model, role, env)?;
            }
            if usable {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }

    /// Whether a provider of the model has a key of its own; a server that may not run is not counted.
    fn is_reachable(&self, id: &str, role: Role, env: &Environment) -> Result<bool, ModelsError> {
        for (provider, _) in self.model(id, role)? {
            let endpoint = self.provider(&provider, id)?.resolve(&provider, env)?;
            if endpoint.credentials.is_complete() && (endpoint.key_required || !endpoint.access.takes_key()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Why there is nothing to work with: credentials that are there in part, or none.
    fn no_model(&self, env: &Environment) -> ModelsError {
        let partial = self.providers.iter().find_map(|(name, entry)| match entry.resolve(name, env).ok()?.credentials {
            super::Credentials::Partial { set, missing } => Some((name.clone(), set, missing)),
            _ => None,
        });
        match partial {
            Some((provider, set, missing)) => ModelsError::PartialCredentials { provider, set, missing },
            None => ModelsError::NoModel { installed: self.installed_packs(env).unwrap_or_default() },
        }
    }

    pub(super) fn pack(&self, name: &str) -> Result<BTreeMap<Role, RoleSettings>, ModelsError> {
        let unknown = || ModelsError::UnknownPack { pack: name.to_owned(), known: self.packs.keys().cloned().collect() };
        let pack = self.packs.get(name).ok_or_else(unknown)?;
        pack.roles.iter().map(|(word, value)| Ok((word.parse::<Role>()?, value.0.clone()))).collect()
    }

    /// The providers of a model's id with its facts there, in the order of preference.
    pub(super) fn model(&self, id: &str, role: Role) -> Result<Vec<(String, ModelEntry)>, ModelsError> {
        if let Some(entry) = self.models.get(id) {
            let missing = || ModelsError::MissingField { what: "the model", name: id.to_owned(), field: "provider" };
            return entry.places().into_iter().map(|place| Ok((place.provider.clone().ok_or_else(missing)?, place))).collect();
        }
        let unlisted = id.split_once('/').filter(|(provider, name)| !name.is_empty() && self.providers.contains_key(*provider));
        let (provider, name) = unlisted.ok_or_else(|| ModelsError::UnknownModel { model: id.to_owned(), role })?;
        let listed = |place: &ModelEntry| place.provider.as_deref() == Some(provider) && place.model.as_deref() == Some(name);
        let known = self.models.values().flat_map(ModelEntry::places).find(listed);
        let bare = || ModelEntry { model: Some(name.to_owned()), ..ModelEntry::default() };
        Ok(vec![(provider.to_owned(), known.unwrap_or_else(bare))])
    }

    pub(super) fn provider(&self, name: &str, wanted_by: &str) -> Result<&ProviderEntry, ModelsError> {
        let unknown = || ModelsError::UnknownProvider { provider: name.to_owned(), model: wanted_by.to_owned() };
        self.providers.get(name).ok_or_else(unknown)
    }

    pub(super) fn key_variables(&self) -> BTreeSet<String> {
        self.providers.values().flat_map(ProviderEntry::key_variables).cloned().collect()
    }
}
