//! What a provider needs to let requests in, and whether it is there. Pure but for a look for programs.

use super::access::Access;
use super::catalogue::ProviderEntry;
use super::{Environment, Secret};

/// The state of a provider's credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Everything is there; from where, in words.
    Complete(String),
    /// Nothing is there; the variables that would do, each by itself.
    Missing(Vec<String>),
    /// Some is there, and some lacks.
    Partial {
        /// What is set.
        set: Vec<String>,
        /// What lacks beside it.
        missing: Vec<String>,
    },
    /// The program is not installed.
    NoProgram(String),
}

impl Credentials {
    /// Whether requests can be sent.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete(_))
    }
}

/// A key with where it was found.
pub(super) struct FoundKey {
    pub(super) key: Secret,
    pub(super) bearer: bool,
    pub(super) source: String,
}

impl ProviderEntry {
    /// The provider's key: the first variable that is set, else a token, else what git's credential helpers keep.
    pub(super) fn find_key(&self, name: &str, base_url: &str, env: &Environment) -> Option<FoundKey> {
        let of = |variable: &String, bearer| {
            let key = Secret::new(env.get(variable)?);
            Some(FoundKey { key, bearer, source: variable.clone() })
        };
        let set = self.api_key_env.0.iter().find_map(|variable| of(variable, false));
        let set = set.or_else(|| of(self.bearer_token_env.as_ref()?, true));
        set.or_else(|| {
            let key = env.stored_key(name, base_url)?;
            Some(FoundKey { key, bearer: false, source: "git's credential helper".to_owned() })
        })
    }

    /// Whether what the provider needs is there.
    pub(super) fn credentials(&self, access: &Access, found: Option<&FoundKey>, base_url: &str, env: &Environment) -> Credentials {
        match access {
            Access::Command(command) => program(command.argv.first().map_or("", String::as_str), env),
            Access::Google(_) => self.google(env),
            Access::Aws(_) if found.is_none() => aws(access, env),
            Access::Azure(_) if base_url.is_empty() => {
                let url = self.base_url_env.0.clone();
                found.map_or(Credentials::Missing(self.api_key_env.0.clone()), |found| partial(std::slice::from_ref(&found.source), url))
            }
            _ => self.key(found, base_url),
        }
    }

    fn key(&self, found: Option<&FoundKey>, base_url: &str) -> Credentials {
        match found {
            Some(found) => Credentials::Complete(found.source.clone()),
            None if self.needs_key(base_url) => Credentials::Missing(self.key_variables().cloned().collect()),
            None => Credentials::Complete("no key needed".to_owned()),
        }
    }

    fn google(&self, env: &Environment) -> Credentials {
        let set = ["GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT"];
        let found = set.into_iter().find(|name| env.get(name).is_some());
        match (found, &self.project) {
            (Some(name), _) => Credentials::Complete(name.to_owned()),
            (None, Some(_)) => Credentials::Complete("models.yml".to_owned()),
            (None, None) => Credentials::Missing(set.map(str::to_owned).to_vec()),
        }
    }
}

fn aws(access: &Access, env: &Environment) -> Credentials {
    const PAIR: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let region = matches!(access, Access::Aws(aws) if aws.region.is_some());
    let set: Vec<String> = PAIR.into_iter().filter(|name| env.get(name).is_some()).map(str::to_owned).collect();
    match (set.len(), region) {
        (2, true) => Credentials::Complete(set.join(" and ")),
        (2, false) => partial(&set, vec!["AWS_REGION".to_owned()]),
        (1, _) => partial(&set, access.missing().iter().map(|name| (*name).to_owned()).collect()),
        _ => match env.get("PLANDEX_AWS_PROFILE") {
            Some(profile) => Credentials::Complete(format!("the profile {profile}")),
            None => {
                Credentials::Missing(vec![PAIR.join(" with "), "PLANDEX_AWS_PROFILE".to_owned(), "AWS_BEARER_TOKEN_BEDROCK".to_owned()])
            }
        },
    }
}

fn partial(set: &[String], missing: Vec<String>) -> Credentials {
    Credentials::Partial { set: set.to_vec(), missing }
}

fn program(name: &str, env: &Environment) -> Credentials {
    match env.program(name) {
        Some(path) => Credentials::Complete(path.display().to_string()),
        None => Credentials::NoProgram(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::catalogue::Catalogue;

    fn state(provider: &str, env: &[(&str, &str)]) -> Credentials {
        let env = Environment::from_pairs(env.iter().copied());
        let catalogue = Catalogue::load(None).expect("the built-in list");
        catalogue.providers[provider].resolve(provider, &env).expect("an endpoint").credentials
    }

    fn partial(set: &[&str], missing: &[&str]) -> Credentials {
        let words = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Credentials::Partial { set: words(set), missing: words(missing) }
    }

    #[test]
    fn credentials_that_are_there_in_part_are_named() {
        assert_eq!(state("aws-bedrock", &[("AWS_ACCESS_KEY_ID", "id")]), partial(&["AWS_ACCESS_KEY_ID"], &["AWS_SECRET_ACCESS_KEY"]));
        let pair = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        assert_eq!(state("aws-bedrock", &pair), partial(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], &["AWS_REGION"]));
        let azure = partial(&["AZURE_OPENAI_API_KEY"], &["AZURE_OPENAI_ENDPOINT", "AZURE_API_BASE"]);
        assert_eq!(state("azure-openai", &[("AZURE_OPENAI_API_KEY", "k")]), azure);
    }

    #[test]
    fn whole_credentials_say_where_they_are_from_and_none_what_would_do() {
        let aws = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "eu-west-1")];
        assert_eq!(state("aws-bedrock", &aws), Credentials::Complete("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned()));
        assert!(state("aws-bedrock", &[("PLANDEX_AWS_PROFILE", "work")]).is_complete());
        assert!(!state("aws-bedrock", &[("AWS_PROFILE", "work")]).is_complete(), "a profile is used only when it is meant for this");
        assert!(state("aws-bedrock", &[("AWS_BEARER_TOKEN_BEDROCK", "t")]).is_complete());
        assert!(state("azure-openai", &[("AZURE_OPENAI_API_KEY", "k"), ("AZURE_API_BASE", "https://x.openai.azure.com")]).is_complete());
        assert_eq!(state("google-vertex", &[("VERTEXAI_PROJECT", "p")]), Credentials::Complete("VERTEXAI_PROJECT".to_owned()));
        assert_eq!(state("ollama", &[]), Credentials::Complete("no key needed".to_owned()));
        assert_eq!(state("openrouter", &[]), Credentials::Missing(vec!["OPENROUTER_API_KEY".to_owned()]));
        assert_eq!(state("claude-code", &[("PATH", "/nonexistent")]), Credentials::NoProgram("claude".to_owned()));
    }
}
