//! Applied files that are no longer in the working tree, as after a checkout of another branch: what becomes of them
//! is decided before a run.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::LostApply;
use crate::plan::{Change, EntityId, EventKind, ObjectId, Operation, OperationState, Plan, Record, RepoPath};
use crate::store::Snapshot;
use crate::worktree::{Applied, ApplyOutcome, ConflictMode, FileChange, PastApply, Recovered, Standing, Steps, Survey};

use super::Error;
use super::apply::{about, how, mark_recovered};
use super::workspace::Workspace;

/// What was applied and is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The plan's paths.
    pub paths: Vec<RepoPath>,
    /// The user's branch that they were applied on; nothing when `HEAD` was detached.
    pub branch: Option<String>,
    /// The applies that they belong to, the oldest first.
    applies: Vec<LostPart>,
}

/// What is gone of one apply.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LostPart {
    paths: Vec<RepoPath>,
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

/// Finds what the applies of this plan wrote and what is not in the working tree any more.
///
/// Those of one of the user's branches are found together, the one that was applied on last first.
pub fn find_lost(ws: &Workspace, snapshot: &Snapshot) -> Result<Option<Lost>, Error> {
    let repo = ws.store.repo();
    if repo.work_dir().is_none() {
        return Ok(None);
    }
    let mut applies: Vec<_> = crate::worktree::past_applies(repo)?.into_iter().filter(|apply| is_of(apply, snapshot)).collect();
    let mut gone = gone_paths(ws, &applies)?;
    let (mut parts, mut branch) = (Vec::new(), None);
    for (at, apply) in applies.drain(..).enumerate() {
        let Some(paths) = gone.remove(&at) else { continue };
        let before = ws.store.load_at(&snapshot.at, &apply.state)?.plan;
        let operations = lost_operations(&before, &snapshot.plan, &paths);
        if !operations.is_empty() && *branch.get_or_insert_with(|| apply.head_ref.clone()) == apply.head_ref {
            parts.push(LostPart { paths: paths.into_iter().collect(), state: apply.state, operations });
        }
    }
    let Some(head_ref) = branch else { return Ok(None) };
    parts.reverse();
    let paths: BTreeSet<_> = parts.iter().flat_map(|part| &part.paths).cloned().collect();
    let branch = head_ref.map(|name| name.trim_start_matches("refs/heads/").to_owned());
    Ok(Some(Lost { paths: paths.into_iter().collect(), branch, applies: parts }))
}

fn is_of(apply: &PastApply, snapshot: &Snapshot) -> bool {
    let branch = apply.label.rsplit('/').next();
    apply.plan == snapshot.plan.meta.id && branch == Some(snapshot.at.branch.as_str())
}

/// The plan's paths whose changes are gone, by the apply's place in the list, which has the newest first.
///
/// An apply of a file stands on the one before it: what is there below one that is there need not be looked at, and one
/// that overlaps with something else is gone too when the one below it is.
fn gone_paths(ws: &Workspace, applies: &[PastApply]) -> Result<BTreeMap<usize, BTreeSet<RepoPath>>, Error> {
    let (mut known, mut open, mut gone) = (BTreeSet::new(), BTreeMap::<RepoPath, Vec<_>>::new(), BTreeMap::<_, BTreeSet<_>>::new());
    for (at, apply) in applies.iter().enumerate() {
        for trace in apply.traces(ws.store.repo(), &known)? {
            let above = open.entry(trace.file.clone()).or_default();
            above.push((at, trace.changes));
            match trace.standing {
                Standing::There => drop(known.insert(trace.file)),
                Standing::Gone => above.drain(..).for_each(|(at, changes)| gone.entry(at).or_default().extend(changes)),
                Standing::Overwritten => {}
            }
        }
    }
    Ok(gone)
}

/// The operations that waited before the apply, touch one of the paths, and count as applied now.
fn lost_operations(before: &Plan, now: &Plan, paths: &BTreeSet<RepoPath>) -> Vec<EntityId> {
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
        let is_lost = |op: &Operation| lost.applies.iter().any(|part| part.operations.contains(&op.id));
        let gone = |op: &&std::sync::Arc<Operation>| is_lost(op) && op.state == OperationState::Applied;
        let turned_down = |op: &std::sync::Arc<Operation>| Operation { state: OperationState::Rejected, ..(**op).clone() };
        Ok(plan.operations.iter().filter(gone).map(|op| Change::Operation(turned_down(op))).collect())
    })?;
    Ok(Settlement::GoOn)
}

/// Merges the files' changes into the working tree once more, apply by apply; when one conflicts, none is.
fn restore(ws: &Workspace, snapshot: &Snapshot, lost: &Lost) -> Result<Settlement, Error> {
    let mut restored = Vec::new();
    for part in &lost.applies {
        let survey = match restore_part(ws, snapshot, part)? {
            ApplyOutcome::Applied(applied) if applied.written.is_empty() && applied.removed.is_empty() => continue,
            ApplyOutcome::Applied(_) => {
                restored.push(part);
                continue;
            }
            ApplyOutcome::Conflict(survey) | ApplyOutcome::Refused(survey) => survey,
        };
        restored.into_iter().rev().try_for_each(|part| take_back(ws, part))?;
        return Ok(Settlement::Conflict(in_the_way(&survey)));
    }
    Ok(Settlement::GoOn)
}

fn restore_part(ws: &Workspace, snapshot: &Snapshot, part: &LostPart) -> Result<ApplyOutcome, Error> {
    let repo = ws.store.repo();
    let before = ws.store.load_at(&snapshot.at, &part.state)?.plan;
    let changes = FileChange::of_plan(&before, Some(&part.paths));
    let survey = crate::worktree::survey(repo, &changes, before.meta.base.as_ref())?;
    let how = how(ws, snapshot, ConflictMode::Stop, &part.state);
    // The plan counts it as applied all along.
    crate::worktree::apply(repo, survey, &how, |found| mark_recovered(ws, found), |_: &Applied| Ok(()))
}

/// Takes back what has just been brought back; the plan goes on counting it as applied and lost.
fn take_back(ws: &Workspace, part: &LostPart) -> Result<(), Error> {
    let repo = ws.store.repo();
    if crate::worktree::last_apply(repo)?.is_some_and(|last| last.state == part.state) {
        let found = |found: &Recovered| mark_recovered(ws, found);
        crate::worktree::undo(repo, &ws.clock.now(), &Steps::default(), found, |_| Ok::<(), Error>(()))?;
    }
    Ok(())
}

fn in_the_way(survey: &Survey) -> Vec<RepoPath> {
    let conflicts = survey.conflicts().into_iter().map(|finding| finding.path.clone());
    conflicts.chain(survey.refused.iter().map(|refused| refused.path.clone())).collect()
}

/// The paths in a few words.
pub fn names(paths: &[RepoPath]) -> String {
    match paths {
        [first, second, rest @ ..] if !rest.is_empty() => format!("{first}, {second} and {} more", rest.len()),
        paths => paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
