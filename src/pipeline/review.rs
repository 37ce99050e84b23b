//! Looking at what the plan proposes, and turning it down.

use std::collections::BTreeMap;

use crate::plan::{Change, EventKind, FileMode, OperationState, Plan, Record, Refusal, RepoPath};
use crate::store::{Snapshot, Store};

use super::Error;
use super::apply::with_moves;
use super::build::changed_lines;
use super::content;
use super::settle::drop_path;
use super::workspace::Workspace;

/// The pending change of one file.
#[derive(Debug)]
pub struct FileDiff {
    /// The path.
    pub path: RepoPath,
    /// What happens to it: `A`, `M` or `D`, as git writes it.
    pub status: char,
    /// The modes before and after.
    pub modes: (Option<FileMode>, Option<FileMode>),
    /// The contents before and after.
    pub contents: (Vec<u8>, Vec<u8>),
    /// Lines added and removed; nothing for binary files.
    pub lines: Option<(usize, usize)>,
    /// Why the proposed content may be wrong.
    pub doubts: Vec<String>,
}

/// The paths among the plan's pending changes that `wanted` names, directories included; all if it names none.
pub fn pending_paths(plan: &Plan, wanted: &[RepoPath]) -> Result<Vec<RepoPath>, Error> {
    let changed = plan.changed_paths();
    if wanted.is_empty() {
        return Ok(changed.into_iter().cloned().collect());
    }
    let mut out: Vec<RepoPath> = Vec::new();
    for want in wanted {
        let below = |path: &RepoPath| path == want || path.ancestors().any(|dir| dir == *want);
        let hits: Vec<_> = changed.iter().filter(|path| below(path)).map(|path| (*path).clone()).collect();
        if hits.is_empty() {
            return Err(Error::NotPending(want.to_string()));
        }
        out.extend(hits);
    }
    out.sort();
    out.dedup();
    Ok(out)
}

/// Reads the pending changes of `wanted`, or of every path if it names none.
pub fn review(store: &Store, plan: &Plan, wanted: &[RepoPath]) -> Result<Vec<FileDiff>, Error> {
    let doubts = doubts(plan);
    pending_paths(plan, wanted)?.into_iter().map(|path| file_diff(store, plan, path, &doubts)).collect()
}

fn file_diff(store: &Store, plan: &Plan, path: RepoPath, doubts: &Doubts<'_>) -> Result<FileDiff, Error> {
    let (before, after) = (plan.base.get(&path), plan.result.get(&path));
    let read = |entry: Option<&crate::plan::Entry>| entry.map_or(Ok(Vec::new()), |e| content::content(store, e).map(|c| c.bytes));
    let contents = (read(before)?, read(after)?);
    let status = match (before, after) {
        (None, _) => 'A',
        (_, None) => 'D',
        _ => 'M',
    };
    let texts = std::str::from_utf8(&contents.0).ok().zip(std::str::from_utf8(&contents.1).ok());
    let lines = texts.filter(|(a, b)| !a.contains('\0') && !b.contains('\0')).map(|(a, b)| changed_lines(a, b));
    Ok(FileDiff { status, modes: (before.map(|e| e.mode), after.map(|e| e.mode)), lines, doubts: doubts_of(doubts, &path), path, contents })
}

/// Why the pending content of each path may be wrong: the reasons of the last build that made it.
type Doubts<'a> = BTreeMap<&'a RepoPath, Option<&'a str>>;

fn doubts(plan: &Plan) -> Doubts<'_> {
    let built = plan.operations.iter().filter(|op| op.state == OperationState::Built);
    built.flat_map(|op| std::iter::once(&op.path).chain(&op.destination).map(|path| (path, op.error.as_deref()))).collect()
}

fn doubts_of(doubts: &Doubts<'_>, path: &RepoPath) -> Vec<String> {
    let reasons = doubts.get(path).copied().flatten().unwrap_or_default();
    reasons.lines().map(str::to_owned).collect()
}

/// Turns down the pending changes of `wanted`, or of every path; returns the paths.
pub fn reject(ws: &Workspace, snapshot: &mut Snapshot, wanted: &[RepoPath]) -> Result<Vec<RepoPath>, Error> {
    let everything = wanted.is_empty();
    // Names what is not pending before anything is changed.
    rejectable(&snapshot.plan, wanted)?;
    let mut rejected = Vec::new();
    let subject = match wanted {
        [] => "Reject all pending changes".to_owned(),
        [one] => format!("Reject the changes of {one}"),
        many => format!("Reject the changes of {} paths", many.len()),
    };
    ws.store.append(snapshot, &Record::new(EventKind::Reject, subject), &mut |plan| {
        let named = rejectable(plan, wanted).map_err(|error| Refusal(error.to_string()))?;
        rejected = with_moves(plan, named);
        let mut changes: Vec<_> = rejected.iter().flat_map(|path| drop_path(plan, path)).collect();
        if everything {
            let unbuilt = plan.unbuilt().filter(|op| !rejected.contains(&op.path));
            changes
                .extend(unbuilt.map(|op| {
                    Change::Operation(crate::plan::Operation { state: crate::plan::OperationState::Rejected, ..(**op).clone() })
                }));
        }
        Ok(super::settle::last_of_each(changes))
    })?;
    Ok(rejected)
}

/// The pending paths that `wanted` names; paths whose operations wait to be built count too.
fn rejectable(plan: &Plan, wanted: &[RepoPath]) -> Result<Vec<RepoPath>, Error> {
    if wanted.is_empty() {
        let touched = plan.base.keys().chain(plan.result.keys());
        let mut paths: Vec<_> = touched.cloned().collect();
        paths.sort();
        paths.dedup();
        return Ok(paths);
    }
    let unbuilt = |want: &RepoPath| plan.unbuilt().any(|op| op.path == *want);
    let mut paths = Vec::new();
    for want in wanted {
        match pending_paths(plan, std::slice::from_ref(want)) {
            Ok(found) => paths.extend(found),
            Err(_) if unbuilt(want) || content::is_touched(plan, want) => paths.push(want.clone()),
            Err(error) => return Err(error),
        }
    }
    paths.sort();
    paths.dedup();
    Ok(paths)
}
