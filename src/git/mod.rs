//! The only user of gix and of the `git` binary.

mod error;
mod patterns;
mod repo;
mod run;
mod settings;

pub use error::Error;
pub use patterns::{IgnorePatterns, glob_matches};
pub use repo::{RefStorage, Repo};
pub use run::{Git, Output};
pub use settings::{ConfigEntry, ConfigScope, config_entries, set_config};
