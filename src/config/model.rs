//! A model as a request needs it: everything resolved.

use crate::plan::Prices;

use super::{Access, Api, Credentials, Dialect, Fallbacks, Reasoning, Role, Secret};

/// A model in a role, with all that it takes to call it.
#[derive(Debug, Clone)]
pub struct Model {
    /// The job that it was resolved for.
    pub role: Role,
    /// Its id in `models.yml`, or `PROVIDER/NAME`.
    pub id: String,
    /// The provider's name in `models.yml`.
    pub provider: String,
    /// The wire format.
    pub api: Api,
    /// The peculiarities of the provider within that format.
    pub dialect: Dialect,
    /// How the provider lets requests in.
    pub access: Access,
    /// What the vendor's own SDK takes, without a slash at the end; empty for a program, and where the region is in a file.
    pub base_url: String,
    /// The key, if one is set.
    pub key: Option<Secret>,
    /// Whether the key is a token for `Authorization: Bearer`, where the format has a header of its own for keys.
    pub bearer: bool,
    /// Whether the provider refuses requests without a key.
    pub key_required: bool,
    /// The variables that may hold the key.
    pub key_variables: Vec<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The name of the output limit in requests of the OpenAI format.
    pub output_limit_field: String,
    /// The provider's name for the model.
    pub model: String,
    /// How many tokens go in and out together.
    pub context_window: u64,
    /// How many tokens it may answer.
    pub max_output_tokens: u64,
    /// Whether that limit is known, so that it can be sent; else the server's own holds.
    pub limit_known: bool,
    /// The temperature to send; `None` where the model takes none.
    pub temperature: Option<f64>,
    /// The nucleus sampling limit to send; `None` where the model takes none.
    pub top_p: Option<f64>,
    /// Whether it takes stop sequences.
    pub stop: bool,
    /// How much it is to reason; `None` leaves that to the provider.
    pub reasoning: Option<Reasoning>,
    /// Whether it takes pictures.
    pub images: bool,
    /// Whether the places worth caching are marked in requests.
    pub cache_markers: bool,
    /// What is paid for it; `None` when that is not known.
    pub prices: Option<Prices>,
    /// Whether what the provider needs is there.
    pub credentials: Credentials,
    /// The models that take over from it.
    pub fallbacks: Fallbacks,
    /// Whether it runs on the user's own hardware.
    pub local: bool,
}

impl Model {
    /// How many tokens a request may have: the window less the room for the answer, at least half the window.
    pub fn max_input_tokens(&self) -> u64 {
        self.context_window.saturating_sub(self.max_output_tokens).max(self.context_window / 2)
    }

    /// Whether requests stay on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base_url)
    }
}

/// Whether the host of a URL is this machine.
pub fn is_loopback(url: &str) -> bool {
    let host = host(url);
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let by_address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    by_address || host == "localhost" || host.ends_with(".localhost")
}

/// The host of a URL, without user, port and path.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host_port.find(']') {
        Some(end) => &host_port[..=end],
        None => host_port.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_is_told_from_hosts_that_look_like_it() {
        for url in ["http://127.0.0.1:80/v1", "http://localhost", "http://[::1]:1/v1", "https://LOCALHOST./x", "http://127.9.9.9"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in
            ["http://127.0.0.1.evil.com", "http://localhost@evil.com/", "http://10.0.0.1", "https://api.x.com/localhost", "http://[::2]"]
        {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
