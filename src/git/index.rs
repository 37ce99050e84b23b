//! Reading the index, and replacing it under its lock.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Mode, Stage};

use super::objects::gix_error;
use super::{Error, Oid, Repo, TreeMode};

/// How often a held `index.lock` is tried again, 20 ms apart; git itself holds it for milliseconds.
const LOCK_TRIES: u32 = 50;

/// The index as it was read from its file.
pub struct Index {
    file: gix::index::File,
}

/// One path of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEntry {
    /// What it is; never [`TreeMode::Tree`].
    pub mode: TreeMode,
    /// The staged blob, or a submodule's commit.
    pub oid: Oid,
    /// Whether git leaves it out of the working tree.
    pub skip_worktree: bool,
}

impl Repo {
    /// Reads the index; a repository without one has an empty index.
    pub fn index(&self) -> Result<Index, Error> {
        self.index_at(&self.gix.index_path())
    }

    /// Reads an index from another file.
    pub(super) fn index_at(&self, path: &Path) -> Result<Index, Error> {
        let hash = self.gix.object_hash();
        if !path.exists() {
            let file = gix::index::File::from_state(gix::index::State::new(hash), path.to_owned());
            return Ok(Index { file });
        }
        let file = gix::index::File::at(path, hash, true, gix::index::decode::Options::default()).map_err(gix_error)?;
        Ok(Index { file })
    }

    /// The file of the index.
    pub fn index_path(&self) -> PathBuf {
        self.gix.index_path()
    }

    /// A copy of the index for git to change; it vanishes with the value.
    pub fn copy_index(&self) -> Result<IndexCopy, Error> {
        let copy = self.empty_index()?;
        let index = self.index_path();
        if index.exists() {
            fs::copy(&index, &copy.path).map_err(|source| Error::io("copy", &index, source))?;
        }
        Ok(copy)
    }

    /// An empty index of its own, on the file system of the real one where that can be written.
    pub fn empty_index(&self) -> Result<IndexCopy, Error> {
        let dir = self.git_dir().join("plandex").join("scratch");
        let made = fs::create_dir_all(&dir).and_then(|()| tempfile::Builder::new().prefix("index-").tempdir_in(&dir));
        let dir = made.or_else(|_| tempfile::tempdir()).map_err(|source| Error::io("create a directory in", &dir, source))?;
        Ok(IndexCopy { path: dir.path().join("index"), _dir: dir })
    }

    /// Lines for `git update-index -z --index-info`; `None` takes a path out.
    pub fn index_info<'a>(&self, entries: impl IntoIterator<Item = (&'a [u8], Option<(TreeMode, Oid)>)>) -> Vec<u8> {
        let null = gix::ObjectId::null(self.gix.object_hash());
        let mut lines = Vec::new();
        for (path, entry) in entries {
            let head = match entry {
                Some((mode, oid)) => format!("{} {oid}\t", mode.octal()),
                None => format!("0 {null}\t"),
            };
            lines.extend_from_slice(head.as_bytes());
            lines.extend_from_slice(path);
            lines.push(0);
        }
        lines
    }

    /// Takes `index.lock`, as git does for each change, and writes `mark` into it.
    pub fn lock_index(&self, mark: &str) -> Result<IndexLock, Error> {
        let index = self.index_path();
        let path = index.with_file_name("index.lock");
        for tries in 1.. {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    let lock = IndexLock { index, path, held: true };
                    file.write_all(mark.as_bytes()).map_err(|source| Error::io("write", &lock.path, source))?;
                    return Ok(lock);
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && tries < LOCK_TRIES => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => break,
                Err(source) => return Err(Error::io("create", &path, source)),
            }
        }
        Err(Error::RefLocked { name: "the index".into(), lock: path })
    }

    /// Takes over the `index.lock` that a dead process left with `mark` in it; `None` when it is not there or somebody else's.
    pub fn adopt_index_lock(&self, mark: &str) -> Option<IndexLock> {
        let index = self.index_path();
        let path = index.with_file_name("index.lock");
        let ours = fs::read(&path).is_ok_and(|bytes| bytes == mark.as_bytes());
        ours.then_some(IndexLock { index, path, held: true })
    }
}

impl Index {
    /// The entry of `path`, without conflict stages; one that is only intended to be added does not count.
    pub fn get(&self, path: &[u8]) -> Option<IndexEntry> {
        let entry = self.file.entry_by_path_and_stage(path.as_bstr(), Stage::Unconflicted)?;
        if entry.flags.contains(Flags::INTENT_TO_ADD) {
            return None;
        }
        let mode = match entry.mode {
            Mode::FILE_EXECUTABLE => TreeMode::Executable,
            Mode::SYMLINK => TreeMode::Symlink,
            Mode::COMMIT => TreeMode::Gitlink,
            _ => TreeMode::Regular,
        };
        Some(IndexEntry { mode, oid: Oid(entry.id), skip_worktree: entry.flags.contains(Flags::SKIP_WORKTREE) })
    }

    /// Whether git knows the path at all: staged, in conflict, or intended to be added.
    pub fn is_tracked(&self, path: &[u8]) -> bool {
        self.file.entry_range(path.as_bstr()).is_some()
    }

    /// Whether the path is in the middle of a merge conflict.
    pub fn is_unmerged(&self, path: &[u8]) -> bool {
        let range = self.file.entry_range(path.as_bstr()).unwrap_or_default();
        self.file.entries()[range].iter().any(|entry| entry.flags.stage() != Stage::Unconflicted)
    }

    /// Whether `dir` is a directory that a sparse index keeps folded.
    pub fn is_sparse_dir(&self, dir: &[u8]) -> bool {
        let folded = [dir, b"/"].concat();
        self.file.entry_by_path(folded.as_bstr()).is_some_and(|entry| entry.mode == Mode::DIR)
    }

    /// Whether any path below `dir` is staged.
    pub fn has_dir(&self, dir: &[u8]) -> bool {
        self.file.prefixed_entries([dir, b"/"].concat().as_bstr()).is_some()
    }

    pub(super) fn state(&self) -> &gix::index::State {
        &self.file
    }
}

/// A copy of the index in a directory of its own.
#[derive(Debug)]
pub struct IndexCopy {
    path: PathBuf,
    _dir: tempfile::TempDir,
}

impl IndexCopy {
    /// The copy's file; absent while the index is empty.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A held `index.lock`; dropping it releases the lock and leaves the index as it is.
#[derive(Debug)]
pub struct IndexLock {
    index: PathBuf,
    path: PathBuf,
    held: bool,
}

impl IndexLock {
    /// Puts `new`, a complete index file on the same file system, in the index's place and releases the lock.
    pub fn replace(self, new: &Path) -> Result<(), Error> {
        File::open(new).and_then(|file| file.sync_all()).map_err(|source| Error::io("flush", new, source))?;
        fs::rename(new, &self.index).map_err(|source| Error::io("replace", &self.index, source))
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        if self.held {
            // Nothing can be done here; the next git command names the file.
            drop(fs::remove_file(&self.path));
        }
    }
}
