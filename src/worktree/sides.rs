//! The three sides of a merge: what the plan saw, what is on disk, what the plan proposes.

use std::collections::BTreeSet;

use crate::git::{Disk, DiskFile, Look, Obstacle, OverlayEntry, TreeChange, TreeMode};
use crate::plan::RepoPath;

use super::change::{Held, held, repo_path};
use super::markers::Labels;
use super::record::Done;
use super::survey::{Action, Finding, Looked, RefusedReason, Replacement, Survey};
use super::{Error, FileChange, whole};

/// The sides, path by path.
pub(super) struct Sides {
    pub(super) paths: Vec<Side>,
    /// A file is where a directory is needed or the other way round, so that names beside the touched ones matter.
    blocked: bool,
}

/// One path of the merge.
pub(super) struct Side {
    pub(super) path: RepoPath,
    pub(super) base: Held,
    pub(super) ours: Held,
    pub(super) theirs: Held,
    file: Option<DiskFile>,
}

impl Sides {
    /// Reads the disk. Paths that are not ours are refused; changes that an earlier apply made and that still stand are left out.
    pub(super) fn read(disk: &Disk<'_>, survey: &mut Survey, done: &Done) -> Result<Self, Error> {
        let mut sides = Self { paths: Vec::new(), blocked: false };
        let changes = survey.changes.clone();
        let removed: BTreeSet<&[u8]> =
            changes.iter().filter(|change| change.result.is_none()).map(|change| change.path.as_bytes()).collect();
        for change in changes.iter().filter(|change| !done.holds(change)) {
            let look = disk.look(change.path.as_bytes())?;
            survey.looked.push(Looked { path: change.path.clone(), look: look.clone() });
            let file = match look {
                Look::File(file) => Some(file),
                Look::Below(at) | Look::Obstacle(Obstacle::BehindSymlink, at) if removed.contains(at.as_slice()) => None,
                Look::Obstacle(obstacle, at) => {
                    survey.refuse(&change.path, RefusedReason::Obstacle(obstacle, repo_path(&at)?.to_string()));
                    continue;
                }
                Look::Absent => None,
                Look::Below(_) | Look::Directory => {
                    sides.blocked |= change.result.is_some();
                    None
                }
            };
            let (base, theirs) = (held(change.base.as_ref()), held(change.result.as_ref()));
            sides.paths.push(Side { path: change.path.clone(), base, ours: None, theirs, file });
        }
        sides.store(disk, survey, done)?;
        Ok(sides)
    }

    /// Sides that were not read from disk.
    pub(super) fn given(paths: Vec<Side>) -> Self {
        Self { paths, blocked: false }
    }

    /// Merges, and makes the survey's steps of the outcome.
    pub(super) fn resolve(&self, disk: &Disk<'_>, survey: &mut Survey) -> Result<Vec<Finding>, Error> {
        let whole = self.blocked || whole::is_needed(disk, survey, self)?;
        if !whole && self.paths.iter().all(|side| side.ours == side.base || side.ours == side.theirs) {
            survey.steps = self.paths.iter().filter(|side| side.ours != side.theirs).map(Side::taken).collect();
            return Ok(Vec::new());
        }
        let repo = survey.scratch.repo()?;
        for file in self.paths.iter().filter_map(|side| side.file.as_ref()) {
            repo.write_blob(&file.bytes)?;
        }
        let Some(trees) = self.trees(disk, survey, whole)? else { return Ok(Vec::new()) };
        let merge = survey.scratch.merge(&trees.base, &trees.ours, &trees.theirs)?;
        let labels = Labels::of(&merge);
        for change in survey.scratch.repo()?.diff_trees(&trees.ours, &merge.tree)? {
            self.step(disk, survey, &labels, change)?;
        }
        let finding = |conflict: crate::git::MergeConflict| {
            let action = Action::Conflict { kind: conflict.kind, message: labels.text(&conflict.message) };
            Ok(Finding { path: repo_path(&labels.bytes(&conflict.path))?, action })
        };
        merge.conflicts.into_iter().map(finding).collect()
    }

    /// Whether the disk at `path` held something else than what the plan saw.
    pub(super) fn differs(&self, path: &RepoPath) -> bool {
        self.paths.iter().any(|side| side.path == *path && side.ours != side.base)
    }

