//! Context items that no longer show what there is, found by blob ids without storing anything.

use std::collections::HashMap;
use std::sync::Arc;

use super::loader::directory_text;
use super::read::object_id;
use super::{IgnoredBy, Project, current_ids};
use crate::git::Error;
use crate::plan::{ContextItem, ContextKind, EntityId, RepoPath};

/// An item that no longer shows what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The item.
    pub id: EntityId,
    /// What has happened to its source.
    pub change: SourceChange,
}

/// What has happened to the source of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceChange {
    /// It holds something else.
    Changed,
    /// It is gone.
    Gone,
    /// It is kept from models now.
    Ignored(IgnoredBy),
}

impl Project<'_> {
    /// Compares items with the files as they are now. Notes and what was piped in never age; pages are not asked for.
    pub fn stale(&self, items: &[Arc<ContextItem>]) -> Result<Vec<Stale>, Error> {
        let files = self.stale_files(items)?;
        let mut found = Vec::new();
        for item in items {
            let change = match item.kind {
                ContextKind::File | ContextKind::Image => item.path.as_ref().and_then(|path| files.get(path).copied().flatten()),
                ContextKind::Tree | ContextKind::Map => self.stale_directory(item)?,
                ContextKind::Note | ContextKind::Piped | ContextKind::Url => None,
            };
            found.extend(change.map(|change| Stale { id: item.id, change }));
        }
        Ok(found)
    }

    fn stale_files<'i>(&self, items: &'i [Arc<ContextItem>]) -> Result<HashMap<&'i RepoPath, Option<SourceChange>>, Error> {
        let files: Vec<(&RepoPath, &ContextItem)> = items.iter().filter_map(|item| Some((item.path.as_ref()?, &**item))).collect();
        let paths: Vec<RepoPath> = files.iter().map(|(path, _)| (*path).clone()).collect();
        let now = current_ids(self.repo, &paths)?;
        let ignored = self.ignored(&paths)?;
        let mut changes = HashMap::new();
        for ((path, item), (now, ignored)) in files.into_iter().zip(now.into_iter().zip(ignored)) {
            let change = match (now, ignored) {
                (None, _) => Some(SourceChange::Gone),
                (_, Some(by)) if !item.forced => Some(SourceChange::Ignored(by)),
                (Some(oid), _) => (oid != item.oid).then_some(SourceChange::Changed),
            };
            changes.insert(path, change);
        }
        Ok(changes)
    }

    fn stale_directory(&self, item: &ContextItem) -> Result<Option<SourceChange>, Error> {
        let text = directory_text(self, item.kind, item.directory.as_ref())?;
        if text.is_empty() {
            return Ok(Some(SourceChange::Gone));
        }
        let oid = object_id(&self.repo.blob_id(text.as_bytes())?);
        Ok((oid.as_ref() != Some(&item.oid)).then_some(SourceChange::Changed))
    }
}
