//! The only user of gix and of the `git` binary.

mod error;
mod repo;
mod run;
mod settings;

pub use error::Error;
pub use repo::{RefStorage, Repo};
pub use run::{Git, Output};
pub use settings::{ConfigEntry, ConfigScope, config_entries, set_config};
