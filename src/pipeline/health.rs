//! What runs on this machine, for a look at the whole installation.

use crate::config::{LocalServer, ModelSources};
use crate::llm::Client;

use super::Error;

/// Every model server that runs on this machine.
pub async fn local_servers(client: &Client, sources: &ModelSources<'_>) -> Result<Vec<LocalServer>, Error> {
    Ok(crate::llm::local_servers(client, sources).await?)
}
