//! What earlier applies of this worktree did, and how that stands in the files now.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::git::{Look, Repo, Scratch};
use crate::plan::{ObjectId, RepoPath};

use super::record::{Done, FileRecord, Record, last_dir, matches};
use super::survey::{Action, Survey, survey_in};
use super::{Error, FileChange, history};

/// An apply of this worktree, as its record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastApply {
    /// The plan branch.
    pub label: String,
    /// The plan's random id.
    pub plan: String,
    /// The plan's commit before the apply.
    pub state: ObjectId,
    /// When, in RFC 3339 UTC.
    pub time: String,
    /// The files that it wrote or removed.
    pub paths: Vec<RepoPath>,
    /// The user's commit that was made of it.
    pub commit: Option<ObjectId>,
    /// The user's branch that it was made on; nothing when `HEAD` was detached.
    pub head_ref: Option<String>,
    dir: PathBuf,
}

/// How what an apply did to a file stands in the working tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is there, perhaps beside later edits.
    There,
    /// It is gone: it could be done once more.
    Gone,
    /// Something else is in the same place.
    Overwritten,
}

/// A file of an apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The file that was written or removed.
    pub file: RepoPath,
    /// The plan's paths whose changes it got; others than its own when the user had renamed it.
    pub changes: Vec<RepoPath>,
    /// How it stands.
    pub standing: Standing,
}

/// Says what the last apply of this worktree was.
pub fn last_apply(repo: &Repo) -> Result<Option<PastApply>, Error> {
    let dir = last_dir(repo);
    Ok(Record::load(&dir)?.map(|record| PastApply::of(record, dir)))
}

/// The applies of this worktree that can be taken back, the newest first; an earlier one that cannot be read is left out.
pub fn past_applies(repo: &Repo) -> Result<Vec<PastApply>, Error> {
    let earlier = history::earlier(repo).into_iter().filter_map(|dir| Some(PastApply::of(Record::load(&dir).ok()??, dir)));
    Ok(last_apply(repo)?.into_iter().chain(earlier).collect())
}

impl PastApply {
    fn of(record: Record, dir: PathBuf) -> Self {
        Self {
            paths: record.files.iter().map(|file| file.path.clone()).collect(),
            label: record.label,
            plan: record.plan,
            state: record.state,
            time: record.time,
            commit: record.commit,
            head_ref: record.head_ref,
            dir,
        }
    }

    /// How its files stand now, but for those of `known`.
    ///
    /// Later edits of the same files do not count: a change is gone when it could be made there once more.
    pub fn traces(&self, repo: &Repo, known: &BTreeSet<RepoPath>) -> Result<Vec<Trace>, Error> {
        let Some(record) = Record::load(&self.dir)? else { return Ok(Vec::new()) };
        let disk = repo.disk()?;
        let (mut traces, mut changed, mut absent) = (Vec::new(), Vec::new(), BTreeSet::new());
        for file in record.files.iter().filter(|file| !known.contains(&file.path)) {
            let look = disk.look(file.path.as_bytes())?;
            traces.push(Trace { file: file.path.clone(), changes: sources(&record, file), standing: Standing::There });
            if !matches(repo, file.after.as_ref(), &look)? {
                let FileChange { path, base, result } = FileChange::reversed(file);
                changed.push(FileChange { path, base: result, result: base });
                if !matches!(look, Look::File(_)) {
                    absent.insert(file.path.clone());
                }
            }
        }
        let refused = |path: &RepoPath, survey: &Survey| survey.refused.iter().any(|refused| refused.path == *path);
        while !changed.is_empty() {
            let scratch = Scratch::kept(repo, &self.dir.join("objects"))?;
            let survey = survey_in(repo, &changed, record.head.as_ref(), scratch, &Done::default())?;
            for trace in traces.iter_mut().filter(|trace| changed.iter().any(|change| change.path == trace.file)) {
                let in_the_way = refused(&trace.file, &survey);
                trace.standing =
                    if in_the_way { Standing::Overwritten } else { standing(&survey, &changed, &trace.file, absent.contains(&trace.file)) };
            }
            // A survey with a refused path says nothing of the others.
            let before = changed.len();
            changed.retain(|change| !refused(&change.path, &survey));
            if survey.refused.is_empty() || changed.len() == before {
                break;
            }
        }
        Ok(traces)
    }
}

/// What doing it once more would come to at the file, or at the names that the user has given to files that are absent.
fn standing(survey: &Survey, changed: &[FileChange], file: &RepoPath, absent: bool) -> Standing {
    let other_name = |path: &RepoPath| absent && changed.iter().all(|change| change.path != *path);
    let actions = |wanted: &dyn Fn(&RepoPath) -> bool| -> Vec<&Action> {
        survey.findings.iter().filter(|finding| wanted(&finding.path)).map(|finding| &finding.action).collect()
    };
    let mut found = actions(&|path| path == file);
    if found.iter().all(|action| matches!(action, Action::AlreadyThere)) {
        found = actions(&other_name);
    }
    if found.iter().any(|action| matches!(action, Action::Write { .. } | Action::Remove)) {
        Standing::Gone
    } else if found.iter().any(|action| matches!(action, Action::Conflict { .. })) {
        Standing::Overwritten
    } else {
        Standing::There
    }
}

/// The plan's paths whose changes a file got: its own, or those that were carried to another name.
fn sources(record: &Record, file: &FileRecord) -> Vec<RepoPath> {
    if record.changes.iter().any(|change| change.path == file.path) {
        return vec![file.path.clone()];
    }
    let own = |path: &RepoPath| record.files.iter().any(|file| file.path == *path && file.after.is_some());
    let carried: Vec<_> = record.changes.iter().filter(|change| !own(&change.path)).collect();
    // Which one it was is known where the user had edited nothing in it.
    let exact: Vec<_> = carried.iter().copied().filter(|change| change.is_of(file)).collect();
    let chosen = if exact.is_empty() { carried } else { exact };
    chosen.into_iter().map(|change| change.path.clone()).collect()
}
