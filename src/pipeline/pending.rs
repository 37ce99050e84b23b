//! Builds operations that were proposed and not built yet.

use std::rc::Rc;

use crate::plan::{
    BuildStatus, Call, Cost, Entry, EventKind, FileMode, Operation, OperationKind, OperationState, Plan, PlanRef, Record, RepoPath,
    RunEvent, RunState, Usage, cost_together, used_together,
};
use crate::store::{Holder, Snapshot};

use super::build::{BuildQueue, Finished, Wait};
use super::builder::ModelBuilder;
use super::listener::{begin, job};
use super::record::Proposed;
use super::repair::Builder;
use super::run::{Run, done};
use super::settle::{build_events, is_doubtful, store_builds, subject};
use super::workspace::Workspace;
use super::{Cancel, Error};

/// Builds everything that waits on the plan branch, under its lease; returns the plan afterwards.
///
/// Without a builder doubtful merges stay as they are, marked.
pub async fn build_pending(ws: &Workspace, at: &PlanRef, builder: Option<Rc<dyn Builder>>, talk: BuildTalk<'_>) -> Result<Snapshot, Error> {
    let (lease, _) = super::adopt::acquire(ws, at, "build", talk.waiting, &talk.cancel)?;
    let mut snapshot = ws.store.load(at)?;
    let (plan, branch) = (at.plan.to_string(), at.branch.to_string());
    (talk.events)(RunEvent::Start { plan, branch, run: lease.nonce().to_owned(), prompt: String::new() });
    let mut waiting: Vec<Operation> = snapshot.plan.unbuilt().map(|op| (**op).clone()).collect();
    if builder.is_some() {
        waiting.extend(doubtful(&snapshot.plan));
        waiting.sort_by_key(|op| op.id);
    }
    if waiting.is_empty() {
        (talk.events)(done(&snapshot.plan, RunState::Finished, Usage::default(), Cost::default()));
        return Ok(snapshot);
    }
    for op in waiting.iter().filter(|op| op.kind == OperationKind::File) {
        let path = op.path.clone();
        (talk.events)(RunEvent::Build { path, status: BuildStatus::Started, reasons: vec![], lines_added: 0, lines_removed: 0 });
    }
    (talk.events)(RunEvent::State { state: RunState::Building });
    let built = tokio::task::LocalSet::new().run_until(build(ws, &snapshot, &waiting, builder.clone())).await?;
    let (calls, news): (Vec<Call>, Vec<RunEvent>) = builder.map(|builder| builder.take()).unwrap_or_default();
    news.into_iter().for_each(&mut *talk.events);
    let told = build_events(&snapshot.plan, &built);
    let ids: Vec<_> = waiting.iter().map(|op| op.id).collect();
    let (run, usage, cost) = (Some(lease.nonce().to_owned()), used_together(&calls), cost_together(&calls));
    let record = Record { run, calls, ..Record::new(EventKind::Build, subject(&snapshot.plan, &ids)) };
    store_builds(&ws.store, &mut snapshot, &record, built)?;
    told.into_iter().map(|event| event.stored(&snapshot.plan)).for_each(&mut *talk.events);
    let state = if talk.cancel.is_cancelled() { RunState::Stopped } else { RunState::Finished };
    (talk.events)(done(&snapshot.plan, state, usage, cost));
    Ok(snapshot)
}

/// The user's side of a build.
pub struct BuildTalk<'a> {
    /// Takes the events.
    pub events: &'a mut dyn FnMut(RunEvent),
    /// Is told once that another machine's run is being watched.
    pub waiting: &'a mut dyn FnMut(&Holder),
    /// The wish to stop.
    pub cancel: Cancel,
}

