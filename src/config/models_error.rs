//! What can be wrong with the choice of models.

use std::path::PathBuf;

use super::{Credentials, Model, Role};

/// A model that cannot be chosen, and why.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ModelsError {
    /// Nothing is configured, no key is set and no server was found.
    #[error("no model to work with: no provider's key is in the environment and no model server runs on this machine")]
    NoModel { installed: Vec<String> },
    /// A provider needs a key that is not set.
    #[error("no key for {provider}, which the model '{model}' of the {role} needs")]
    NoKey { provider: String, model: String, role: Role, variables: Vec<String> },
    /// A provider has a part of what it needs.
    #[error("the credentials for {provider} are incomplete: {} set, {} not", is(.set), is_or(.missing))]
    PartialCredentials { provider: String, set: Vec<String>, missing: Vec<String> },
    /// The program that a model is reached through is not installed.
    #[error("the program '{program}' is not on the PATH, which the model '{model}' of the {role} needs")]
    NoProgram { program: String, model: String, role: Role },
    /// Git has no credential helper to give a key to.
    #[error("git has no credential helper that could keep the key")]
    NoHelper,
    /// The helpers did not keep a key.
    #[error("git's credential helper did not keep the key for {provider}")]
    NotKept { provider: String },
    /// Git could not be asked about a key.
    #[error("git's credential helpers cannot be asked about {provider}")]
    Credential {
        provider: String,
        #[source]
        source: crate::git::Error,
    },
    /// Fallbacks that follow each other without an end.
    #[error("more than {} models take over from each other for the {role}, '{model}' among them", super::MAX_FALLBACKS)]
    TooDeep { model: String, role: Role },
    /// No pack has this name.
    #[error("no model pack is named '{pack}'")]
    UnknownPack { pack: String, known: Vec<String> },
    /// No model has this id.
    #[error("no model is named '{model}' (wanted for the {role})")]
    UnknownModel { model: String, role: Role },
    /// No provider has this name.
    #[error("no provider is named '{provider}' (wanted by the model '{model}')")]
    UnknownProvider { provider: String, model: String },
    /// No role has this name.
    #[error("no role is named '{role}'")]
    UnknownRole { role: String },
    /// A pack leaves out roles that fall back to nothing.
    #[error("the model pack '{pack}' has no model for {}", words(.roles))]
    MissingRoles { pack: String, roles: Vec<Role> },
    /// A model or provider lacks a field.
    #[error("{what} '{name}' has no '{field}' in models.yml")]
    MissingField { what: &'static str, name: String, field: &'static str },
    /// A base URL cannot be used.
    #[error("the base URL of the provider '{provider}' {reason}")]
    BaseUrl { provider: String, reason: &'static str },
    /// The user's file is not a list of models; `line` and `column` count from 1.
    #[error("{}:{line}:{column}: {words}", .file.display())]
    Parse { file: PathBuf, line: u64, column: u64, words: String },
    /// The user's file cannot be opened.
    #[error("cannot read '{}'", .path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

fn is(names: &[String]) -> String {
    format!("{} {}", names.join(" and "), if names.len() == 1 { "is" } else { "are" })
}

fn is_or(names: &[String]) -> String {
    format!("{} is", names.join(" or "))
}

fn words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

/// What to do without a model.
const GUIDE: &str = "\
set a key: `export ANTHROPIC_API_KEY=…` (or OPENAI_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY),
or start a model server on this machine: Ollama, LM Studio or llama.cpp,
or describe your own provider in ~/.config/plandex/models.yml;
`git plandex demo` shows everything without a model";

impl ModelsError {
    /// What lacks for a model that cannot be reached.
    pub(super) fn no_credentials(model: &Model) -> Self {
        let (provider, id, role) = (model.provider.clone(), model.id.clone(), model.role);
        match model.credentials.clone() {
            Credentials::Partial { set, missing } => Self::PartialCredentials { provider, set, missing },
            Credentials::NoProgram(program) => Self::NoProgram { program, model: id, role },
            Credentials::Missing(variables) => Self::NoKey { provider, model: id, role, variables },
            Credentials::Complete(_) => Self::NoKey { provider, model: id, role, variables: model.key_variables.clone() },
        }
    }

    /// The same, naming the file that was read.
    pub fn in_file(self, path: Option<PathBuf>) -> Self {
        match (self, path) {
            (Self::Parse { line, column, words, .. }, Some(file)) => Self::Parse { file, line, column, words },
            (error, _) => error,
        }
    }

    /// What to type or do next.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoModel { installed } => match installed.first() {
                Some(pack) => format!(
                    "`git config --global plandex.modelPack {pack}` uses the program that is installed, by your subscription; or\n{GUIDE}"
                ),
                None => GUIDE.to_owned(),
            },
            Self::NoKey { provider, variables, .. } => match variables.as_slice() {
                [] => return None,
                [one] => format!("`export {one}=…`, `git plandex providers login {provider}`, or another pack with `--pack NAME`"),
                many => format!(
                    "`export {}=…` ({} do as well), `git plandex providers login {provider}`, or another pack with `--pack NAME`",
                    many[0],
                    many[1..].join(", ")
                ),
            },
            Self::PartialCredentials { missing, .. } => format!("`export {}=…`", missing.first().map_or("", String::as_str)),
            Self::NoProgram { program, .. } => format!("install '{program}', or choose another pack with `--pack NAME`"),
            Self::NoHelper => {
                "`git config --global credential.helper cache` (or osxkeychain, libsecret), or set the key's variable".to_owned()
            }
            Self::NotKept { .. } => "check `git config --get-all credential.helper`, or set the key's variable".to_owned(),
            Self::Credential { .. } => return None,
            Self::TooDeep { .. } => "shorten the chain of fallbacks in ~/.config/plandex/models.yml".to_owned(),
            Self::UnknownPack { known, .. } => format!("the packs are {}", known.join(", ")),
            Self::UnknownModel { .. } => {
                "name a model of models.yml, or write PROVIDER/NAME for one that no list has (openrouter/qwen/qwen3.8-27b)".to_owned()
            }
            Self::UnknownProvider { .. } | Self::MissingField { .. } | Self::BaseUrl { .. } => {
                "edit ~/.config/plandex/models.yml; base_url is what the vendor's own SDK takes".to_owned()
            }
            Self::UnknownRole { .. } => format!("the roles are {}", words(&Role::ALL)),
            Self::MissingRoles { .. } => "only architect, coder and whole-file-builder may be left out".to_owned(),
            Self::Parse { file, line, .. } => format!("edit line {line} of {}; git-plandex-models(5) has every field", file.display()),
            Self::Read { .. } => return None,
        })
    }
}
