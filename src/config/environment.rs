//! The environment variables, read once into a value.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Secret;
use super::stored_keys::StoredKeys;

/// Endings of the names of variables that hold keys, besides those that a provider names.
const KEY_NAME_ENDINGS: &[&str] = &["_API_KEY", "_AUTH_TOKEN", "_SECRET_ACCESS_KEY", "_SESSION_TOKEN"];

/// A snapshot of environment variables; one that is set to nothing counts as unset.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    stored: Option<StoredKeys>,
}

impl Environment {
    /// Reads the variables of this process; names and values that are not UTF-8 are left out.
    pub fn from_process() -> Self {
        let utf8 = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_pairs(utf8).with_stored_keys()
    }

    /// Makes an environment of these variables alone.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { variables: variables.filter(|(_, value)| !value.trim().is_empty()).collect(), stored: None }
    }

    /// The same environment with the keys that git's credential helpers keep.
    pub fn with_stored_keys(self) -> Self {
        Self { stored: Some(StoredKeys::default()), ..self }
    }

    /// The key that git's credential helpers keep for a provider, if the user put one there.
    pub fn stored_key(&self, provider: &str, base_url: &str) -> Option<Secret> {
        self.stored.as_ref()?.get(provider, base_url)
    }

    /// The program of this name that the PATH leads to.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        use std::os::unix::fs::PermissionsExt;
        let is_program = |path: &PathBuf| path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
        if name.is_empty() {
            return None;
        }
        if name.contains('/') {
            return Some(PathBuf::from(name)).filter(is_program);
        }
        std::env::split_paths(self.get("PATH")?)
            .filter(|directory| directory.is_absolute())
            .map(|directory| directory.join(name))
            .find(is_program)
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names of the variables that are named as keys are.
    pub fn key_variables(&self) -> Vec<String> {
        let names = self.variables.keys().filter(|name| KEY_NAME_ENDINGS.iter().any(|ending| name.ends_with(ending)));
        names.cloned().collect()
    }

    /// The home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.get("HOME").map(PathBuf::from)
    }

    /// The directory of the user's files: `plandex` below `$XDG_CONFIG_HOME`, else below `~/.config`.
    pub fn config_dir(&self) -> Option<PathBuf> {
        // The XDG base directory specification says to ignore a relative path here.
        let xdg = self.get("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        Some(xdg.or_else(|| Some(self.home()?.join(".config")))?.join("plandex"))
    }

    /// The user's `models.yml`, whether or not it exists.
    pub fn models_file(&self) -> Option<PathBuf> {
        Some(self.config_dir()?.join("models.yml"))
    }
}

impl std::fmt::Debug for Environment {
    /// Prints names only: values may be keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn an_empty_variable_is_unset() {
        let env = Environment::from_pairs([("OPENAI_API_KEY", " "), ("HOME", "/home/me")]);
        assert_eq!(env.get("OPENAI_API_KEY"), None);
        assert_eq!(env.get("HOME"), Some("/home/me"));
    }

    #[test]
    fn the_config_directory_follows_xdg_and_ignores_a_relative_path() {
        let of =
            |pairs: &[(&str, &str)]| Environment::from_pairs(pairs.iter().copied()).models_file().map(|path| path.display().to_string());
        assert_eq!(of(&[("HOME", "/h")]).as_deref(), Some("/h/.config/plandex/models.yml"));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]).as_deref(), Some("/x/plandex/models.yml"));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")]).as_deref(), Some("/h/.config/plandex/models.yml"));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn debug_output_shows_no_value() {
        let env = Environment::from_pairs([("OPENAI_API_KEY", "sk-very-secret")]);
        assert!(!format!("{env:?}").contains("secret"));
    }
}
