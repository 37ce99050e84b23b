//! Settings: layers, keys, credentials and models.

mod access;
mod autonomy;
mod catalogue;
mod change;
mod choice;
mod environment;
mod error;
mod keys;
mod layers;
mod model;
mod models;
mod models_error;
mod notice;
mod providers;
mod roles;
mod secret;
mod settings;
mod source;
mod values;

pub use access::{Access, AwsAccess, AwsKeys, AzureAccess, CommandAccess, GoogleAccess, GoogleCredentials};
pub use autonomy::Level;
pub use catalogue::{Api, Dialect, Reasoning};
pub use change::{Edit, GitEdit, Place, edit_level, edit_setting};
pub use environment::Environment;
pub use error::SettingsError;
pub use keys::{KEYS, Key, KeyInfo, Kind};
pub use layers::{FlagValue, Layers};
pub use model::Model;
pub use models::{InForce, LocalCandidate, LocalServer, ModelSources, Models, mask_of, read_models_file};
pub use models_error::ModelsError;
pub use notice::Notice;
pub use roles::Role;
pub use secret::{Mask, MaskStream, Secret};
pub use settings::{Missing, Row, Settings};
pub use source::{Layer, Source, Via};
