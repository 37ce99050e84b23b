//! What can be wrong with settings.

use crate::git;

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The value does not fit the key.
    #[error("'{value}' is not a value of {name}{}; use {allowed}", .origin.as_ref().map(|origin| format!(", set in {origin}")).unwrap_or_default())]
    InvalidValue {
        /// The key as it is written there.
        name: String,
        /// The value.
        value: String,
        /// The layer with its file, variable or flag; nothing for a value that is about to be set.
        origin: Option<String>,
        /// What may be given.
        allowed: String,
    },
    /// Two flags of one command line exclude each other.
    #[error("{first} and {second} exclude each other")]
    Contradiction {
        /// The one flag.
        first: String,
        /// The other flag.
        second: String,
    },
    /// No such setting.
    #[error("there is no setting '{name}'{}", .near.as_ref().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default())]
    UnknownKey {
        /// What was given.
        name: String,
        /// The setting that is written most like it.
        near: Option<&'static str>,
    },
    /// The setting has no use yet.
    #[error("'{name}' cannot be set in this version")]
    NotOffered {
        /// The setting.
        name: &'static str,
    },
    /// git could not read or write its config.
    #[error(transparent)]
    Git(#[from] git::Error),
}
