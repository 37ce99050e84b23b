//! Taking the last apply back, keeping what the user has changed since.

use crate::git::{Repo, Scratch};
use crate::plan::{ObjectId, RepoPath};

use super::apply::carry_out;
use super::journal::Heading;
use super::lock::Lock;
use super::record::{Done, FileRecord, Kind, OnDisk, Record, last_dir, matches};
use super::recover::recover_locked;
use super::replace::read_plain;
use super::survey::{Survey, survey_in};
use super::{ConflictMode, Error, FileChange, Recovered, Request, Steps};

/// How often a survey is made anew because files change under it.
const TRIES: u32 = 5;

/// How an undo ended.
#[derive(Debug)]
pub enum UndoOutcome {
    /// The last apply is taken back.
    Undone(Undone),
    /// The user has changed since what the apply had changed; nothing was written.
    Conflict(Survey),
    /// Some paths must not be touched; nothing was written.
    Refused(Survey),
    /// There is no apply to take back.
    Nothing,
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The plan branch.
    pub label: String,
    /// The plan's random id.
    pub plan: String,
    /// The plan's commit before the apply.
    pub state: ObjectId,
    /// The plan's paths, which are pending again.
    pub paths: Vec<RepoPath>,
    /// The files that were written.
    pub restored: Vec<RepoPath>,
    /// The files that were removed.
    pub removed: Vec<RepoPath>,
    /// The user's commit that the apply had made; it stays.
    pub commit: Option<ObjectId>,
}

/// Takes the last apply back: files go back byte for byte, files with later edits by a merge; a conflict stops before the first byte.
///
/// `found` and `mark` tell the plan as those of [`apply`](super::apply()) do.
pub fn undo<E: From<Error>>(
    repo: &Repo,
    now: &str,
    steps: &Steps,
    found: impl FnOnce(&Recovered) -> Result<(), E>,
    mark: impl FnOnce(&Undone) -> Result<(), E>,
) -> Result<UndoOutcome, E> {
    let _lock = Lock::take(repo, &format!("taking an apply back since {now}"))?;
    recover_locked(repo, found)?;
    let dir = last_dir(repo);
    for _ in 0..TRIES {
        let Some(record) = Record::load(&dir)? else { return Ok(UndoOutcome::Nothing) };
        let scratch = Scratch::kept(repo, &dir.join("objects")).map_err(Error::from)?;
        let changes: Vec<FileChange> = record.files.iter().map(FileChange::reversed).collect();
        let mut survey = survey_in(repo, &changes, record.head.as_ref(), scratch, &Done::written(&record))?;
        if !survey.refused.is_empty() {
            return Ok(UndoOutcome::Refused(survey));
        }
        if !survey.conflicts().is_empty() {
            return Ok(UndoOutcome::Conflict(survey));
        }
        restore_exactly(repo, &record, &mut survey)?;
        let request = Request {
            conflicts: ConflictMode::Stop,
            label: record.label.clone(),
            plan: record.plan.clone(),
            state: record.state.clone(),
            now: now.to_owned(),
            steps: steps.clone(),
        };
        let heading = Heading { kind: Kind::Undo, paths: record.paths.clone(), prunable: Some(record.made_dirs.clone()) };
        if let Some(journal) = carry_out(repo, &survey, &heading, &request)? {
            let undone = undone(record, &survey);
            mark(&undone)?;
            steps.reach("marked");
            journal.finish(repo)?;
            steps.reach("finished");
            return Ok(UndoOutcome::Undone(undone));
        }
    }
    Err(Error::Path("the files keep changing; nothing was written".into()).into())
}

impl FileChange {
    /// The way back from what a file became.
    pub(super) fn reversed(file: &FileRecord) -> Self {
        let entry = |side: &Option<OnDisk>| side.as_ref().and_then(OnDisk::entry);
        Self { path: file.path.clone(), base: entry(&file.after), result: entry(&file.before) }
    }
}

/// Where nothing has been changed since, the very bytes and permissions come back, not what a checkout would make.
fn restore_exactly(repo: &Repo, record: &Record, survey: &mut Survey) -> Result<(), Error> {
    let disk = repo.disk()?;
    for (at, file) in record.files.iter().enumerate() {
        let untouched = matches(repo, file.after.as_ref(), &disk.look(file.path.as_bytes())?)?;
        let Some(before) = file.before.as_ref().filter(|_| untouched) else { continue };
        for step in survey.steps.iter_mut().filter(|step| step.path == file.path && step.after == before.held()) {
            let mut exact = read_plain(&last_dir(repo).join("before").join(at.to_string()))?;
            exact.mode = before.held().map_or(exact.mode, |(mode, _)| mode);
            exact.permissions = before.permissions;
            step.exact = Some(exact);
        }
    }
    Ok(())
}

fn undone(record: Record, survey: &Survey) -> Undone {
    let (removed, restored): (Vec<_>, Vec<_>) = survey.steps.iter().partition(|step| step.after.is_none());
    Undone {
        label: record.label,
        plan: record.plan,
        state: record.state,
        paths: record.paths,
        restored: restored.into_iter().map(|step| step.path.clone()).collect(),
        removed: removed.into_iter().map(|step| step.path.clone()).collect(),
        commit: record.commit,
    }
}
