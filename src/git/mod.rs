//! The only user of gix and of the `git` binary.

mod commit;
mod error;
mod identity;
mod loose;
mod objects;
mod oid;
mod refs;
mod refs_files;
mod repo;
mod run;
mod tree;
mod tree_edit;

pub use commit::{Commit, Person, Walk};
pub use error::Error;
pub use oid::Oid;
pub use repo::{RefStorage, Repo};
pub use run::{Git, Output};
pub use tree::{TreeEntry, TreeMode};
pub use tree_edit::TreeEdit;
