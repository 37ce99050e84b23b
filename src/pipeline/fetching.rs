//! How pages of the web are fetched, from the settings and the environment.

use crate::config::{Key, Settings};
use crate::context::FetchOptions;

use super::workspace::Workspace;

/// The variables that name a proxy, as curl reads them.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// How pages may be fetched: by the system's proxy if there is one, from private addresses only if the user allows it.
pub fn fetch_options(ws: &Workspace, settings: &Settings) -> FetchOptions {
    let proxy = PROXIES.iter().any(|name| ws.env().get(name).is_some());
    FetchOptions { private: settings.bool(Key::PrivateUrls), proxy, ..FetchOptions::default() }
}
