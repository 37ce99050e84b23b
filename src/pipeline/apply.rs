//! Pending changes are merged into the working tree, committed if wanted, and marked in the plan.

use crate::plan::{Call, Change, EntityId, EventKind, ObjectId, Operation, OperationKind, OperationState, Plan, PlanRef, Record, RepoPath};
use crate::store::Snapshot;
use crate::worktree::{
    Applied, ApplyOutcome, CommitOutcome, CommitRequest, ConflictMode, FileChange, Recovered, Request, Steps, Survey, UndoOutcome, Undone,
};

use super::Error;
use super::listener::APPLY_SCRIPT;
use super::review::pending_paths;
use super::workspace::Workspace;

/// What applying would do; nothing of the user's has been written yet.
pub struct Prepared {
    /// What happens to each path.
    pub survey: Survey,
    /// The changes that are looked at.
    pub changes: Vec<FileChange>,
    /// Paths whose proposed content may be wrong, with the reasons.
    pub doubtful: Vec<(RepoPath, String)>,
    /// Whether the plan holds a script; it stays in the plan.
    pub script: bool,
}

/// How to apply.
pub struct ApplyRequest {
    /// What to do about conflicts.
    pub conflicts: ConflictMode,
    /// Whether to commit.
    pub commit: Option<CommitWish>,
}

/// A commit that is wanted.
pub struct CommitWish {
    /// Its message.
    pub message: String,
    /// Environment variables that hooks must not see.
    pub hide: Vec<String>,
    /// The calls that it was written by.
    pub calls: Vec<Call>,
}

/// What came of applying.
pub enum AppliedPlan {
    /// The files are in the working tree.
    Applied {
        /// What was written.
        applied: Applied,
        /// What came of the commit that was wanted; an error leaves the files applied.
        commit: Option<Result<CommitOutcome, Error>>,
    },
    /// Files conflict; nothing was written.
    Conflict(Survey),
    /// Some paths cannot be written; nothing was.
    Refused(Survey),
}

/// Looks at what applying `wanted`, or everything, would do; the caller holds the branch's lease until it is applied.
pub fn prepare(ws: &Workspace, snapshot: &Snapshot, wanted: &[RepoPath]) -> Result<Prepared, Error> {
    let plan = &snapshot.plan;
    let mut paths = with_moves(plan, pending_paths(plan, wanted)?);
    let script = paths.iter().any(is_script);
    paths.retain(|path| !is_script(path));
    let changes = if paths.is_empty() { Vec::new() } else { FileChange::of_plan(plan, Some(&paths)) };
    let survey = crate::worktree::survey(ws.store.repo(), &changes, plan.meta.base.as_ref())?;
    let doubtful = paths.iter().filter_map(|path| Some((path.clone(), doubt(plan, path)?))).collect();
    Ok(Prepared { survey, changes, doubtful, script })
}

fn is_script(path: &RepoPath) -> bool {
    path.as_str() == Some(APPLY_SCRIPT)
}

fn doubt(plan: &Plan, path: &RepoPath) -> Option<String> {
    let built = |op: &&std::sync::Arc<Operation>| op.state == OperationState::Built && about(op, path);
    plan.operations.iter().rev().find(built).and_then(|op| op.error.clone())
}

/// Whether the operation touches the path.
pub fn about(op: &Operation, path: &RepoPath) -> bool {
    op.path == *path || op.destination.as_ref() == Some(path)
}

/// Adds the other end of every move that `paths` touches, so that a file is neither doubled nor lost.
pub fn with_moves(plan: &Plan, mut paths: Vec<RepoPath>) -> Vec<RepoPath> {
    let pending = |op: &&std::sync::Arc<Operation>| op.kind == OperationKind::Move && op.state == OperationState::Built;
    let moves: Vec<_> = plan.operations.iter().filter(pending).filter_map(|op| Some((&op.path, op.destination.as_ref()?))).collect();
    let changed = plan.changed_paths();
    loop {
        let other_end = |(from, to): &(&RepoPath, &RepoPath)| match (paths.contains(from), paths.contains(to)) {
            (true, false) => Some((*to).clone()),
            (false, true) => Some((*from).clone()),
            _ => None,
        };
        let Some(more) = moves.iter().filter_map(other_end).find(|path| changed.contains(&path)) else { break };
        paths.push(more);
    }
    paths.sort();
    paths
}

