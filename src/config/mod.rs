//! Settings: layers, keys, credentials and models.

mod autonomy;
mod change;
mod error;
mod keys;
mod layers;
mod notice;
mod settings;
mod source;
mod values;

pub use autonomy::Level;
pub use change::{Edit, GitEdit, Place, edit_level, edit_setting};
pub use error::SettingsError;
pub use keys::{KEYS, Key, KeyInfo, Kind};
pub use layers::{FlagValue, Layers};
pub use notice::Notice;
pub use settings::{Missing, Row, Settings};
pub use source::{Layer, Source, Via};
