//! Settings: layers, keys, credentials and models.

mod catalogue;
mod choice;
mod environment;
mod model;
mod models;
mod models_error;
mod providers;
mod roles;
mod secret;

pub use catalogue::Api;
pub use environment::Environment;
pub use model::Model;
pub use models::{InForce, LocalCandidate, LocalServer, ModelSources, Models, read_models_file};
pub use models_error::ModelsError;
pub use roles::Role;
pub use secret::{Mask, Secret};
