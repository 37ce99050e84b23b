//! Applied files that are no longer in the working tree, as after a checkout of another branch: what becomes of them
//! is decided before a run.

use crate::config::LostApply;
use crate::plan::{Change, EntityId, EventKind, ObjectId, Operation, OperationState, Plan, Record, RepoPath};
use crate::store::Snapshot;
use crate::worktree::{ApplyOutcome, ConflictMode, FileChange, LastApply};

use super::Error;
use super::apply::{about, how};
use super::workspace::Workspace;

/// What was applied last and is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The files.
    pub paths: Vec<RepoPath>,
    /// The user's branch that they were applied on; nothing when `HEAD` was detached.
    pub branch: Option<String>,
    /// The plan's commit before the apply.
    state: ObjectId,
    operations: Vec<EntityId>,
}

impl Lost {
    /// The commands that decide about them.
    pub fn hint(&self) -> String {
        let branch = self.branch.as_ref().map_or_else(String::new, |branch| format!(", git checkout {branch} goes where it was applied"));
        format!("--lost-apply=restore brings it back, --lost-apply=rebase goes on without it{branch}")
    }
}

/// What came of a decision about lost files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The run goes on.
    GoOn,
    /// The run ends: it is left to the user.
    Open(Lost),
    /// They cannot be brought back, because these files have been changed in the same places.
    Conflict(Vec<RepoPath>),
}

/// Finds what the last apply of this plan wrote and what is not in the working tree any more.
pub fn find_lost(ws: &Workspace, snapshot: &Snapshot) -> Result<Option<Lost>, Error> {
    let repo = ws.store.repo();
    if repo.work_dir().is_none() {
        return Ok(None);
    }
    let Some(last) = crate::worktree::last_apply(repo)?.filter(|last| is_of(last, snapshot)) else { return Ok(None) };
    let paths = crate::worktree::missing_from_worktree(repo)?;
    if paths.is_empty() {
        return Ok(None);
    }
    let before = ws.store.load_at(&snapshot.at, &last.state)?.plan;
    let operations = lost_operations(&before, &snapshot.plan, &paths);
    let branch = last.head_ref.map(|name| name.trim_start_matches("refs/heads/").to_owned());
    Ok((!operations.is_empty()).then_some(Lost { paths, branch, state: last.state, operations }))
}

fn is_of(last: &LastApply, snapshot: &Snapshot) -> bool {
    let branch = last.label.rsplit('/').next();
    last.plan == snapshot.plan.meta.id && branch == Some(snapshot.at.branch.as_str())
}

/// The operations that waited before the apply, touch one of the paths, and count as applied now.
fn lost_operations(before: &Plan, now: &Plan, paths: &[RepoPath]) -> Vec<EntityId> {
    let waited = before.operations.iter().filter(|op| op.state == OperationState::Built && paths.iter().any(|path| about(op, path)));
    let applied = |id: EntityId| now.operations.iter().any(|op| op.id == id && op.state == OperationState::Applied);
    waited.map(|op| op.id).filter(|id| applied(*id)).collect()
}

/// Does what was chosen; `ask` is for the choice to ask, and gives nothing when nobody answers.
pub fn settle_lost(
    ws: &Workspace,
    snapshot: &mut Snapshot,
    choice: LostApply,
    ask: &mut dyn FnMut(&Lost) -> Option<LostApply>,
) -> Result<(Settlement, Option<Lost>), Error> {
    let Some(lost) = find_lost(ws, snapshot)? else { return Ok((Settlement::GoOn, None)) };
    let choice = if choice == LostApply::Ask { ask(&lost).unwrap_or(LostApply::Ask) } else { choice };
    let settled = match choice {
        LostApply::Ask => Settlement::Open(lost.clone()),
        LostApply::Warn => Settlement::GoOn,
        LostApply::Rebase => rebase(ws, snapshot, &lost)?,
        LostApply::Restore => restore(ws, snapshot, &lost)?,
    };
    Ok((settled, Some(lost)))
}

/// The plan goes on from what is there: what is gone counts as turned down.
fn rebase(ws: &Workspace, snapshot: &mut Snapshot, lost: &Lost) -> Result<Settlement, Error> {
    let record = Record::new(EventKind::Reject, format!("Go on without what is no longer in the files: {}", names(&lost.paths)));
    ws.store.append(snapshot, &record, &mut |plan| {
        let gone = |op: &&std::sync::Arc<Operation>| lost.operations.contains(&op.id) && op.state == OperationState::Applied;
        let turned_down = |op: &std::sync::Arc<Operation>| Operation { state: OperationState::Rejected, ..(**op).clone() };
        Ok(plan.operations.iter().filter(gone).map(|op| Change::Operation(turned_down(op))).collect())
    })?;
    Ok(Settlement::GoOn)
}

/// Merges the files' changes into the working tree once more.
fn restore(ws: &Workspace, snapshot: &Snapshot, lost: &Lost) -> Result<Settlement, Error> {
    let before = ws.store.load_at(&snapshot.at, &lost.state)?.plan;
    let changes = FileChange::of_plan(&before, Some(&lost.paths));
    let survey = crate::worktree::survey(ws.store.repo(), &changes, before.meta.base.as_ref())?;
    let how = how(ws, snapshot, ConflictMode::Stop, &lost.state);
    Ok(match crate::worktree::apply(ws.store.repo(), survey, &how)? {
        ApplyOutcome::Applied(_) => Settlement::GoOn,
        ApplyOutcome::Conflict(survey) => Settlement::Conflict(survey.conflicts().iter().map(|finding| finding.path.clone()).collect()),
        ApplyOutcome::Refused(survey) => Settlement::Conflict(survey.refused.iter().map(|refused| refused.path.clone()).collect()),
    })
}

/// The paths in a few words.
pub fn names(paths: &[RepoPath]) -> String {
    match paths {
        [first, second, rest @ ..] if !rest.is_empty() => format!("{first}, {second} and {} more", rest.len()),
        paths => paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
