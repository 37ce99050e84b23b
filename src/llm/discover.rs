//! Finding model servers that run on this machine.

use std::time::Duration;

use serde::Deserialize;

use super::Client;
use super::values::Count;
use crate::config::{LocalCandidate, LocalServer, ModelSources, Models, ModelsError};

/// How long a server may take to list its models; one that is not there refuses at once.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Chooses the models; if nothing is configured, those of a server that runs on this machine.
pub async fn models(client: &Client, sources: &ModelSources<'_>) -> Result<Models, ModelsError> {
    match Models::resolve(sources) {
        Err(ModelsError::NoModel { .. } | ModelsError::PartialCredentials { .. }) if client.is_replay() => {
            Models::resolve(&ModelSources { local: &[recorded()], ..*sources })
        }
        Err(nothing @ (ModelsError::NoModel { .. } | ModelsError::PartialCredentials { .. })) => {
            for candidate in Models::local_candidates(sources)? {
                if let Some(server) = ask(client, &candidate).await {
                    return Models::resolve(&ModelSources { local: &[server], ..*sources });
                }
            }
            Err(nothing)
        }
        resolved => resolved,
    }
}

/// Stands for whatever model was recorded.
fn recorded() -> LocalServer {
    LocalServer { provider: "llama-cpp".to_owned(), model: "recording".to_owned(), context_window: Some(200_000) }
}

/// Every model server that runs on this machine.
pub async fn local_servers(client: &Client, sources: &ModelSources<'_>) -> Result<Vec<LocalServer>, ModelsError> {
    let mut found = Vec::new();
    for candidate in Models::local_candidates(sources)? {
        found.extend(ask(client, &candidate).await);
    }
    Ok(found)
}

/// The list of models, as OpenAI's format has it, with the places where servers put a model's window.
#[derive(Deserialize)]
struct List {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    /// llama.cpp.
    #[serde(default)]
    meta: Option<Meta>,
    /// vLLM.
    #[serde(default)]
    max_model_len: Count,
    /// LM Studio: what it is loaded with.
    #[serde(default)]
    loaded_context_length: Count,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Meta {
    n_ctx: Count,
}

/// The first model of a server that can chat, if there is a server.
async fn ask(client: &Client, candidate: &LocalCandidate) -> Option<LocalServer> {
    let http = client.http_for(&candidate.base_url).ok()?;
    let mut request = http.get(format!("{}/models", candidate.base_url)).timeout(PATIENCE);
    if let Some(key) = &candidate.key {
        request = request.bearer_auth(key.expose());
    }
    let list: List = request.send().await.ok()?.error_for_status().ok()?.json().await.ok()?;
    let chats = |model: &Listed| !["embed", "rerank", "whisper"].iter().any(|kind| model.id.to_lowercase().contains(kind));
    let model = list.data.into_iter().find(chats)?;
    let meta = model.meta.unwrap_or_default();
    let context_window = [meta.n_ctx, model.max_model_len, model.loaded_context_length].into_iter().find_map(|count| count.0);
    Some(LocalServer { provider: candidate.provider.clone(), model: model.id, context_window })
}
