//! What an apply would do, found out without writing anything of the user's.

use std::fmt;

use crate::git::{DiskFile, Look, Obstacle, Oid, Repo, Scratch};
use crate::plan::{ObjectId, RepoPath};

use super::change::Held;
use super::record::Done;
use super::sides::Sides;
use super::{Error, FileChange, obstruct};

/// What will happen at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The file is written.
    Write {
        /// There is none yet.
        new: bool,
        /// The content is a merge of the user's changes and the plan's, not the plan's alone.
        merged: bool,
    },
    /// The file is removed.
    Remove,
    /// The change is in the working tree already, or the user's version wins by itself.
    AlreadyThere,
    /// Both sides changed the same thing.
    Conflict {
        /// Git's word for it: `contents`, `modify/delete`, `add/add`, ….
        kind: String,
        /// Git's sentence about it.
        message: String,
    },
}

/// One path of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The path.
    pub path: RepoPath,
    /// What happens there.
    pub action: Action,
}

/// A path that is not ours to write, in either mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The path.
    pub path: RepoPath,
    /// Why.
    pub reason: RefusedReason,
}

/// Why a path is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusedReason {
    /// It is a submodule, inside another repository, behind a link, left out by a sparse checkout, or no file.
    Obstacle(Obstacle, String),
    /// An untracked file of the user is where a new one should go.
    UntrackedInTheWay,
    /// A file is where a directory is needed.
    FileInTheWay(String),
    /// A directory with files that the plan does not know is where a file should go.
    DirectoryInTheWay,
    /// A name that this file system takes for the same.
    CaseCollision(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.reason {
            RefusedReason::Obstacle(obstacle, at) => write!(f, "'{path}' {obstacle} '{at}'"),
            RefusedReason::UntrackedInTheWay => write!(f, "an untracked file is in the way of '{path}'"),
            RefusedReason::FileInTheWay(at) => write!(f, "the file '{at}' is in the way of '{path}'"),
            RefusedReason::DirectoryInTheWay => write!(f, "a directory with other files is in the way of '{path}'"),
            RefusedReason::CaseCollision(other) => write!(f, "'{path}' and '{other}' are the same name on this file system"),
        }
    }
}

/// What an apply would do, path by path.
pub struct Survey {
    /// The paths that it would touch or leave, sorted.
    pub findings: Vec<Finding>,
    /// The paths that it must not touch; while there are any, nothing is written.
    pub refused: Vec<Refused>,
    pub(super) changes: Vec<FileChange>,
    pub(super) seen: Option<ObjectId>,
    pub(super) steps: Vec<Replacement>,
    pub(super) looked: Vec<Looked>,
    pub(super) scratch: Scratch,
}

/// A file to be put in another's place.
#[derive(Debug, Clone)]
pub(super) struct Replacement {
    pub(super) path: RepoPath,
    pub(super) before: Option<DiskFile>,
    /// What git stores of `before`.
    pub(super) before_id: Option<Oid>,
    pub(super) after: Held,
    /// Written as it is, instead of what a checkout makes of `after`.
    pub(super) exact: Option<DiskFile>,
}

/// What was read at a path.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    pub(super) path: RepoPath,
    pub(super) look: Look,
}

/// Finds out what applying `changes` would do; `seen` is the user's commit that the plan was begun on, to know renames by.
pub fn survey(repo: &Repo, changes: &[FileChange], seen: Option<&ObjectId>) -> Result<Survey, Error> {
    survey_in(repo, changes, seen, Scratch::new(repo), &Done::read(repo)?)
}

/// [`survey`] with objects at hand, and with changes that count as made.
pub(super) fn survey_in(
    repo: &Repo,
    changes: &[FileChange],
    seen: Option<&ObjectId>,
    scratch: Scratch,
    done: &Done,
) -> Result<Survey, Error> {
    let mut changes: Vec<_> = changes.iter().filter(|change| change.base != change.result).cloned().collect();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    let disk = repo.disk()?;
    let mut survey =
        Survey { findings: Vec::new(), refused: Vec::new(), changes, seen: seen.cloned(), steps: Vec::new(), looked: Vec::new(), scratch };
    let sides = Sides::read(&disk, &mut survey, done)?;
    if !survey.refused.is_empty() {
        return Ok(survey);
    }
    let conflicts = sides.resolve(&disk, &mut survey)?;
    obstruct::check(repo, &disk, &mut survey)?;
    survey.report(&sides, conflicts);
    Ok(survey)
}

impl Survey {
    /// The paths where both sides changed the same thing.
    pub fn conflicts(&self) -> Vec<&Finding> {
        self.findings.iter().filter(|finding| matches!(finding.action, Action::Conflict { .. })).collect()
    }

    /// Whether it can be applied without a conflict or a refused path.
    pub fn is_clean(&self) -> bool {
        self.refused.is_empty() && self.conflicts().is_empty()
    }

    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether something that was read has changed since.
    pub(super) fn is_stale(&self, repo: &Repo) -> Result<bool, Error> {
        let disk = repo.disk()?;
        for looked in &self.looked {
            if disk.look(looked.path.as_bytes())? != looked.look {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn refuse(&mut self, path: &RepoPath, reason: RefusedReason) {
        let refused = Refused { path: path.clone(), reason };
        if !self.refused.contains(&refused) {
            self.refused.push(refused);
        }
    }

    fn report(&mut self, sides: &Sides, conflicts: Vec<Finding>) {
        let proposed = |path: &RepoPath| {
            self.changes.iter().find(|change| change.path == *path).map(|change| super::change::held(change.result.as_ref()))
        };
        let mut findings = conflicts;
        for step in &self.steps {
            let merged = sides.differs(&step.path) || proposed(&step.path) != Some(step.after);
            let write = Action::Write { new: step.before.is_none(), merged };
            findings.push(Finding { path: step.path.clone(), action: if step.after.is_some() { write } else { Action::Remove } });
        }
        findings.extend(self.changes.iter().map(|change| Finding { path: change.path.clone(), action: Action::AlreadyThere }));
        // What was found first counts: a conflict before a write, a write before nothing.
        findings.sort_by(|a, b| a.path.cmp(&b.path));
        findings.dedup_by(|later, first| later.path == first.path);
        self.findings = findings;
    }
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for refused in &self.refused {
            writeln!(f, "refused: {refused}")?;
        }
        for finding in &self.findings {
            let what = match &finding.action {
                Action::Write { new: true, .. } => "new",
                Action::Write { merged: true, .. } => "merged",
                Action::Write { .. } => "changed",
                Action::Remove => "removed",
                Action::AlreadyThere => "already there",
                Action::Conflict { kind, .. } => kind,
            };
            writeln!(f, "{what}: {}", finding.path)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Survey").field("findings", &self.findings).field("refused", &self.refused).finish_non_exhaustive()
    }
}