    pub(super) fn entries(&self, of: impl Fn(&Side) -> Held) -> Vec<OverlayEntry<'_>> {
        self.paths.iter().map(|side| (side.path.as_bytes(), of(side))).collect()
    }

    /// Names what git would store of the files on disk, and refuses untracked ones in the way.
    fn store(&mut self, disk: &Disk<'_>, survey: &mut Survey, done: &Done) -> Result<(), Error> {
        let files: Vec<_> = self.paths.iter().filter_map(|side| Some((side.path.as_bytes(), side.file.as_ref()?))).collect();
        let mut stored = disk.store(&files, Some(&survey.scratch))?.into_iter();
        for side in &mut self.paths {
            side.ours = side.file.as_ref().and_then(|file| Some((file.mode, stored.next()?)));
            if let Some(file) = &side.file {
                side.ours = done.stored(disk.repo(), &side.path, file)?.or(side.ours);
            }
            let wanted = side.base.is_none() && side.ours.is_some() && side.ours != side.theirs;
            if wanted && !disk.index().is_tracked(side.path.as_bytes()) {
                survey.refuse(&side.path, RefusedReason::UntrackedInTheWay);
            }
        }
        Ok(())
    }

    /// The three trees; `None` when the plan's own side is impossible here, which is then refused.
    fn trees(&self, disk: &Disk<'_>, survey: &mut Survey, whole: bool) -> Result<Option<whole::Trees>, Error> {
        let made = if whole { whole::trees(disk, survey, self) } else { whole::touched_trees(&survey.scratch, self) };
        match made {
            Ok(trees) => Ok(Some(trees)),
            Err(Error::Git(crate::git::Error::PathInTheWay(at))) => {
                let side = self.paths.iter().find(|side| side.path.to_string() == at).or(self.paths.first());
                let path = side.map(|side| side.path.clone()).ok_or(Error::Path(at))?;
                let file = survey.looked.iter().find_map(|looked| match &looked.look {
                    Look::Below(file) if looked.path == path => Some(repo_path(file)),
                    _ => None,
                });
                let file = file.transpose()?.unwrap_or_else(|| path.clone());
                survey.refuse(&path, RefusedReason::FileInTheWay(file.to_string()));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a step of a path that the merge changes.
    fn step(&self, disk: &Disk<'_>, survey: &mut Survey, labels: &Labels, change: TreeChange) -> Result<(), Error> {
        let path = repo_path(&labels.bytes(&change.path))?;
        let after = match change.after {
            Some((mode @ (TreeMode::Regular | TreeMode::Executable), oid)) => Some((mode, labels.blob(&survey.scratch, oid)?)),
            other => other,
        };
        if let Some(side) = self.paths.iter().find(|side| side.path == path) {
            survey.steps.push(Replacement { after, ..side.taken() });
            return Ok(());
        }
        let look = disk.look(path.as_bytes())?;
        survey.looked.push(Looked { path: path.clone(), look: look.clone() });
        let before = match look {
            Look::File(file) => Some(file),
            Look::Obstacle(obstacle, at) => {
                survey.refuse(&path, RefusedReason::Obstacle(obstacle, repo_path(&at)?.to_string()));
                return Ok(());
            }
            Look::Absent | Look::Below(_) | Look::Directory => None,
        };
        match (&before, change.before) {
            (Some(_), None) => survey.refuse(&path, RefusedReason::UntrackedInTheWay),
            (Some(file), Some((_, oid))) if disk.store(&[(path.as_bytes(), file)], Some(&survey.scratch))? == [oid] => {}
            (None, None) => {}
            _ => return Err(Error::Changing(path)),
        }
        let before_id = change.before.map(|(_, oid)| oid);
        survey.steps.push(Replacement { path, before, before_id, after, exact: None });
        Ok(())
    }
}

impl Side {
    /// A side that was not read from disk.
    pub(super) fn given(change: &FileChange, ours: Held) -> Self {
        Self { path: change.path.clone(), base: held(change.base.as_ref()), ours, theirs: held(change.result.as_ref()), file: None }
    }

    /// The step that takes the plan's side.
    fn taken(&self) -> Replacement {
        let before_id = self.ours.map(|(_, oid)| oid);
        Replacement { path: self.path.clone(), before: self.file.clone(), before_id, after: self.theirs, exact: None }
    }
}
