//! Stores what the builds made.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{
    Attempt, BuildStatus, Change, EntityId, Entry, EventKind, ObjectId, Operation, OperationState, Plan, Record, RepoPath, RunEvent, Stage,
};
use crate::store::{Snapshot, Store};

use super::Error;
use super::build::{Built, Content, Finished, Wait};
use super::content::is_touched;
use super::repair::Candidate;
use super::run::Run;

/// A file that a build made, written to the object database.
#[derive(Debug, Clone)]
pub struct Placed {
    path: RepoPath,
    /// What the build was made from.
    base: Option<Entry>,
    /// The new content; `None` removes.
    result: Option<Entry>,
}

/// A build's outcome with its contents written to the object database.
#[derive(Debug, Clone)]
pub enum Settled {
    /// New contents by path.
    Files {
        /// The contents.
        files: Vec<Placed>,
        /// Why the content may be wrong.
        reasons: Vec<String>,
        /// What was tried.
        attempts: Vec<Attempt>,
    },
    /// The plan's own changes of the path are taken back.
    Reset,
    /// Nothing could be made.
    Failed(String),
}

impl Run<'_> {
    /// Waits for builds as told, and stores those that are complete in one commit.
    pub(super) async fn finish_builds(&mut self, wait: &Wait) -> Result<(), Error> {
        let built = self.queue.settle(wait).await;
        if built.is_empty() {
            return Ok(());
        }
        let events = build_events(&self.snapshot.plan, &built);
        let ids: Vec<_> = built.iter().map(|done| done.id).collect();
        let mut record = self.record(EventKind::Build, subject(&self.snapshot.plan, &ids));
        record.calls = self.budget.take_builds();
        if let Some(call) = record.calls.last() {
            record.model = Some(call.model.clone());
            record.stage = Some(Stage::Build);
        }
        store_builds(&self.ws.store, &mut self.snapshot, &record, built)?;
        self.budget.take_events().into_iter().for_each(&mut *self.events);
        events.into_iter().map(|event| event.stored(&self.snapshot.plan)).for_each(&mut *self.events);
        Ok(())
    }
}

/// What there is to say of a build, before the plan has taken it.
pub struct BuildEvent {
    id: EntityId,
    event: RunEvent,
}

/// What there is to say of these builds of the plan's operations.
pub fn build_events(plan: &Plan, built: &[Finished]) -> Vec<BuildEvent> {
    built.iter().filter_map(|done| Some(BuildEvent { id: done.id, event: build_event(plan.operation(done.id)?, &done.built) })).collect()
}

impl BuildEvent {
    /// The event, once `plan` has taken the build or not.
    pub fn stored(self, plan: &Plan) -> RunEvent {
        let op = plan.operation(self.id).filter(|op| op.state == OperationState::Pending);
        match (self.event, op.and_then(|op| op.error.clone())) {
            (RunEvent::Build { path, .. }, Some(reason)) => {
                RunEvent::Build { path, status: BuildStatus::Failed, reasons: vec![reason], lines_added: 0, lines_removed: 0 }
            }
            (event, _) => event,
        }
    }
}

/// Whether the operation was built with reasons to look at it.
pub fn is_doubtful(op: &Operation) -> bool {
    op.state == OperationState::Built && op.error.is_some()
}

/// The event that tells the user about a build.
fn build_event(op: &Operation, built: &Built) -> RunEvent {
    let path = op.destination.clone().unwrap_or_else(|| op.path.clone());
    let (status, reasons, lines) = match built {
        Built::Files { reasons, lines, .. } if reasons.is_empty() => (BuildStatus::Built, vec![], *lines),
        Built::Files { reasons, lines, .. } => (BuildStatus::Doubtful, reasons.clone(), *lines),
        Built::Reset => (BuildStatus::Built, vec![], (0, 0)),
        Built::Failed(reason) => (BuildStatus::Failed, vec![reason.clone()], (0, 0)),
    };
    RunEvent::Build { path, status, reasons, lines_added: lines.0, lines_removed: lines.1 }
}

