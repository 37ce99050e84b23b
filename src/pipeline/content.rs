//! Contents of files as the plan sees them.

use crate::plan::{Entry, FileMode, Plan, RepoPath};
use crate::store::Store;

use super::Error;
use super::build::Content;

/// The file's content as `git add` would store it now; `None` if there is none.
pub fn read(store: &Store, path: &RepoPath) -> Result<Option<Content>, Error> {
    store.file_entry(path)?.map(|entry| content(store, &entry)).transpose()
}

/// The mode that the user's file has, without storing what it holds; `None` if there is none that is the repository's own.
pub fn mode(store: &Store, path: &RepoPath) -> Result<Option<FileMode>, Error> {
    match store.file_mode(path) {
        Err(error) if error.is_obstacle() => Ok(None),
        found => Ok(found?),
    }
}

/// The content of an entry.
pub fn content(store: &Store, entry: &Entry) -> Result<Content, Error> {
    Ok(Content { mode: entry.mode, bytes: store.read_blob(&entry.oid)? })
}

/// Whether the plan has changed `path`, so that its own content counts and not the user's file.
pub fn is_touched(plan: &Plan, path: &RepoPath) -> bool {
    plan.base.contains_key(path) || plan.result.contains_key(path)
}
