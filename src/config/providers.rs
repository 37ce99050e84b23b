//! From a provider's entry and the environment to where its requests go and with which key.

use super::catalogue::ProviderEntry;
use super::model::is_loopback;
use super::{Access, Api, Credentials, Dialect, Environment, ModelsError, Secret};

/// The port of an `OLLAMA_HOST` that names none and has no scheme.
const OLLAMA_PORT: u16 = 11434;

/// A provider with its environment resolved.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub(super) api: Api,
    pub(super) base_url: String,
    pub(super) key: Option<Secret>,
    pub(super) bearer: bool,
    pub(super) key_required: bool,
    pub(super) key_variables: Vec<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) output_limit_field: String,
    pub(super) local: bool,
    pub(super) credentials: Credentials,
    pub(super) dialect: Dialect,
    pub(super) access: Access,
}

impl ProviderEntry {
    /// The variables that may hold a key or a token.
    pub(super) fn key_variables(&self) -> impl Iterator<Item = &String> {
        self.api_key_env.0.iter().chain(&self.bearer_token_env)
    }

    /// Resolves the entry of the provider `name`.
    pub(super) fn resolve(&self, name: &str, env: &Environment) -> Result<Endpoint, ModelsError> {
        let missing = |field| ModelsError::MissingField { what: "the provider", name: name.to_owned(), field };
        let access = Access::of(self, env);
        let own = self.base_url(env);
        if let Some(url) = &own {
            check(url).map_err(|reason| ModelsError::BaseUrl { provider: name.to_owned(), reason })?;
        }
        let base_url = match own.or_else(|| access.base_url()) {
            Some(url) => url,
            // A resource of the user's own has no address before a variable names it.
            None if !self.base_url_env.0.is_empty() => String::new(),
            None => return Err(missing("base_url")),
        };
        let found = self.find_key(name, &base_url, env);
        let credentials = self.credentials(&access, found.as_ref(), &base_url, env);
        Ok(Endpoint {
            api: self.api.ok_or_else(|| missing("api"))?,
            bearer: found.as_ref().is_some_and(|found| found.bearer),
            key: found.map(|found| found.key),
            key_required: access.takes_key() && self.needs_key(&base_url),
            credentials,
            key_variables: self.key_variables().cloned().collect(),
            headers: self.resolved_headers(env),
            output_limit_field: self.output_limit_field.clone().unwrap_or_else(|| "max_tokens".to_owned()),
            local: self.local.unwrap_or(false) || is_loopback(&base_url),
            base_url,
            dialect: self.dialect.unwrap_or_default(),
            access,
        })
    }

    /// Whether requests without a key are refused.
    pub(super) fn needs_key(&self, base_url: &str) -> bool {
        // A server on this machine may well be configured with a variable that is not always set.
        self.key_variables().next().is_some() && !self.api_key_optional.unwrap_or(false) && !is_loopback(base_url)
    }

    fn base_url(&self, env: &Environment) -> Option<String> {
        let named = self.base_url_env.0.iter().find_map(|name| env.get(name));
        let host = self.host_env.as_ref().and_then(|name| env.get(name));
        let url = match (named, host) {
            (Some(url), _) => url.trim().to_owned(),
            (None, Some(host)) => ollama_url(host.trim()),
            (None, None) => self.base_url.clone()?,
        };
        Some(url.trim_end_matches('/').to_owned())
    }

    fn resolved_headers(&self, env: &Environment) -> Vec<(String, String)> {
        let fixed = self.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        let from_env = self.headers_env.iter().filter_map(|(name, variable)| Some((name.clone(), env.get(variable)?.to_owned())));
        fixed.chain(from_env).collect()
    }
}

/// Refuses URLs that cannot be called, or that carry a secret which would end up in messages and logs.
fn check(url: &str) -> Result<(), &'static str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let rest = rest.ok_or("does not start with http:// or https://")?;
    let authority = rest.split('/').next().unwrap_or_default();
    match () {
        () if authority.is_empty() => Err("has no host"),
        () if authority.contains('@') => Err("holds a user name or password; keys belong in a variable that `api_key_env` names"),
        () if url.contains(['?', '#']) => Err("has a query; keys belong in a variable that `api_key_env` names"),
        () if url.contains(|c: char| c.is_whitespace() || c.is_control()) => Err("has white space in it"),
        () => Ok(()),
    }
}

/// The OpenAI-compatible base URL of an `OLLAMA_HOST`, which may lack the scheme, the host or the port.
/// Facts: <https://github.com/ollama/ollama/blob/main/envconfig/config.go> (`Host`).
fn ollama_url(value: &str) -> String {
    let (scheme, rest, default_port) = match value.split_once("://") {
        Some(("https", rest)) => ("https", rest, 443),
        Some((_, rest)) => ("http", rest, 80),
        None => ("http", value, OLLAMA_PORT),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(default_port)),
        _ => (authority, default_port),
    };
    // What a server listens on is not always what a client can call.
    let host = match host {
        "" | "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        other => other,
    };
    let path = path.trim_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    format!("{scheme}://{host}:{port}{slash}{path}/v1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::role_entry::OneOrMany;

    fn entry(base_url: &str) -> ProviderEntry {
        let api_key_env = OneOrMany(vec!["A_KEY".to_owned(), "B_KEY".to_owned()]);
        ProviderEntry { api: Some(Api::Openai), base_url: Some(base_url.to_owned()), api_key_env, ..ProviderEntry::default() }
    }

    #[test]
    fn ollama_host_is_read_as_ollama_reads_it() {
        for (value, url) in [
            ("127.0.0.1", "http://127.0.0.1:11434/v1"),
            ("0.0.0.0:1234", "http://127.0.0.1:1234/v1"),
            (":9000", "http://127.0.0.1:9000/v1"),
            ("box", "http://box:11434/v1"),
            ("http://box", "http://box:80/v1"),
            ("https://ai.example.com/sub/", "https://ai.example.com:443/sub/v1"),
            ("[::]:11434", "http://[::1]:11434/v1"),
            ("[::1]", "http://[::1]:11434/v1"),
        ] {
            assert_eq!(ollama_url(value), url, "{value}");
        }
    }

    #[test]
    fn a_base_url_with_a_secret_or_without_a_host_is_refused() {
        for url in ["https://me:sk-123@api.example.com/v1", "https://api.example.com/v1?key=1", "ftp://x", "https:///v1", "http://a b"] {
            let error = entry(url).resolve("mine", &Environment::default()).expect_err(url).to_string();
            assert!(error.starts_with("the base URL of the provider 'mine' "), "{error}");
            assert!(!error.contains("sk-123"), "{error}");
        }
    }

    #[test]
    fn the_first_variable_that_is_set_holds_the_key_and_this_machine_needs_none() {
        let env = Environment::from_pairs([("A_KEY", ""), ("B_KEY", "bbb")]);
        let remote = entry("https://api.example.com/v1/").resolve("mine", &env).expect("complete");
        assert_eq!(
            (remote.base_url.as_str(), remote.key.map(|key| key.expose().to_owned())),
            ("https://api.example.com/v1", Some("bbb".to_owned()))
        );
        assert!(remote.key_required);
        let local = entry("http://localhost:8080/v1").resolve("mine", &Environment::default()).expect("complete");
        assert!(!local.key_required && local.local && local.key.is_none());
    }
}
