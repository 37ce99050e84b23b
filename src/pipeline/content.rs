//! Contents of files as the plan sees them.

use std::collections::BTreeMap;

use crate::plan::{Entry, Plan, RepoPath};
use crate::store::Store;

use super::Error;
use super::build::Content;

/// The file's content as `git add` would store it now; `None` if there is none.
pub fn read(store: &Store, path: &RepoPath) -> Result<Option<Content>, Error> {
    store.file_entry(path)?.map(|entry| content(store, &entry)).transpose()
}

/// The content of an entry.
pub fn content(store: &Store, entry: &Entry) -> Result<Content, Error> {
    Ok(Content { mode: entry.mode, bytes: store.read_blob(&entry.oid)? })
}

/// Whether the plan has changed `path`, so that its own content counts and not the user's file.
pub fn is_touched(plan: &Plan, path: &RepoPath) -> bool {
    plan.base.contains_key(path) || plan.result.contains_key(path)
}

/// What `path` holds for the plan: its own pending content if it has touched the path, else the user's file.
pub fn present(store: &Store, plan: &Plan, path: &RepoPath) -> Result<Option<Entry>, Error> {
    if is_touched(plan, path) {
        return Ok(plan.result.get(path).cloned());
    }
    Ok(store.file_entry(path)?)
}

/// The user's files as requests of a run have shown them, so that a build starts from what the model saw.
pub type Seen = BTreeMap<RepoPath, Option<Entry>>;
