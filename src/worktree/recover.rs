//! Ending what an interrupted apply, undo or commit began.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::git::Repo;
use crate::plan::{ObjectId, RepoPath};

use super::journal::Journal;
use super::lock::{Lock, apply_dir};
use super::record::{Kind, matches, next_dir, remove_dir};
use super::{Error, Steps};

/// Left-over trial directories are removed when they are older than this.
const SCRATCH_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// What was found and ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// It was an undo, not an apply.
    pub undo: bool,
    /// It is carried out now; otherwise it was taken back, because a file had been changed since.
    pub finished: bool,
    /// The plan branch.
    pub label: String,
    /// The plan's random id.
    pub plan: String,
    /// The plan's commit before the apply.
    pub state: ObjectId,
    /// The plan's paths.
    pub paths: Vec<RepoPath>,
    /// The paths that somebody has changed since; they were left alone.
    pub left: Vec<RepoPath>,
}

/// Ends what a killed process left half done; nothing happens while its process is alive.
///
/// Call it at the start of each command that writes. `mark` tells the plan what is carried out, while the record is still there.
pub fn recover<E: From<Error>>(repo: &Repo, mark: impl FnOnce(&Recovered) -> Result<(), E>) -> Result<Option<Recovered>, E> {
    if repo.work_dir().is_none() || !apply_dir(repo).exists() {
        return Ok(None);
    }
    match Lock::try_take(repo, "ending an interrupted apply")? {
        Some(_lock) => recover_locked(repo, mark),
        None => Ok(None),
    }
}

/// [`recover`] for a caller that holds the lock.
pub(super) fn recover_locked<E: From<Error>>(repo: &Repo, mark: impl FnOnce(&Recovered) -> Result<(), E>) -> Result<Option<Recovered>, E> {
    for name in ["old", "pending.gone", "done.gone", "last.gone"] {
        remove_dir(&apply_dir(repo).join(name))?;
    }
    remove_dir(&next_dir(repo))?;
    remove_old_scratch(repo);
    super::commit::recover_commit(repo)?;
    if let Some(journal) = Journal::done(repo)? {
        return tell(repo, &journal, mark).map(Some);
    }
    let Some(mut journal) = Journal::pending(repo)? else {
        super::history::pop(repo)?;
        return Ok(None);
    };
    if foreign_paths(repo, &journal)?.is_empty() && matches!(journal.carry_out(repo, &Steps::default()), Ok(None)) {
        journal.note_done(repo)?;
        return tell(repo, &journal, mark).map(Some);
    }
    let left = journal.take_back(repo)?;
    journal.drop_record()?;
    Ok(Some(Recovered { finished: false, left, ..recovered(&journal) }))
}

/// Tells the plan of a record that is carried out, and ends the record.
fn tell<E: From<Error>>(repo: &Repo, journal: &Journal, mark: impl FnOnce(&Recovered) -> Result<(), E>) -> Result<Recovered, E> {
    let recovered = recovered(journal);
    mark(&recovered)?;
    journal.finish(repo)?;
    Ok(recovered)
}

fn recovered(journal: &Journal) -> Recovered {
    Recovered {
        undo: journal.record.kind == Kind::Undo,
        finished: true,
        label: journal.record.label.clone(),
        plan: journal.record.plan.clone(),
        state: journal.record.state.clone(),
        paths: journal.record.paths.clone(),
        left: Vec::new(),
    }
}

/// The paths that are neither as they were nor as they shall be.
fn foreign_paths(repo: &Repo, journal: &Journal) -> Result<Vec<RepoPath>, Error> {
    let disk = repo.disk()?;
    let mut foreign = Vec::new();
    for (at, file) in journal.record.files.iter().enumerate() {
        let look = disk.look(file.path.as_bytes())?;
        let after = matches(repo, file.after.as_ref(), &look)?;
        // A swap that was not looked at any more may have taken out something else than was recorded.
        let held_back = after && file.before.is_some() && file.after.is_some() && journal.put_back_foreign(repo, &disk, at)?;
        if held_back || !after && !matches(repo, file.before.as_ref(), &look)? {
            foreign.push(file.path.clone());
        }
    }
    Ok(foreign)
}

fn remove_old_scratch(repo: &Repo) {
    let Ok(entries) = fs::read_dir(repo.git_dir().join("plandex").join("scratch")) else { return };
    for entry in entries.flatten() {
        let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|time| SystemTime::now().duration_since(time).ok());
        if age.is_some_and(|age| age > SCRATCH_AGE) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
