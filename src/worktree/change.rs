//! A plan's change of one file, and the way between the plan's values and git's.

use crate::git::{Oid, TreeMode};
use crate::plan::{Entry, FileMode, ObjectId, Plan, RepoPath};

/// What a plan does to one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path.
    pub path: RepoPath,
    /// What the plan saw there; `None` when there was no file.
    pub base: Option<Entry>,
    /// What the plan proposes; `None` removes the file.
    pub result: Option<Entry>,
}

impl FileChange {
    /// The pending changes of `plan`, in the order of their paths; only those of `paths` if given.
    pub fn of_plan(plan: &Plan, paths: Option<&[RepoPath]>) -> Vec<Self> {
        let wanted = |path: &&RepoPath| paths.is_none_or(|paths| paths.contains(path));
        let change =
            |path: &RepoPath| Self { path: path.clone(), base: plan.base.get(path).cloned(), result: plan.result.get(path).cloned() };
        plan.changed_paths().into_iter().filter(wanted).map(change).collect()
    }
}

/// A file in git's terms.
pub(super) type Held = Option<(TreeMode, Oid)>;

/// Takes a plan's entry to git; ids are hexadecimal on both sides.
pub(super) fn held(entry: Option<&Entry>) -> Held {
    entry.and_then(|entry| Some((tree_mode(entry.mode), oid(&entry.oid)?)))
}

/// Takes git's file to the plan; what is no file becomes nothing.
pub(super) fn entry(held: Held) -> Option<Entry> {
    let (mode, oid) = held?;
    Some(Entry { mode: file_mode(mode)?, oid: object_id(&oid) })
}

/// The id in git's type.
pub(super) fn oid(id: &ObjectId) -> Option<Oid> {
    Oid::from_hex(id.as_str())
}

/// The id in the plan's type.
pub(super) fn object_id(oid: &Oid) -> ObjectId {
    ObjectId::from_hex(&oid.to_string()).expect("git's ids are hexadecimal of either length")
}

pub(super) fn tree_mode(mode: FileMode) -> TreeMode {
    match mode {
        FileMode::Regular => TreeMode::Regular,
        FileMode::Executable => TreeMode::Executable,
        FileMode::Symlink => TreeMode::Symlink,
    }
}

pub(super) fn file_mode(mode: TreeMode) -> Option<FileMode> {
    match mode {
        TreeMode::Regular => Some(FileMode::Regular),
        TreeMode::Executable => Some(FileMode::Executable),
        TreeMode::Symlink => Some(FileMode::Symlink),
        TreeMode::Tree | TreeMode::Gitlink => None,
    }
}

/// A path that git gave back, in the plan's type.
pub(super) fn repo_path(bytes: &[u8]) -> Result<RepoPath, super::Error> {
    RepoPath::from_bytes(bytes).map_err(|error| super::Error::Path(error.to_string()))
}