/// Writes the contents of builds and appends them as one event.
pub fn store_builds(store: &Store, snapshot: &mut Snapshot, record: &Record, built: Vec<Finished>) -> Result<(), Error> {
    let settled = built.into_iter().map(|done| Ok((done.id, settle(store, done)?))).collect::<Result<Vec<_>, Error>>()?;
    let files = user_files(store, &settled)?;
    store.append(snapshot, record, &mut |plan| Ok(build_changes(plan, &files, &settled)))?;
    Ok(())
}

/// The files of the user that stand where made paths need a directory.
fn user_files(store: &Store, settled: &[(EntityId, Settled)]) -> Result<BTreeMap<RepoPath, RepoPath>, Error> {
    let mut found = BTreeMap::new();
    if store.repo().work_dir().is_none() {
        return Ok(found);
    }
    let disk = store.repo().disk()?;
    for placed in settled.iter().flat_map(|(_, outcome)| outcome.files()) {
        if placed.result.is_some()
            && let Some(file) = disk.file_above(placed.path.as_bytes())?
        {
            found.insert(placed.path.clone(), RepoPath::from_bytes(&file).map_err(Error::Path)?);
        }
    }
    Ok(found)
}

impl Settled {
    /// The contents that it makes.
    fn files(&self) -> &[Placed] {
        if let Self::Files { files, .. } = self { files } else { &[] }
    }
}

fn settle(store: &Store, done: Finished) -> Result<Settled, Error> {
    let write = |content: &Content| -> Result<Entry, Error> {
        let oid: ObjectId = store.write_blob(&content.bytes)?;
        Ok(Entry { mode: content.mode, oid })
    };
    let entry = |content: Option<&Content>| content.map(write).transpose();
    Ok(match done.built {
        Built::Reset => Settled::Reset,
        Built::Failed(reason) => Settled::Failed(reason),
        Built::Files { files, reasons, attempts, .. } => {
            let attempts = attempts.into_iter().map(|candidate| attempt(store, candidate)).collect::<Result<_, Error>>()?;
            let base = |path: &RepoPath| done.bases.get(path).and_then(Option::as_ref);
            let placed = |(path, result): (RepoPath, Option<Content>)| {
                Ok(Placed { base: entry(base(&path))?, result: entry(result.as_ref())?, path })
            };
            Settled::Files { files: files.into_iter().map(placed).collect::<Result<_, Error>>()?, reasons, attempts }
        }
    })
}

/// Stores what was tried, with its content.
fn attempt(store: &Store, candidate: Candidate) -> Result<Attempt, Error> {
    let content = candidate.content.map(|text| store.write_blob(text.as_bytes())).transpose()?;
    Ok(Attempt { by: candidate.by.to_owned(), model: candidate.model, content, reasons: candidate.reasons })
}

/// What the builds change; operations that somebody else has settled meanwhile are left as they are.
///
/// `above` has the user's files that stand where made paths need a directory.
pub fn build_changes(plan: &Plan, above: &BTreeMap<RepoPath, RepoPath>, settled: &[(EntityId, Settled)]) -> Vec<Change> {
    let mut plan = plan.clone();
    let mut all = Vec::new();
    let goes: BTreeSet<&RepoPath> =
        settled.iter().flat_map(|(_, outcome)| outcome.files()).filter(|file| file.result.is_none()).map(|file| &file.path).collect();
    let obstacle = |plan: &Plan, files: &[Placed]| {
        in_the_way(plan, files).or_else(|| {
            let gone = |file: &RepoPath| goes.contains(file) || is_touched(plan, file) && !plan.result.contains_key(file);
            let (path, file) = files.iter().find_map(|placed| above.get_key_value(&placed.path).filter(|(_, file)| !gone(file)))?;
            Some(format!("'{file}' is a file of yours, so there can be no '{path}'"))
        })
    };
    for (id, outcome) in settled {
        let open = |op: &Operation| op.state == OperationState::Pending || is_doubtful(op);
        let Some(op) = plan.operation(*id).filter(|op| open(op)).cloned() else { continue };
        let changes = match outcome {
            Settled::Failed(reason) => vec![Change::Operation(Operation { error: Some(reason.clone()), ..(*op).clone() })],
            Settled::Reset => reset_changes(&plan, &op),
            Settled::Files { files, reasons, attempts } => match obstacle(&plan, files) {
                Some(reason) => vec![Change::Operation(Operation { error: Some(reason), ..(*op).clone() })],
                None => {
                    let mut changes = content_changes(&plan, files);
                    changes.push(built_operation(&op, reasons, attempts));
                    changes
                }
            },
        };
        changes.iter().cloned().for_each(|change| plan.apply(change));
        all.extend(changes);
    }
    last_of_each(all)
}

