//! Applying a surveyed change to the user's files.

use crate::git::Repo;
use crate::plan::{ObjectId, RepoPath};

use super::journal::{Heading, Journal};
use super::lock::Lock;
use super::record::Kind;
use super::recover::recover_locked;
use super::survey::Survey;
use super::{Error, FileChange, Recovered, Steps};

/// How often a survey is made anew because files change under it.
const TRIES: u32 = 5;

/// What to do about conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConflictMode {
    /// Nothing is written.
    #[default]
    Stop,
    /// Files with ordinary conflict markers are written.
    Markers,
}

/// How to apply, and what to call it.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to do about conflicts.
    pub conflicts: ConflictMode,
    /// The plan branch, for the record and for whoever has to wait.
    pub label: String,
    /// The plan's random id, by which it is found when it has another name.
    pub plan: String,
    /// The plan's commit before the apply.
    pub state: ObjectId,
    /// The time, in RFC 3339 UTC.
    pub now: String,
    /// Where a test looks in.
    pub steps: Steps,
}

/// How an apply ended.
#[derive(Debug)]
pub enum ApplyOutcome {
    /// The files are written.
    Applied(Applied),
    /// Both sides changed the same thing; nothing was written.
    Conflict(Survey),
    /// Some paths must not be touched; nothing was written.
    Refused(Survey),
}

/// What an apply did.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The plan branch.
    pub label: String,
    /// The plan's commit before the apply.
    pub state: ObjectId,
    /// The plan's changes.
    pub changes: Vec<FileChange>,
    /// The files that were written.
    pub written: Vec<RepoPath>,
    /// The files that were removed.
    pub removed: Vec<RepoPath>,
    /// The paths that were as they should be.
    pub unchanged: Vec<RepoPath>,
    /// The files that were left with conflict markers.
    pub conflicts: Vec<RepoPath>,
}

/// Does what the survey says, all of it or nothing.
///
/// The undo record is written first. A file that has changed since the survey is merged anew.
/// `found` tells the plan of what a killed process left, as in [`recover`](super::recover()). `mark` tells the plan of this apply,
/// while the record is still there: whoever finds that record after a kill tells it again.
pub fn apply<E: From<Error>>(
    repo: &Repo,
    survey: Survey,
    request: &Request,
    found: impl FnOnce(&Recovered) -> Result<(), E>,
    mark: impl FnOnce(&Applied) -> Result<(), E>,
) -> Result<ApplyOutcome, E> {
    let _lock = Lock::take(repo, &format!("applying '{}' since {}", request.label, request.now))?;
    recover_locked(repo, found)?;
    let mut survey = survey;
    for _ in 0..TRIES {
        if survey.is_stale(repo)? {
            survey = super::survey(repo, &survey.changes, survey.seen.as_ref())?;
        }
        if !survey.refused.is_empty() {
            return Ok(ApplyOutcome::Refused(survey));
        }
        if request.conflicts == ConflictMode::Stop && !survey.conflicts().is_empty() {
            return Ok(ApplyOutcome::Conflict(survey));
        }
        request.steps.reach("surveyed");
        let paths = survey.changes.iter().map(|change| change.path.clone()).collect();
        if survey.steps.is_empty() {
            let applied = applied(survey, request);
            mark(&applied)?;
            return Ok(ApplyOutcome::Applied(applied));
        }
        if let Some(journal) = carry_out(repo, &survey, &Heading { kind: Kind::Apply, paths, prunable: None }, request)? {
            let applied = applied(survey, request);
            mark(&applied)?;
            request.steps.reach("marked");
            journal.finish(repo)?;
            request.steps.reach("finished");
            return Ok(ApplyOutcome::Applied(applied));
        }
    }
    let path = survey.steps.first().map(|step| step.path.clone()).or_else(|| survey.changes.first().map(|change| change.path.clone()));
    Err(path.map_or_else(|| Error::Path("the files keep changing; nothing was written".into()), Error::Changing).into())
}

/// Carries the surveyed steps out under a journal that is left for the caller to finish; `None` when a file was changed
/// meanwhile, and everything is as it was.
pub(super) fn carry_out(repo: &Repo, survey: &Survey, heading: &Heading, request: &Request) -> Result<Option<Journal>, Error> {
    let mut journal = Journal::begin(repo, survey, heading, request)?;
    match journal.carry_out(repo, &request.steps) {
        Ok(None) => {
            journal.note_done(repo)?;
            request.steps.reach("done");
            Ok(Some(journal))
        }
        Ok(Some(_)) => {
            journal.take_back(repo)?;
            journal.drop_record()?;
            Ok(None)
        }
        Err(error) => {
            // A failure of taking back leaves the record, and the next command tries again.
            if journal.take_back(repo).is_ok() {
                journal.drop_record()?;
            }
            Err(error)
        }
    }
}

fn applied(survey: Survey, request: &Request) -> Applied {
    let conflicts: Vec<RepoPath> = survey.conflicts().into_iter().map(|finding| finding.path.clone()).collect();
    let (removed, written): (Vec<_>, Vec<_>) = survey.steps.iter().partition(|step| step.after.is_none());
    let touched = |path: &RepoPath| survey.steps.iter().any(|step| step.path == *path);
    let unchanged = survey.changes.iter().map(|change| &change.path).filter(|path| !touched(path) && !conflicts.contains(path));
    Applied {
        label: request.label.clone(),
        state: request.state.clone(),
        unchanged: unchanged.cloned().collect(),
        written: written.into_iter().map(|step| step.path.clone()).collect(),
        removed: removed.into_iter().map(|step| step.path.clone()).collect(),
        conflicts,
        changes: survey.changes,
    }
}
