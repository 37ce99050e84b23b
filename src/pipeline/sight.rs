//! What the files of a proposed operation were when it was proposed, so that its build starts from that however late it is.

use std::collections::BTreeMap;

use crate::config::Mask;
use crate::plan::{Entry, FileMode, OperationKind, Plan, RepoPath, Sight};
use crate::store::Store;

use super::Error;
use super::content::is_touched;
use super::listener::APPLY_SCRIPT;
use super::record::Proposed;

/// The files that a request shows; nothing for one of which only that is known.
pub type Held = BTreeMap<RepoPath, Option<Entry>>;

/// Tells what a reply was written for.
#[derive(Clone, Copy)]
pub struct Sights<'a> {
    /// The plans and the user's files.
    pub store: &'a Store,
    /// The plan.
    pub plan: &'a Plan,
    /// The keys in use: a plan keeps none.
    pub mask: &'a Mask,
    /// The files that the request shows.
    pub held: &'a Held,
}

impl Sights<'_> {
    /// What the operation's files were; `earlier` has those that the reply proposed before it.
    pub fn of(&self, op: &Proposed, earlier: &[Proposed]) -> Result<Vec<Sight>, Error> {
        let mut found = Vec::new();
        for path in std::iter::once(&op.path).chain(&op.destination) {
            let seen = self.entry(path, earlier)?;
            let kept = seen.filter(|file| file.as_ref().is_none_or(|file| op.path == *path && self.may_keep(op.kind, file)));
            found.extend(kept.map(|file| Sight { path: path.clone(), file }));
        }
        Ok(found)
    }

    /// The outer value is nothing where that is not known.
    fn entry(&self, path: &RepoPath, earlier: &[Proposed]) -> Result<Option<Option<Entry>>, Error> {
        let unbuilt = self.plan.unbuilt().any(|op| op.destination.as_ref() == Some(path));
        // What is moved there takes effect first.
        if path.as_str() == Some(APPLY_SCRIPT) || unbuilt || earlier.iter().any(|op| op.destination.as_ref() == Some(path)) {
            return Ok(None);
        }
        if earlier.iter().any(|op| op.kind == OperationKind::Reset && op.path == *path) {
            return Ok(Some(self.plan.base.get(path).cloned()));
        }
        if let Some(shown) = self.held.get(path) {
            return Ok(shown.clone().map(Some));
        }
        if is_touched(self.plan, path) {
            return Ok(Some(self.plan.result.get(path).cloned()));
        }
        match self.store.file_entry(path) {
            Err(error) if error.is_obstacle() => Ok(None),
            found => Ok(Some(found?)),
        }
    }

    /// Whether a build can start from the file; of another one it looks again at what is there.
    fn may_keep(&self, kind: OperationKind, file: &Entry) -> bool {
        // What a killed run was shown hung nowhere, and may have been pruned since.
        let Ok(bytes) = self.store.read_blob(&file.oid) else { return false };
        let is_text = || file.mode != FileMode::Symlink && std::str::from_utf8(&bytes).is_ok();
        self.mask.found_in(&bytes).is_none() && (kind != OperationKind::File || is_text())
    }
}
