//! The only user of gix and of the `git` binary.

mod error;
mod repo;
mod run;

pub use error::Error;
pub use repo::{RefStorage, Repo};
pub use run::{Git, Output};
