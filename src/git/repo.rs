//! Finding and opening the repository.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::objects::Unsettled;
use super::{Error, Git};

/// How the repository stores its refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefStorage {
    /// Loose files and `packed-refs`, which gix reads and writes.
    Files,
    /// Anything else (`reftable`): only the `git` binary may touch refs, gix would write files that git never sees.
    Other,
}

/// An open repository; a clone is cheap, shares its caches and can go to another thread.
#[derive(Clone)]
pub struct Repo {
    pub(super) gix: gix::Repository,
    common_dir: PathBuf,
    git_dir: PathBuf,
    work_dir: Option<PathBuf>,
    ref_storage: RefStorage,
    pub(super) unsettled: Arc<Mutex<Vec<Unsettled>>>,
}

impl Repo {
    /// Opens the repository that `dir` is in.
    pub fn discover(dir: &Path) -> Result<Self, Error> {
        // `git --git-dir=… plandex` and hooks hand the repository over in the environment.
        let found = gix::ThreadSafeRepository::discover_with_environment_overrides(dir);
        let gix = found.map_err(|_| Error::NotARepository(dir.to_owned()))?.to_thread_local();
        let resolve = |path: &Path| path.canonicalize().map_err(|source| Error::Io { action: "resolve", path: path.to_owned(), source });
        let git_dir = resolve(gix.git_dir())?;
        let common_dir = resolve(gix.common_dir())?;
        let work_dir = gix.workdir().map(resolve).transpose()?;
        let storage = gix.config_snapshot().string("extensions.refStorage");
        let ref_storage = match storage {
            Some(name) if name.as_slice() != b"files" => RefStorage::Other,
            _ => RefStorage::Files,
        };
        let repo = Self { gix, common_dir, git_dir, work_dir, ref_storage, unsettled: Arc::default() };
        repo.require_trust()?;
        Ok(repo)
    }

    /// Refuses the repository of another user as git does (`safe.directory`), in git's words.
    fn require_trust(&self) -> Result<(), Error> {
        if self.gix.git_dir_trust() == gix::sec::Trust::Full {
            return Ok(());
        }
        self.git("rev-parse").args(["--git-dir"]).line().map(drop)
    }

    /// The directory that all worktrees share, canonical.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// This worktree's own git directory, canonical.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The root of the working tree, canonical; `None` when bare.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// The root of the working tree, or the error that a command shows in a bare repository.
    pub fn require_work_dir(&self) -> Result<&Path, Error> {
        self.work_dir().ok_or_else(|| Error::Bare(self.git_dir.clone()))
    }

    /// How refs are stored.
    pub fn ref_storage(&self) -> RefStorage {
        self.ref_storage
    }

    /// Begins a call of the `git` binary in this repository.
    pub fn git(&self, command: &str) -> Git {
        let git = Git::new(self.work_dir().unwrap_or(&self.git_dir), command);
        if std::env::var_os("GIT_DIR").is_none() {
            return git;
        }
        // A relative GIT_DIR of our caller would be wrong in the directory that git is started in.
        let git = git.env("GIT_DIR", &self.git_dir);
        if let Some(dir) = self.work_dir() { git.env("GIT_WORK_TREE", dir) } else { git }
    }

    /// Lets git tidy the repository up if it is time for that; a failure is of no consequence.
    pub fn maintenance_auto(&self) {
        let call = self.git("maintenance").args(["run", "--auto", "--quiet"]).with_maintenance();
        drop(call.output());
    }
}