/// Applies what was prepared, commits if wanted, and marks the operations.
pub fn apply(ws: &Workspace, snapshot: &mut Snapshot, prepared: Prepared, request: &ApplyRequest) -> Result<AppliedPlan, Error> {
    let repo = ws.store.repo();
    let label = snapshot.at.to_string();
    let state = snapshot.commit.clone();
    let operations = applicable(&snapshot.plan, &prepared.changes);
    let how = how(ws, snapshot, request.conflicts, &state);
    let calls = request.commit.as_ref().map(|wish| wish.calls.clone()).unwrap_or_default();
    // The files are in the working tree, whether a commit can be made of them or not, or is waited for by a hook.
    let mark = |_: &Applied| mark_applied(ws, snapshot, &operations, &prepared.changes, &calls);
    let applied = match crate::worktree::apply(repo, prepared.survey, &how, |found| mark_recovered(ws, found), mark)? {
        ApplyOutcome::Applied(applied) => applied,
        ApplyOutcome::Conflict(survey) => return Ok(AppliedPlan::Conflict(survey)),
        ApplyOutcome::Refused(survey) => return Ok(AppliedPlan::Refused(survey)),
    };
    let paths: Vec<_> = prepared.changes.iter().map(|change| change.path.clone()).collect();
    let commit = match &request.commit {
        Some(wish) if applied.conflicts.is_empty() => Some(commit(ws, snapshot, &applied, wish, &format!("{label} {state}"))),
        _ => None,
    };
    if let Some(Ok(CommitOutcome::Committed { commit, .. })) = &commit {
        name_commit(ws, snapshot, &operations, &paths, commit)?;
    }
    Ok(AppliedPlan::Applied { applied, commit })
}

/// How changes that the plan's commit `state` proposes are put into the working tree.
pub fn how(ws: &Workspace, snapshot: &Snapshot, conflicts: ConflictMode, state: &ObjectId) -> Request {
    let (label, plan) = (snapshot.at.to_string(), snapshot.plan.meta.id.clone());
    Request { conflicts, label, plan, state: state.clone(), now: ws.clock.now(), steps: Steps::default() }
}

/// Notes on applied operations which of the user's commits holds them.
fn name_commit(ws: &Workspace, snapshot: &mut Snapshot, ops: &[EntityId], paths: &[RepoPath], commit: &ObjectId) -> Result<(), Error> {
    let record = Record::new(EventKind::Apply, format!("Commit {} as {}", counted(paths), commit.short()));
    ws.store.append(snapshot, &record, &mut |plan| {
        let applied = plan.operations.iter().filter(|op| ops.contains(&op.id) && op.state == OperationState::Applied);
        Ok(applied.map(|op| Change::Operation(Operation { commit: Some(commit.clone()), ..(**op).clone() })).collect())
    })?;
    Ok(())
}

fn counted(paths: &[RepoPath]) -> String {
    match paths {
        [one] => one.to_string(),
        many => format!("{} files", many.len()),
    }
}

fn commit(ws: &Workspace, snapshot: &Snapshot, applied: &Applied, wish: &CommitWish, trailer: &str) -> Result<CommitOutcome, Error> {
    let seen = snapshot.plan.meta.base.as_ref();
    let request = CommitRequest { message: &wish.message, trailer, hide_env: &wish.hide, seen };
    crate::worktree::commit(ws.store.repo(), applied, &request, |found| mark_recovered(ws, found))
}

/// The built operations that the changes come from.
fn applicable(plan: &Plan, changes: &[FileChange]) -> Vec<EntityId> {
    let built = plan.operations.iter().filter(|op| op.state == OperationState::Built);
    built.filter(|op| changes.iter().any(|change| about(op, &change.path))).map(|op| op.id).collect()
}

/// Marks operations as applied and lets go of the paths' contents, whatever else has happened to them meanwhile:
/// the files are in the user's tree, so an event that met them in between counts as having come after. A path that has
/// newer content keeps that, with what was applied as its base.
fn mark_applied(ws: &Workspace, snapshot: &mut Snapshot, ops: &[EntityId], applied: &[FileChange], calls: &[Call]) -> Result<(), Error> {
    let paths: Vec<_> = applied.iter().map(|change| change.path.clone()).collect();
    let record = Record { calls: calls.to_vec(), ..Record::new(EventKind::Apply, format!("Apply {}", counted(&paths))) };
    ws.store.append(snapshot, &record, &mut |plan| {
        let mut changes = Vec::new();
        for change in applied.iter().filter(|change| !is_told(plan, ops, &change.path)) {
            let newer = plan.result.get(&change.path) != change.result.as_ref() && super::content::is_touched(plan, &change.path);
            changes.push(Change::Base(change.path.clone(), change.result.clone().filter(|_| newer)));
            if !newer {
                changes.push(Change::Result(change.path.clone(), None));
            }
        }
        let marked = plan.operations.iter().filter(|op| ops.contains(&op.id) && op.state != OperationState::Applied);
        changes.extend(marked.map(|op| Change::Operation(Operation { state: OperationState::Applied, commit: None, ..(**op).clone() })));
        Ok(changes)
    })?;
    Ok(())
}

