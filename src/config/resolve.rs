//! From what is chosen for a role to a model with its provider, limits, prices and fallbacks.

use std::sync::Arc;

use super::catalogue::ModelEntry;
use super::choice::Choice;
use super::providers::Endpoint;
use super::role_entry::{Chain, RoleSettings};
use super::{Access, Api, Fallback, Fallbacks, MAX_FALLBACKS, Model, ModelsError, Role};
use crate::plan::Prices;

/// The window assumed for a model that no list describes: in the cloud, and on the user's own hardware.
const UNKNOWN_WINDOW: u64 = 128_000;
const UNKNOWN_LOCAL_WINDOW: u64 = 8_192;
/// The room for the answer of such a model.
const UNKNOWN_OUTPUT: u64 = 16_000;

/// The reasons for which a pack names other models.
const NAMED: [Fallback; 4] = [Fallback::LargeContext, Fallback::LargeOutput, Fallback::Error, Fallback::Strong];

impl Choice<'_> {
    /// The model of a role, at the first provider that lets requests in, with what takes over from it.
    pub(super) fn model(&self, role: Role, settings: &RoleSettings) -> Result<Model, ModelsError> {
        let model = self.nested(role, settings, 0)?;
        Ok(Arc::unwrap_or_clone(model))
    }

    fn nested(&self, role: Role, settings: &RoleSettings, depth: usize) -> Result<Arc<Model>, ModelsError> {
        if depth > MAX_FALLBACKS {
            return Err(ModelsError::TooDeep { model: settings.model.clone(), role });
        }
        let mut fallbacks = Fallbacks::default();
        for kind in NAMED {
            if let Some(chain) = settings.chain(kind) {
                fallbacks.set(kind, self.chain(role, kind, chain, depth)?);
            }
        }
        self.at_its_providers(role, settings, &fallbacks)
    }

    /// A chain of models, each taking over from the one before; those that cannot be reached are left out.
    fn chain(&self, role: Role, kind: Fallback, chain: &Chain, depth: usize) -> Result<Option<Arc<Model>>, ModelsError> {
        let mut next: Option<Arc<Model>> = None;
        for (at, value) in chain.0.iter().enumerate().rev() {
            let mut model = self.nested(role, &value.0, depth + at + 1)?;
            if !model.credentials.is_complete() {
                continue;
            }
            if model.fallbacks.next(kind).is_none() {
                Arc::make_mut(&mut model).fallbacks.set(kind, next);
            }
            next = Some(model);
        }
        Ok(next)
    }

    /// The model where it can be reached, the other such places taking over from each other when a provider fails.
    fn at_its_providers(&self, role: Role, settings: &RoleSettings, fallbacks: &Fallbacks) -> Result<Arc<Model>, ModelsError> {
        let mut places = Vec::new();
        for (provider, entry) in self.catalogue.model(&settings.model, role)? {
            let endpoint = self.catalogue.provider(&provider, &settings.model)?.resolve(&provider, self.sources.env)?;
            places.push(self.place(role, settings, provider, &entry, endpoint)?);
        }
        let complete = |model: &Model| model.credentials.is_complete();
        if !places.iter().any(complete) {
            // Half of a provider's credentials is more than none: that is where the user meant to go.
            let half = places.iter().position(|model| matches!(model.credentials, super::Credentials::Partial { .. })).unwrap_or(0);
            let mut model = places.swap_remove(half);
            model.fallbacks = fallbacks.clone();
            return Ok(Arc::new(model));
        }
        let mut next: Option<Arc<Model>> = None;
        for mut model in places.into_iter().filter(complete).rev() {
            model.fallbacks = fallbacks.clone();
            model.fallbacks.set(Fallback::Provider, next);
            next = Some(Arc::new(model));
        }
        Ok(next.expect("a complete place was found above"))
    }

    fn place(
        &self,
        role: Role,
        settings: &RoleSettings,
        provider: String,
        entry: &ModelEntry,
        endpoint: Endpoint,
    ) -> Result<Model, ModelsError> {
        let id = settings.model.clone();
        let missing = || ModelsError::MissingField { what: "the model", name: id.clone(), field: "model" };
        let name = entry.model.clone().ok_or_else(missing)?;
        let context_window = self.window(&provider, entry, endpoint.local);
        let limit = settings.max_output_tokens.or(entry.max_output_tokens);
        let sampling = entry.sampling.unwrap_or(true);
        let free = endpoint.local || matches!(endpoint.access, Access::Command(_));
        Ok(Model {
            role,
            id,
            provider,
            cache_markers: entry.cache_markers.unwrap_or(endpoint.api == Api::Anthropic || name.contains("claude")),
            api: endpoint.api,
            dialect: endpoint.dialect,
            access: self.hide_keys(endpoint.access, &endpoint.key_variables),
            base_url: endpoint.base_url,
            key: endpoint.key,
            bearer: endpoint.bearer,
            key_required: endpoint.key_required,
            key_variables: endpoint.key_variables,
            headers: endpoint.headers,
            output_limit_field: endpoint.output_limit_field,
            model: name,
            context_window,
            max_output_tokens: limit.unwrap_or(UNKNOWN_OUTPUT.min(context_window / 2)),
            limit_known: limit.is_some(),
            temperature: settings.temperature.or(sampling.then(|| role.temperature())),
            top_p: settings.top_p.or(sampling.then(|| role.top_p())),
            stop: entry.stop.unwrap_or(true),
            reasoning: settings.reasoning.clone().or_else(|| entry.reasoning.clone()),
            images: entry.images.unwrap_or(false),
            prices: entry.prices.as_ref().map(|prices| prices.prices()).or(free.then_some(Prices::FREE)),
            credentials: endpoint.credentials,
            fallbacks: Fallbacks::default(),
            local: endpoint.local,
        })
    }

    fn window(&self, provider: &str, entry: &ModelEntry, local: bool) -> u64 {
        let server = self.sources.local.iter().find(|server| server.provider == provider && Some(&server.model) == entry.model.as_ref());
        let known = entry.context_window.or(server.and_then(|server| server.context_window));
        known.unwrap_or(if local { UNKNOWN_LOCAL_WINDOW } else { UNKNOWN_WINDOW })
    }

    /// A program gets to see its own keys alone.
    fn hide_keys(&self, mut access: Access, own: &[String]) -> Access {
        if let Access::Command(command) = &mut access {
            let all = self.catalogue.key_variables().into_iter().chain(self.sources.env.key_variables());
            command.hidden = all.filter(|name| !own.contains(name)).collect();
        }
        access
    }
}
