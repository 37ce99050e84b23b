//! The undo record: what an apply does, written down before it does it.
//!
//! It stands in the worktree's own git directory under `plandex/apply/`, each a directory:
//! `next` is being written and means nothing yet, `pending` is being carried out, `done` is carried out but the plan may not know it,
//! `last` is what an undo takes back, `earlier/<n>` what the undos after it would.
//! A directory holds `record.json`, the files' bytes under `before/` and `after/`, and the blobs of both in `objects/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::git::{DiskFile, Look, Repo, TreeMode};
use crate::plan::{Entry, FileMode, ObjectId, RepoPath};

use super::change::{Held, file_mode, object_id, oid, tree_mode};
use super::lock::apply_dir;
use super::{Error, FileChange, Request};

/// The form of the record; another one is not read.
const VERSION: u32 = 1;

/// What the record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A plan's changes are put into the working tree.
    Apply,
    /// They are taken back.
    Undo,
}

/// What was, and what shall be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    pub(super) kind: Kind,
    /// The plan branch.
    pub(super) label: String,
    /// The plan's random id.
    #[serde(default)]
    pub(super) plan: String,
    /// The plan's commit before the apply.
    pub(super) state: ObjectId,
    /// When, in RFC 3339 UTC.
    pub(super) time: String,
    /// The user's commit at that time.
    pub(super) head: Option<ObjectId>,
    /// The user's branch at that time.
    pub(super) head_ref: Option<String>,
    /// The plan's paths, those too where nothing had to be done.
    pub(super) paths: Vec<RepoPath>,
    /// The plan's changes that were carried out.
    pub(super) changes: Vec<ChangeRecord>,
    /// The files that change on disk, in the order in which they do.
    pub(super) files: Vec<FileRecord>,
    /// Directories that are made for them, outermost first.
    pub(super) made_dirs: Vec<RepoPath>,
    /// The directories that a removal may take away when it empties them; nothing means any, as git does.
    pub(super) prunable: Option<Vec<RepoPath>>,
    /// The paths that were left with conflict markers.
    pub(super) conflicts: Vec<RepoPath>,
    /// The commit that was made of it.
    pub(super) commit: Option<ObjectId>,
}

/// A plan's change, to know it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChangeRecord {
    pub(super) path: RepoPath,
    base: Option<Stored>,
    result: Option<Stored>,
}

/// A file on disk before and after.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FileRecord {
    pub(super) path: RepoPath,
    pub(super) before: Option<OnDisk>,
    pub(super) after: Option<OnDisk>,
    /// What the index held.
    pub(super) index: Option<Stored>,
    /// What `HEAD` held.
    pub(super) in_head: Option<Stored>,
}

/// A file in git's object database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stored {
    mode: String,
    oid: ObjectId,
}

/// A file on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OnDisk {
    mode: String,
    /// What git stores of it.
    pub(super) oid: ObjectId,
    /// The blob id of its bytes as they are.
    raw: ObjectId,
    /// The permission bits; 0 for a link.
    pub(super) permissions: u32,
}

impl Record {
    /// A record with nothing but its heading.
    pub(super) fn new(kind: Kind, request: &Request) -> Self {
        Self {
            version: VERSION,
            kind,
            label: request.label.clone(),
            plan: request.plan.clone(),
            state: request.state.clone(),
            time: request.now.clone(),
            head: None,
            head_ref: None,
            paths: Vec::new(),
            changes: Vec::new(),
            files: Vec::new(),
            made_dirs: Vec::new(),
            prunable: None,
            conflicts: Vec::new(),
            commit: None,
        }
    }

    /// Reads the record of a directory; `None` when there is no directory.
    pub(super) fn load(dir: &Path) -> Result<Option<Self>, Error> {
        let path = dir.join("record.json");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::io("read", &path)(source)),
        };
        let record: Self = serde_json::from_str(&text).map_err(|error| Error::Record { path: path.clone(), reason: error.to_string() })?;
        match record.version {
            VERSION => Ok(Some(record)),
            other => Err(Error::Record { path, reason: format!("it has version {other}, this program writes {VERSION}") }),
        }
    }

    /// Writes the record into its directory, durably and at once.
    pub(super) fn save(&self, dir: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).expect("a record is plain data");
        let (path, new) = (dir.join("record.json"), dir.join("record.new"));
        fs::write(&new, text).and_then(|()| File::open(&new)?.sync_all()).map_err(Error::io("write", &new))?;
        fs::rename(&new, &path).map_err(Error::io("write", &path))
    }
}

impl OnDisk {
    /// Describes a file that stores as `oid`.
    pub(super) fn of(repo: &Repo, file: &DiskFile, oid: &crate::git::Oid) -> Result<Self, Error> {
        let raw = object_id(&repo.blob_id(&file.bytes)?);
        Ok(Self { mode: octal(file.mode).into(), oid: object_id(oid), raw, permissions: file.permissions })
    }

    /// Whether this is what was looked at.
    pub(super) fn is(&self, repo: &Repo, file: &DiskFile) -> Result<bool, Error> {
        Ok(octal(file.mode) == self.mode && object_id(&repo.blob_id(&file.bytes)?) == self.raw)
    }

    /// The file in git's terms.
    pub(super) fn held(&self) -> Held {
        Some((mode(&self.mode)?, oid(&self.oid)?))
    }

