//! Context items whose file has changed since they were loaded.

use std::sync::Arc;

use crate::plan::{ContextItem, EntityId, ObjectId, RepoPath};

/// An item that no longer shows what the file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outdated {
    /// The file holds something else.
    Changed {
        /// The item.
        id: EntityId,
        /// Its path.
        path: RepoPath,
        /// What the file holds now, as `git add` would store it.
        oid: ObjectId,
    },
    /// The file is gone.
    Missing {
        /// The item.
        id: EntityId,
        /// Its path.
        path: RepoPath,
    },
}

/// Compares files with what `current` says `git add` would store for them now, `None` for a file that is gone.
pub fn outdated(items: &[Arc<ContextItem>], mut current: impl FnMut(&RepoPath) -> Option<ObjectId>) -> Vec<Outdated> {
    let mut check = |item: &Arc<ContextItem>| {
        let path = item.path.clone()?;
        match current(&path) {
            Some(oid) if oid == item.oid => None,
            Some(oid) => Some(Outdated::Changed { id: item.id, path, oid }),
            None => Some(Outdated::Missing { id: item.id, path }),
        }
    };
    items.iter().filter_map(&mut check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Loaded, file_item, note_item};
    use crate::plan::IdSource;

    #[test]
    fn changed_and_missing_files_are_told_apart_and_notes_never_age() {
        let oid = |digit: &str| ObjectId::from_hex(&digit.repeat(64)).expect("sixty-four digits");
        let mut ids = IdSource::after(None);
        let mut file = |name: &str| {
            let path = name.parse().expect("valid");
            Arc::new(file_item(ids.next(1, 1), &path, oid("a"), b"x", &Loaded::default()).expect("text"))
        };
        let [same, changed, gone] = ["same", "changed", "gone"].map(&mut file);
        let note = Arc::new(note_item(ids.next(1, 1), oid("a"), "a note", &Loaded::default()).expect("text"));
        let found = outdated(&[same, changed.clone(), gone.clone(), note], |path| match path.as_str() {
            Some("same") => Some(oid("a")),
            Some("changed") => Some(oid("b")),
            _ => None,
        });
        let path = |name: &str| name.parse().expect("valid");
        let expected = [
            Outdated::Changed { id: changed.id, path: path("changed"), oid: oid("b") },
            Outdated::Missing { id: gone.id, path: path("gone") },
        ];
        assert_eq!(found, expected);
    }
}
