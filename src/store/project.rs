//! The user's files, as a plan refers to them.

use std::path::Path;

use crate::git::{self, Obstacle, Repo, TreeMode};
use crate::plan::{Entry, FileMode, ObjectId, RepoPath};

use super::read::object_id;
use super::{Error, Store};

impl Store {
    /// Opens the plans of the repository that `dir` is in.
    pub fn discover(dir: &Path) -> Result<Self, Error> {
        Ok(Self::open(&Repo::discover(dir)?))
    }

    /// The file as `git add` would store it now, its blob written; `None` if there is none. In a bare repository: as `HEAD` has it.
    pub fn file_entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let stored = self.repo.store_worktree_file(path.as_bytes())?;
        Ok(stored.map(|(mode, oid)| Entry { mode: file_mode(mode), oid: object_id(&oid) }))
    }

    /// The file's mode, without reading it into the object database; `None` if there is none.
    pub fn file_mode(&self, path: &RepoPath) -> Result<Option<FileMode>, Error> {
        if self.repo.work_dir().is_none() {
            return Ok(self.file_entry(path)?.map(|entry| entry.mode));
        }
        Ok(self.repo.read_worktree(path.as_bytes())?.map(|file| file_mode(file.mode)))
    }

    /// The user's commit that is checked out; `None` in a repository without commits.
    pub fn head_commit(&self) -> Result<Option<ObjectId>, Error> {
        Ok(self.repo.head_commit()?.map(|oid| object_id(&oid)))
    }

    /// The directory of hooks, when `core.hooksPath` puts it into the working tree.
    pub fn hooks_path(&self) -> Option<RepoPath> {
        let root = self.repo.work_dir()?;
        let set = self.repo.config_entries("core").ok()?;
        let value = set.iter().rev().find(|entry| entry.name.eq_ignore_ascii_case("core.hooksPath"))?.value.clone()?;
        let dir = root.join(value);
        dir.strip_prefix(root).ok()?.to_str()?.trim_end_matches('/').parse().ok()
    }
}

fn file_mode(mode: TreeMode) -> FileMode {
    match mode {
        TreeMode::Executable => FileMode::Executable,
        TreeMode::Symlink => FileMode::Symlink,
        _ => FileMode::Regular,
    }
}

impl Error {
    /// Whether the plan or the branch is not there any more.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::NoSuchPlan(_) | Self::NoSuchBranch(_) | Self::Archived(_) | Self::CurrentGone(_))
    }

    /// Whether a path of the user's files is not ours to read.
    pub fn is_obstacle(&self) -> bool {
        matches!(self, Self::Git(git::Error::Obstacle { .. }))
    }

    /// Whether a directory stands where a file was looked for.
    pub fn is_directory(&self) -> bool {
        matches!(self, Self::Git(git::Error::Obstacle { obstacle: Obstacle::Directory, .. }))
    }

    /// What to type next.
    pub fn hint(&self) -> Option<String> {
        let words = match self {
            Self::Git(git::Error::NotARepository(_)) => "git init makes one here",
            Self::NoSuchPlan(_) => "git plandex plans lists the plans",
            Self::NoSuchBranch(_) => "git plandex branches lists the branches",
            Self::NotArchived(name) => return Some(format!("git plandex cd {name} makes it current")),
            Self::NoSuchArchived(_) => "git plandex plans --archived lists them",
            Self::Archived(name) => return Some(format!("git plandex unarchive {name}")),
            Self::NameTaken(_) => "git plandex new with another name",
            Self::NoCurrentPlan => "git plandex new, or git plandex cd PLAN",
            Self::CurrentGone(_) => "git plandex cd PLAN",
            Self::TooNew { .. } => "install a newer git-plandex",
            Self::Busy(_) => "wait for it, or end that process; its plan stays usable",
            Self::TakenOver { .. } => "git plandex status",
            Self::NoSuchCommit { .. } | Self::AmbiguousCommit { .. } => "git plandex log lists the commits",
            Self::MainBranch(_) => "git plandex delete-plan",
            Self::InvalidName(_) | Self::BranchTaken(_) | Self::TooOld { .. } | Self::Malformed { .. } => return None,
            _ => return None,
        };
        Some(words.to_owned())
    }
}
