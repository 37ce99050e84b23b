//! The files of the repository that a model may choose from.

use std::collections::BTreeMap;

use crate::context::{ListedPath, PlandexIgnore, is_always_skipped};
use crate::plan::RepoPath;
use crate::store::Store;

use super::Error;

/// The paths that a model may ask for: tracked, or untracked and not ignored.
#[derive(Debug, Default)]
pub struct Inventory {
    sizes: BTreeMap<RepoPath, u64>,
}

impl Inventory {
    /// Reads the list from the repository.
    pub fn read(store: &Store) -> Result<Self, Error> {
        let paths = store.listed_files()?;
        let ignore = plandex_ignore(store, &paths);
        let wanted = paths.into_iter().filter(|path| !is_always_skipped(path) && !ignore.is_ignored(path));
        Ok(Self { sizes: wanted.map(|path| (path.clone(), store.file_size(&path))).collect() })
    }

    /// Whether a model may ask for `path`.
    pub fn contains(&self, path: &RepoPath) -> bool {
        self.sizes.contains_key(path)
    }

    /// Whether there is nothing to choose from.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// All paths with their sizes, for a listing.
    pub fn listed(&self) -> Vec<ListedPath> {
        self.sizes.iter().map(|(path, bytes)| ListedPath { path: path.clone(), bytes: *bytes }).collect()
    }
}

/// Reads every `.plandexignore` among `paths`.
pub fn plandex_ignore(store: &Store, paths: &[RepoPath]) -> PlandexIgnore {
    let files = paths.iter().filter(|path| PlandexIgnore::is_one(path));
    let read: Vec<_> = files.filter_map(|path| Some((path, super::content::read(store, path).ok().flatten()?.bytes))).collect();
    PlandexIgnore::new(read.iter().map(|(path, bytes)| (*path, bytes.as_slice())))
}
