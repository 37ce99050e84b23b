//! The only user of gix and of the `git` binary.

mod commit;
mod credential;
mod disk;
mod error;
mod files;
mod filters;
mod identity;
mod index;
mod loose;
mod merge;
mod objects;
mod oid;
mod patterns;
mod refs;
mod refs_files;
mod repo;
mod run;
mod scratch;
mod settings;
mod snapshot;
mod tree;
mod tree_edit;

pub use commit::{Commit, Person, Walk};
pub use credential::{CredentialRequest, Helpers};
pub use disk::{Disk, DiskFile, Look, Obstacle};
pub use error::Error;
pub use index::{Index, IndexCopy, IndexEntry, IndexLock};
pub use merge::{MergeConflict, TreeChange, TreeMerge};
pub use oid::Oid;
pub use patterns::{IgnorePatterns, glob_matches};
pub use repo::{RefStorage, Repo};
pub use run::{Git, Output};
pub use scratch::{OverlayEntry, Scratch};
pub use settings::{ConfigEntry, ConfigScope, config_entries, set_config};
pub use tree::{TreeEntry, TreeMode};
pub use tree_edit::TreeEdit;