/// The builder of a plan's models, if there are any: without one doubtful merges are only marked.
pub async fn builder(ws: &Workspace, at: &PlanRef, mut cancel: Cancel) -> Result<Option<Rc<dyn Builder>>, Error> {
    let meta = ws.store.load(at)?.plan.meta;
    let settings = ws.settings(Some(&meta))?;
    let client = ws.client().clone();
    let Ok(models) = cancel.unless(ws.models(&client, &settings, Some(&meta))).await? else { return Ok(None) };
    let client = client.with_mask(models.mask().clone());
    Ok(Some(Rc::new(ModelBuilder::new(&client, &models, cancel, ws.budget(&settings)))))
}

/// What the model was shown: what the operation keeps of it, and else the loaded content, with the mode of the user's file.
fn shown(ws: &Workspace, plan: &Plan, op: &Operation, path: &RepoPath) -> Result<Option<Option<Entry>>, Error> {
    if let Some(kept) = op.sight(path) {
        return Ok(Some(kept.clone()));
    }
    let Some(item) = plan.context.iter().find(|item| item.path.as_ref() == Some(path)) else { return Ok(None) };
    let mode = ws.store.file_entry(path)?.map_or(FileMode::Regular, |on_disk| on_disk.mode);
    Ok(Some(Some(Entry { mode, oid: item.oid.clone() })))
}

async fn build(
    ws: &Workspace,
    snapshot: &Snapshot,
    waiting: &[Operation],
    builder: Option<Rc<dyn Builder>>,
) -> Result<Vec<Finished>, Error> {
    let mut queue = BuildQueue::new(&ws.mask(), builder);
    start(ws, snapshot, waiting, &mut queue)?;
    Ok(queue.settle(&Wait::All).await)
}

/// The builds that may be wrong and can be tried again: those of files that no other operation has touched.
fn doubtful(plan: &Plan) -> impl Iterator<Item = Operation> + '_ {
    let open = |op: &Operation| matches!(op.state, OperationState::Pending | OperationState::Built);
    let alone = move |op: &Operation| {
        let about = |other: &Operation| other.path == op.path || other.destination.as_ref() == Some(&op.path);
        plan.operations.iter().filter(|other| open(other) && about(other)).count() == 1
    };
    let retried = plan.operations.iter().filter(|op| op.kind == OperationKind::File && is_doubtful(op));
    retried.filter(move |op| alone(op)).map(|op| (**op).clone())
}

/// Starts the builds of stored operations.
fn start(ws: &Workspace, snapshot: &Snapshot, waiting: &[Operation], queue: &mut BuildQueue) -> Result<(), Error> {
    for op in waiting {
        for path in std::iter::once(&op.path).chain(&op.destination) {
            if op.state == OperationState::Built {
                let base = snapshot.plan.base.get(path).map(|entry| super::content::content(&ws.store, entry)).transpose()?;
                queue.begin_with(path, base.clone(), base);
            }
            let shown = shown(ws, &snapshot.plan, op, path)?;
            begin(&ws.store, &snapshot.plan, shown.as_ref(), queue, path)?;
        }
        let proposal = op.body.as_ref().map(|oid| ws.store.read_blob(oid)).transpose()?.unwrap_or_default();
        queue.start(job(&proposed(op), String::from_utf8_lossy(&proposal).into_owned()));
    }
    queue.name(&waiting.iter().map(|op| op.id).collect::<Vec<_>>());
    Ok(())
}

impl Run<'_> {
    /// Starts the builds that an earlier run left; those that failed before are left to `build`.
    pub(super) async fn build_waiting(&mut self) -> Result<(), Error> {
        let fresh = self.snapshot.plan.unbuilt().filter(|op| op.error.is_none());
        let waiting: Vec<Operation> = fresh.map(|op| (**op).clone()).collect();
        start(self.ws, &self.snapshot, &waiting, &mut self.queue)
    }
}

fn proposed(op: &Operation) -> Proposed {
    Proposed {
        kind: op.kind,
        path: op.path.clone(),
        destination: op.destination.clone(),
        explanation: op.explanation.clone(),
        body: op.body.clone(),
        overwrite: op.overwrite,
        masked: op.masked,
        shown: op.shown.clone(),
        error: None,
    }
}