/// Whether the plan knows already that the path is applied; what it holds there now came later.
fn is_told(plan: &Plan, ops: &[EntityId], path: &RepoPath) -> bool {
    let mut of_path = plan.operations.iter().filter(|op| ops.contains(&op.id) && about(op, path)).peekable();
    of_path.peek().is_some() && of_path.all(|op| op.state == OperationState::Applied)
}

/// Ends an apply or undo that a crash interrupted, in the files and in the plan.
pub fn finish_interrupted(ws: &Workspace) -> Result<Option<Recovered>, Error> {
    if ws.store.repo().work_dir().is_none() {
        return Ok(None);
    }
    // One that was taken back leaves the plan as it is.
    crate::worktree::recover(ws.store.repo(), |recovered| mark_recovered(ws, recovered))
}

/// Tells the plan of an apply or undo that was found and ended.
pub fn mark_recovered(ws: &Workspace, recovered: &Recovered) -> Result<(), Error> {
    let Some(mut snapshot) = plan_of(ws, &recovered.plan, &recovered.label)? else { return Ok(()) };
    if recovered.undo {
        return mark_undone(ws, &mut snapshot, &recovered.state, &recovered.paths);
    }
    // What was applied is what the plan proposed then; it may propose something newer by now.
    let before = ws.store.load_at(&snapshot.at, &recovered.state)?.plan;
    let changes = FileChange::of_plan(&before, Some(&recovered.paths));
    let operations = applicable(&before, &changes);
    mark_applied(ws, &mut snapshot, &operations, &changes, &[])
}

/// The plan of an apply, whatever it is called now; nothing when it was deleted since, as the files are what counts.
fn plan_of(ws: &Workspace, id: &str, label: &str) -> Result<Option<Snapshot>, Error> {
    let Ok(at) = label.parse::<PlanRef>() else { return Ok(None) };
    Ok(ws.store.find_plan(id, &at)?)
}

/// The plan branch that the last apply of this worktree is of, as it is called now; nothing when there is no apply, or no such plan any more.
pub fn last_applied(ws: &Workspace) -> Result<Option<PlanRef>, Error> {
    let Some(last) = crate::worktree::last_apply(ws.store.repo())? else { return Ok(None) };
    Ok(plan_of(ws, &last.plan, &last.label)?.map(|snapshot| snapshot.at))
}

/// Takes the last apply back, in the files and in the plan.
pub fn undo(ws: &Workspace) -> Result<UndoOutcome, Error> {
    let found = |found: &Recovered| mark_recovered(ws, found);
    crate::worktree::undo(ws.store.repo(), &ws.clock.now(), &Steps::default(), found, |undone| give_back(ws, undone))
}

fn give_back(ws: &Workspace, undone: &Undone) -> Result<(), Error> {
    let Some(mut snapshot) = plan_of(ws, &undone.plan, &undone.label)? else { return Ok(()) };
    mark_undone(ws, &mut snapshot, &undone.state, &undone.paths)
}

/// Makes the paths pending again as they were before the apply; a path that has new changes keeps those.
fn mark_undone(ws: &Workspace, snapshot: &mut Snapshot, state: &ObjectId, paths: &[RepoPath]) -> Result<(), Error> {
    let before = ws.store.load_at(&snapshot.at, state)?.plan;
    let record = Record::new(EventKind::Undo, format!("Take back the apply of {}", counted(paths)));
    ws.store.append(snapshot, &record, &mut |plan| {
        let free = |path: &&RepoPath| !super::content::is_touched(plan, path);
        let back: Vec<_> = paths.iter().filter(free).collect();
        let mut changes = Vec::new();
        for path in &back {
            changes.push(Change::Base((*path).clone(), before.base.get(*path).cloned()));
            changes.push(Change::Result((*path).clone(), before.result.get(*path).cloned()));
        }
        let again = before.operations.iter().filter(|op| op.state == OperationState::Built && back.iter().any(|path| about(op, path)));
        changes.extend(again.map(|op| Change::Operation((**op).clone())));
        Ok(changes)
    })?;
    Ok(())
}
