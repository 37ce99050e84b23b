//! Carrying a written-down record out, file by file, and taking it back.

use std::fs;
use std::path::Path;

use crate::git::{Disk, Look, Repo};
use crate::plan::RepoPath;

use super::journal::Journal;
use super::record::{FileRecord, Kind, OnDisk, last_dir, matches, remove_dir};
use super::replace::{Replaced, Swap, look_at};
use super::{Error, Steps, history};

impl Journal {
    /// Puts every file in its place; files that are there already are left alone.
    ///
    /// Stops at a file that is neither as it was nor as it shall be, and returns its path.
    pub(super) fn carry_out(&self, repo: &Repo, steps: &Steps) -> Result<Option<RepoPath>, Error> {
        let disk = repo.disk()?;
        for (at, file) in self.record.files.iter().enumerate() {
            steps.reach(&format!("before file {at}"));
            let look = disk.look(file.path.as_bytes())?;
            if self.stands(repo, &look, file)? {
                continue;
            }
            if look == Look::Directory {
                remove_empty_dirs(&disk.absolute(file.path.as_bytes()));
            }
            let new = self.after(at);
            let done = self.swap(repo, &disk, file, [file.before.as_ref(), file.after.as_ref()], &new)?;
            if done == Replaced::Changed {
                return Ok(Some(file.path.clone()));
            }
            if file.after.is_none() {
                self.prune_above(&disk, &file.path);
            }
        }
        steps.reach("replaced");
        Ok(None)
    }

    /// Takes back what has been done, leaving alone what somebody else has changed since; returns those paths.
    pub(super) fn take_back(&self, repo: &Repo) -> Result<Vec<RepoPath>, Error> {
        let disk = repo.disk()?;
        let mut left = Vec::new();
        for (at, file) in self.record.files.iter().enumerate().rev() {
            let look = disk.look(file.path.as_bytes())?;
            if matches(repo, file.before.as_ref(), &look)? && !self.stands(repo, &look, file)? {
                continue;
            }
            let ours = self.stands(repo, &look, file)?;
            let sides = [file.after.as_ref(), file.before.as_ref()];
            if !ours || self.swap(repo, &disk, file, sides, &self.before(at))? == Replaced::Changed {
                left.push(file.path.clone());
            }
        }
        for dir in self.record.made_dirs.iter().rev() {
            // One that is not empty stays: somebody else has put a file there.
            drop(fs::remove_dir(disk.absolute(dir.as_bytes())));
        }
        Ok(left)
    }

    /// Puts a file back that a swap took out though it was not what had been recorded; true if there was one.
    pub(super) fn put_back_foreign(&self, repo: &Repo, disk: &Disk<'_>, at: usize) -> Result<bool, Error> {
        let (file, out) = (&self.record.files[at], self.after(at));
        if fs::symlink_metadata(&out).is_err() {
            return Ok(false);
        }
        let taken = look_at(disk, &file.path, &out)?;
        if matches(repo, file.before.as_ref(), &taken)? || matches(repo, file.after.as_ref(), &taken)? {
            return Ok(false);
        }
        let place = disk.absolute(file.path.as_bytes());
        fs::rename(&out, &place).map_err(Error::io("put back", &place))?;
        Ok(true)
    }

    /// Ends the record: an apply becomes the last one, an undo brings the one before it forward.
    pub(super) fn finish(&self, repo: &Repo) -> Result<(), Error> {
        match self.record.kind {
            Kind::Apply => {
                history::push(repo)?;
                let last = last_dir(repo);
                fs::rename(&self.dir, &last).map_err(Error::io("name", &last))
            }
            Kind::Undo => {
                history::drop_last(repo)?;
                self.drop_record()?;
                history::pop(repo)
            }
        }
    }

    /// Forgets the record.
    pub(super) fn drop_record(&self) -> Result<(), Error> {
        // A half-removed record must not be taken for one.
        let gone = self.dir.with_extension("gone");
        remove_dir(&gone)?;
        fs::rename(&self.dir, &gone).map_err(Error::io("name", &gone))?;
        remove_dir(&gone)
    }

    /// Whether the file is as it shall be.
    fn stands(&self, repo: &Repo, look: &Look, file: &FileRecord) -> Result<bool, Error> {
        matches(repo, file.after.as_ref(), look)
    }

    fn swap(&self, repo: &Repo, disk: &Disk<'_>, file: &FileRecord, sides: [Option<&OnDisk>; 2], new: &Path) -> Result<Replaced, Error> {
        let [from, to] = sides;
        let swap = Swap {
            path: &file.path,
            expected: &|look| matches(repo, from, look),
            is_new: from.is_none(),
            new: to.map(|_| new),
            aside: &self.dir.join("aside"),
        };
        swap.run(disk)
    }

    /// Removes the directories that a removal emptied, as git does; an undo only those that its apply had made.
    fn prune_above(&self, disk: &Disk<'_>, path: &RepoPath) {
        let here = std::env::current_dir().and_then(fs::canonicalize).ok();
        for dir in path.ancestors() {
            let place = disk.absolute(dir.as_bytes());
            let in_use = here.as_ref().is_some_and(|here| here.starts_with(&place));
            let ours = self.record.prunable.as_ref().is_none_or(|dirs| dirs.contains(&dir));
            if in_use || !ours || fs::remove_dir(&place).is_err() {
                return;
            }
        }
    }
}

/// Removes a directory with nothing but directories in it; one with a file stays.
fn remove_empty_dirs(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        remove_empty_dirs(&entry.path());
    }
    drop(fs::remove_dir(dir));
}
