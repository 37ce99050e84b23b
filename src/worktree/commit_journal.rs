//! What makes a commit and its index one step: after a crash between the two, the index is brought up to the commit.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::git::{IndexCopy, IndexLock, Oid, Repo};
use crate::plan::ObjectId;

use super::Error;
use super::change::{object_id, oid};
use super::commit::Changed;
use super::lock::apply_dir;

/// A commit under way; the user's index is locked while it lives.
pub(super) struct CommitJournal<'r> {
    repo: &'r Repo,
    index: IndexCopy,
    lock: Option<IndexLock>,
    note: Note,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Note {
    /// What stands in `index.lock` while it is ours.
    mark: String,
    /// The complete index that belongs to the commit.
    index: PathBuf,
    /// The commit, once there is one.
    commit: Option<ObjectId>,
}

impl<'r> CommitJournal<'r> {
    /// Notes what will be done, then locks the index and copies it.
    pub(super) fn begin(repo: &'r Repo) -> Result<Self, Error> {
        let index = repo.empty_index()?;
        let mark = format!("git plandex, process {}, {}", std::process::id(), index.path().display());
        let note = Note { mark, index: index.path().to_owned(), commit: None };
        let mut journal = Self { repo, index, lock: None, note };
        journal.write()?;
        journal.lock = Some(repo.lock_index(&journal.note.mark)?);
        if repo.index_path().exists() {
            let copy = journal.index.path();
            fs::copy(repo.index_path(), copy).map_err(Error::io("copy the index to", copy))?;
        }
        Ok(journal)
    }

    /// The copy of the index.
    pub(super) fn index_path(&self) -> &Path {
        self.index.path()
    }

    /// Puts the changes into the copy.
    pub(super) fn stage(&self, changes: &[Changed]) -> Result<(), Error> {
        let lines = self.repo.index_info(changes.iter().map(|(path, held)| (path.as_slice(), *held)));
        self.repo.git("update-index").args(["-z", "--index-info"]).env("GIT_INDEX_FILE", self.index.path()).input(lines).run()?;
        Ok(())
    }

    /// Notes the commit that the index belongs to.
    pub(super) fn save(&mut self, commit: &Oid) -> Result<(), Error> {
        self.note.commit = Some(object_id(commit));
        self.write()
    }

    /// Puts the copy in the index's place.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        if let Some(lock) = self.lock.take() {
            lock.replace(self.index.path())?;
        }
        Ok(())
    }

    fn write(&self) -> Result<(), Error> {
        let path = note_path(self.repo);
        let new = path.with_extension("new");
        let text = serde_json::to_vec(&self.note).expect("a note is plain data");
        fs::write(&new, text).and_then(|()| fs::File::open(&new)?.sync_all()).map_err(Error::io("write", &new))?;
        fs::rename(&new, &path).map_err(Error::io("write", &path))
    }
}

impl Drop for CommitJournal<'_> {
    fn drop(&mut self) {
        // The lock goes first: without its note nobody would know whose it is.
        drop(self.lock.take());
        drop(fs::remove_file(note_path(self.repo)));
    }
}

/// Ends a commit that was interrupted: the index follows if `HEAD` had moved, else nothing has happened.
pub(super) fn recover_commit(repo: &Repo) -> Result<(), Error> {
    let path = note_path(repo);
    let Ok(text) = fs::read(&path) else { return Ok(()) };
    let note: Note = serde_json::from_slice(&text).map_err(|error| Error::Record { path: path.clone(), reason: error.to_string() })?;
    if let Some(lock) = repo.adopt_index_lock(&note.mark) {
        let made = note.commit.as_ref().and_then(oid);
        let moved = made.is_some() && repo.head_commit()? == made;
        if moved && note.index.exists() {
            lock.replace(&note.index)?;
        }
    }
    if let Some(dir) = note.index.parent() {
        drop(fs::remove_dir_all(dir));
    }
    fs::remove_file(&path).map_err(Error::io("remove", &path))
}

fn note_path(repo: &Repo) -> PathBuf {
    apply_dir(repo).join("commit.json")
}
