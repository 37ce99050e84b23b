//! What can be chosen: packs, models and providers, for listings.

use super::catalogue::Catalogue;
use super::choice::Choice;
use super::{Api, Credentials, Environment, Model, ModelSources, Models, ModelsError, Role};
use crate::plan::Prices;

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRow {
    /// Its name.
    pub name: String,
    /// What it is good for.
    pub description: String,
    /// Whether the user's file has it.
    pub custom: bool,
    /// The roles that it names, each with the model's id.
    pub roles: Vec<(Role, String)>,
}

/// A model of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRow {
    /// Its id.
    pub id: String,
    /// What it is good for.
    pub description: String,
    /// The provider that is asked, as things stand.
    pub provider: String,
    /// The providers that have it.
    pub providers: Vec<String>,
    /// The provider's name for it.
    pub model: String,
    /// How many tokens go in and out together.
    pub context_window: u64,
    /// How many tokens it may answer.
    pub max_output_tokens: u64,
    /// What is paid for it.
    pub prices: Option<Prices>,
    /// Whether it takes pictures.
    pub images: bool,
    /// Whether it can be reached.
    pub reachable: bool,
}

/// A provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderRow {
    /// Its name.
    pub name: String,
    /// The wire format.
    pub api: Api,
    /// Where requests go; nothing for a program, and for a resource that no variable names yet.
    pub base_url: String,
    /// The variables that may hold its key.
    pub key_variables: Vec<String>,
    /// Whether what it needs is there.
    pub credentials: Credentials,
    /// Whether it runs on the user's own hardware.
    pub local: bool,
    /// Whether a key in a header lets requests in, which a credential helper can keep.
    pub takes_key: bool,
}

impl Models {
    /// Every pack, by name.
    pub fn packs(user: Option<&str>) -> Result<Vec<PackRow>, ModelsError> {
        let catalogue = Catalogue::load(user)?;
        let row = |name: &String| {
            let (description, custom) = (catalogue.packs[name].description.clone(), catalogue.user_packs.contains(name));
            let roles = catalogue.pack(name)?.into_iter().map(|(role, settings)| (role, settings.model)).collect();
            Ok(PackRow { name: name.clone(), description, custom, roles })
        };
        catalogue.packs.keys().map(row).collect()
    }

    /// Every model of the list, by id.
    pub fn available(sources: &ModelSources<'_>) -> Result<Vec<ModelRow>, ModelsError> {
        let catalogue = Catalogue::load(sources.user)?;
        let choice = Choice::bare(&catalogue, sources);
        let row = |id: &String| {
            let model: Model = choice.model(Role::Planner, &super::role_entry::RoleSettings::of(id))?;
            let places = catalogue.model(id, Role::Planner)?;
            Ok(ModelRow {
                id: id.clone(),
                description: catalogue.models[id].description.clone().unwrap_or_default(),
                providers: places.into_iter().map(|(provider, _)| provider).collect(),
                reachable: model.credentials.is_complete(),
                provider: model.provider,
                model: model.model,
                context_window: model.context_window,
                max_output_tokens: model.max_output_tokens,
                prices: model.prices,
                images: model.images,
            })
        };
        catalogue.models.keys().map(row).collect()
    }

    /// Every provider, by name.
    pub fn providers(env: &Environment, user: Option<&str>) -> Result<Vec<ProviderRow>, ModelsError> {
        let catalogue = Catalogue::load(user)?;
        let row = |name: &String| {
            let entry = &catalogue.providers[name];
            let endpoint = entry.resolve(name, env)?;
            Ok(ProviderRow {
                name: name.clone(),
                api: endpoint.api,
                takes_key: endpoint.access.takes_key() && !endpoint.key_variables.is_empty(),
                base_url: endpoint.base_url,
                key_variables: endpoint.key_variables,
                credentials: endpoint.credentials,
                local: endpoint.local,
            })
        };
        catalogue.providers.keys().map(row).collect()
    }

    /// The packs that reach their models through a program which is installed.
    pub fn installed_packs(env: &Environment, user: Option<&str>) -> Result<Vec<String>, ModelsError> {
        Catalogue::load(user)?.installed_packs(env)
    }

    /// The largest window of a model of the list.
    pub fn largest_window(user: Option<&str>) -> Result<u64, ModelsError> {
        let catalogue = Catalogue::load(user)?;
        Ok(catalogue.models.values().filter_map(|entry| entry.context_window).max().unwrap_or(0))
    }
}

impl Catalogue {
    /// The packs for programs of which every model can be reached.
    pub(super) fn installed_packs(&self, env: &Environment) -> Result<Vec<String>, ModelsError> {
        let mut installed = Vec::new();
        for name in &self.command_packs {
            let mut complete = true;
            for (role, settings) in self.pack(name)? {
                for (provider, _) in self.model(&settings.model, role)? {
                    complete &= self.provider(&provider, &settings.model)?.resolve(&provider, env)?.credentials.is_complete();
                }
            }
            if complete {
                installed.push(name.clone());
            }
        }
        Ok(installed)
    }
}