    /// The file in the plan's terms.
    pub(super) fn entry(&self) -> Option<Entry> {
        super::change::entry(self.held())
    }
}

impl Stored {
    /// Describes a file in git's terms; a submodule is none.
    pub(super) fn of(held: Held) -> Option<Self> {
        let (mode, oid) = held?;
        file_mode(mode)?;
        Some(Self { mode: octal(mode).into(), oid: object_id(&oid) })
    }

    fn of_entry(entry: Option<&Entry>) -> Option<Self> {
        entry.map(|entry| Self { mode: octal(tree_mode(entry.mode)).into(), oid: entry.oid.clone() })
    }
}

impl ChangeRecord {
    pub(super) fn of(change: &FileChange) -> Self {
        Self { path: change.path.clone(), base: Stored::of_entry(change.base.as_ref()), result: Stored::of_entry(change.result.as_ref()) }
    }

    /// Whether the file went from what the plan saw to what it proposed.
    pub(super) fn is_of(&self, file: &FileRecord) -> bool {
        let same = |stored: &Option<Stored>, on_disk: &Option<OnDisk>| match (stored, on_disk) {
            (Some(stored), Some(on_disk)) => stored.oid == on_disk.oid,
            (None, None) => true,
            _ => false,
        };
        same(&self.base, &file.before) && same(&self.result, &file.after)
    }
}

/// Whether what was looked at is what the record says; nothing counts as nothing.
pub(super) fn matches(repo: &Repo, recorded: Option<&OnDisk>, look: &Look) -> Result<bool, Error> {
    match (recorded, look) {
        (Some(recorded), Look::File(file)) => recorded.is(repo, file),
        (None, Look::Absent | Look::Below(_) | Look::Directory) => Ok(true),
        _ => Ok(false),
    }
}

/// What is known of files on disk from the last record.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Changes that still stand; they must not be merged a second time.
    changes: Vec<ChangeRecord>,
    /// Files with what git was known to store of them; reading them anew may give other ends of line.
    files: Vec<(RepoPath, OnDisk)>,
}

impl Done {
    /// Reads the last record and compares it with the disk.
    pub(super) fn read(repo: &Repo) -> Result<Self, Error> {
        let Some(record) = Record::load(&last_dir(repo))? else { return Ok(Self::default()) };
        let disk = repo.disk()?;
        let mut standing = Vec::new();
        for file in &record.files {
            standing.push(matches(repo, file.after.as_ref(), &disk.look(file.path.as_bytes())?)?);
        }
        let all = standing.iter().all(|stands| *stands);
        // A change whose own path holds no file of the record was carried to another name, with the rest of the apply.
        let stands = |change: &ChangeRecord| {
            record.files.iter().position(|file| file.path == change.path).map_or(all && !standing.is_empty(), |at| standing[at])
        };
        Ok(Self { changes: record.changes.iter().filter(|change| stands(change)).cloned().collect(), files: Vec::new() })
    }

    /// Nothing counts as done, but the files that the record wrote are known.
    pub(super) fn written(record: &Record) -> Self {
        let known = |file: &FileRecord| Some((file.path.clone(), file.after.clone()?));
        Self { changes: Vec::new(), files: record.files.iter().filter_map(known).collect() }
    }

    /// What git stores of the file, if that is known.
    pub(super) fn stored(&self, repo: &Repo, path: &RepoPath, file: &DiskFile) -> Result<Held, Error> {
        match self.files.iter().find(|(known, _)| known == path) {
            Some((_, on_disk)) if on_disk.is(repo, file)? => Ok(on_disk.held()),
            _ => Ok(None),
        }
    }

    /// Whether the change was made and stands.
    pub(super) fn holds(&self, change: &FileChange) -> bool {
        self.changes.contains(&ChangeRecord::of(change))
    }
}

/// The record being written.
pub(super) fn next_dir(repo: &Repo) -> PathBuf {
    apply_dir(repo).join("next")
}

/// The record being carried out.
pub(super) fn pending_dir(repo: &Repo) -> PathBuf {
    apply_dir(repo).join("pending")
}

/// The record that is carried out, and that the plan is being told of.
pub(super) fn done_dir(repo: &Repo) -> PathBuf {
    apply_dir(repo).join("done")
}

/// The record that an undo takes back.
pub(super) fn last_dir(repo: &Repo) -> PathBuf {
    apply_dir(repo).join("last")
}

/// Makes the names in a directory durable.
pub(super) fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir).and_then(|file| file.sync_all()).map_err(Error::io("flush", dir))
}

/// Removes a directory and what is in it, if it is there.
pub(super) fn remove_dir(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", dir)(error)),
        _ => Ok(()),
    }
}

const MODES: [(FileMode, &str); 3] = [(FileMode::Regular, "100644"), (FileMode::Executable, "100755"), (FileMode::Symlink, "120000")];

fn octal(mode: TreeMode) -> &'static str {
    MODES.iter().find(|(file, _)| tree_mode(*file) == mode).map_or("100644", |(_, octal)| octal)
}

fn mode(octal: &str) -> Option<TreeMode> {
    MODES.iter().find(|(_, known)| *known == octal).map(|(file, _)| tree_mode(*file))
}