/// Why the files cannot stand beside what the plan proposes already: git has no tree in which a path is a file and a directory.
fn in_the_way(plan: &Plan, files: &[Placed]) -> Option<String> {
    let goes = |path: &RepoPath| files.iter().any(|file| file.path == *path && file.result.is_none());
    let stays = |path: &RepoPath| plan.result.contains_key(path) && !goes(path);
    let made = files.iter().filter(|file| file.result.is_some()).map(|file| &file.path);
    made.into_iter().find_map(|path| {
        let above = path.ancestors().find(stays);
        let other = above.or_else(|| plan.result_below(path).find(|path| stays(path)).cloned())?;
        Some(format!("'{path}' and '{other}' cannot both be files"))
    })
}

/// What the model saw is what the change is a change of, whatever has happened to the path since.
fn content_changes(plan: &Plan, files: &[Placed]) -> Vec<Change> {
    let mut changes = Vec::new();
    for Placed { path, base, result } in files {
        if !is_touched(plan, path) {
            changes.push(Change::Base(path.clone(), base.clone()));
        }
        changes.push(Change::Result(path.clone(), result.clone()));
    }
    changes
}

fn built_operation(op: &Operation, reasons: &[String], attempts: &[Attempt]) -> Change {
    let mut op = op.clone();
    op.state = OperationState::Built;
    op.error = (!reasons.is_empty()).then(|| reasons.join("\n"));
    op.attempts.extend_from_slice(attempts);
    Change::Operation(op)
}

/// Takes back everything that the plan proposes for the operation's path.
fn reset_changes(plan: &Plan, op: &Operation) -> Vec<Change> {
    // What was proposed after the reset stands.
    let later = |change: &Change| matches!(change, Change::Operation(other) if other.id > op.id);
    let mut changes = drop_path(plan, &op.path);
    changes.retain(|change| !later(change));
    changes.push(Change::Operation(Operation { state: OperationState::Built, ..op.clone() }));
    changes
}

/// The changes that reject every unapplied operation on `path` and forget its contents.
pub fn drop_path(plan: &Plan, path: &RepoPath) -> Vec<Change> {
    let mut changes = vec![Change::Base(path.clone(), None), Change::Result(path.clone(), None)];
    let unapplied = plan.operations.iter().filter(|op| matches!(op.state, OperationState::Pending | OperationState::Built));
    let about = unapplied.filter(|op| op.path == *path || op.destination.as_ref() == Some(path));
    changes.extend(about.map(|op| Change::Operation(Operation { state: OperationState::Rejected, ..(**op).clone() })));
    changes
}

/// Keeps only the last change of each entity, in order.
pub fn last_of_each(changes: Vec<Change>) -> Vec<Change> {
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let key = |change: &Change| match change {
        Change::Operation(op) => format!("o{}", op.id),
        Change::Base(path, _) => format!("b{path}"),
        Change::Result(path, _) => format!("r{path}"),
        other => format!("{other:?}"),
    };
    for (at, change) in changes.iter().enumerate() {
        last.insert(key(change), at);
    }
    changes.into_iter().enumerate().filter(|(at, change)| last.get(&key(change)) == Some(at)).map(|(_, change)| change).collect()
}

/// What the history says about builds.
pub fn subject(plan: &Plan, operations: &[EntityId]) -> String {
    let mut paths: Vec<_> = operations.iter().filter_map(|id| plan.operation(*id)).map(|op| op.path.to_string()).collect();
    paths.dedup();
    match paths.as_slice() {
        [one] => format!("Build {one}"),
        [one, two] => format!("Build {one} and {two}"),
        [one, rest @ ..] => format!("Build {one} and {} other files", rest.len()),
        [] => "Build".to_owned(),
    }
}
