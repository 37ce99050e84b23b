//! Keys of providers that git's credential helpers keep.
//!
//! A helper is asked only for providers that the user has logged in to: some unlock a key ring, which takes time and may
//! ask. Their names stand in the user's git config, the keys with the helper.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use super::{ModelsError, Secret};
use crate::git::{ConfigScope, CredentialRequest, Error, Git, Helpers};

/// The account's name with the helpers.
const ACCOUNT: &str = "git-plandex";
/// Where the names of the providers stand in git's config, one value each.
const NAMES: &str = "plandex.providers.login";

/// What was found by provider and URL; `None` where there is nothing.
type Known = BTreeMap<(String, String), Option<Secret>>;

/// The keys, asked for once.
#[derive(Clone, Default)]
pub(super) struct StoredKeys {
    names: Arc<OnceLock<Vec<String>>>,
    keys: Arc<Mutex<Known>>,
}

impl StoredKeys {
    pub(super) fn get(&self, provider: &str, base_url: &str) -> Option<Secret> {
        let names = self.names.get_or_init(|| logged_in().unwrap_or_default());
        if !names.iter().any(|name| name == provider) {
            return None;
        }
        let ask = || {
            let request = CredentialRequest::of_url(base_url, ACCOUNT)?;
            Helpers.fill(&request).ok().flatten().map(|key| Secret::new(&key))
        };
        let mut keys = self.keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        keys.entry((provider.to_owned(), base_url.to_owned())).or_insert_with(ask).clone()
    }
}

/// The providers whose keys the helpers keep.
fn logged_in() -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for scope in ["--system", "--global"] {
        let out = Git::new(Path::new("/"), "config").args([scope, "--null", "--get-all", NAMES]).output()?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        names.extend(text.split('\0').filter(|name| !name.is_empty()).map(str::to_owned));
    }
    Ok(names)
}

/// Gives a provider's key to git's credential helpers.
///
/// Fails if there is no helper, or if none keeps what it is given.
pub fn log_in(provider: &str, base_url: &str, key: &Secret) -> Result<(), ModelsError> {
    let failed = |source| ModelsError::Credential { provider: provider.to_owned(), source };
    let request = request(provider, base_url)?;
    if !Helpers.any().map_err(failed)? {
        return Err(ModelsError::NoHelper);
    }
    Helpers.approve(&request, key.expose()).map_err(failed)?;
    if Helpers.fill(&request).map_err(failed)?.as_deref() != Some(key.expose()) {
        return Err(ModelsError::NotKept { provider: provider.to_owned() });
    }
    let mut names = logged_in().map_err(failed)?;
    if !names.iter().any(|name| name == provider) {
        names.push(provider.to_owned());
    }
    write_names(&names).map_err(failed)
}

/// Makes git's credential helpers forget a provider's key; returns whether they had been given one.
pub fn log_out(provider: &str, base_url: &str) -> Result<bool, ModelsError> {
    let failed = |source| ModelsError::Credential { provider: provider.to_owned(), source };
    let mut names = logged_in().map_err(failed)?;
    let known = names.iter().any(|name| name == provider);
    Helpers.reject(&request(provider, base_url)?).map_err(failed)?;
    names.retain(|name| name != provider);
    write_names(&names).map_err(failed)?;
    Ok(known)
}

/// Whether git has a credential helper that could keep keys.
pub fn has_credential_helper() -> bool {
    Helpers.any().unwrap_or(false)
}

fn request(provider: &str, base_url: &str) -> Result<CredentialRequest, ModelsError> {
    let missing = || ModelsError::MissingField { what: "the provider", name: provider.to_owned(), field: "base_url" };
    CredentialRequest::of_url(base_url, ACCOUNT).ok_or_else(missing)
}

fn write_names(names: &[String]) -> Result<(), Error> {
    let dir = Path::new("/");
    crate::git::set_config(dir, ConfigScope::Global, NAMES, None)?;
    names.iter().try_for_each(|name| Git::new(dir, "config").args(["--global", "--add", NAMES, name]).run().map(drop))
}
