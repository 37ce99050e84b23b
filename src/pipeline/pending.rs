//! Builds operations that were proposed and not built yet.

use crate::plan::{EventKind, Operation, PlanRef, Record, RunEvent};
use crate::store::Snapshot;

use super::Error;
use super::build::BuildQueue;
use super::content::Seen;
use super::listener::{begin, job};
use super::record::Proposed;
use super::settle::{build_event, store_builds, subject};
use super::workspace::Workspace;

/// Builds everything that waits on the plan branch, under its lease; returns the plan afterwards.
pub async fn build_pending(ws: &Workspace, at: &PlanRef, events: &mut dyn FnMut(RunEvent)) -> Result<Snapshot, Error> {
    let lease = ws.store.acquire(at, "build", &mut |_| ())?;
    let mut snapshot = ws.store.load(at)?;
    let waiting: Vec<Operation> = snapshot.plan.unbuilt().map(|op| (**op).clone()).collect();
    if waiting.is_empty() {
        return Ok(snapshot);
    }
    let mut seen = seen(&snapshot);
    let built = tokio::task::LocalSet::new().run_until(build(ws, &snapshot, &waiting, &mut seen)).await?;
    for (op, built) in waiting.iter().zip(&built) {
        events(build_event(op, built));
    }
    let ids: Vec<_> = waiting.iter().map(|op| op.id).collect();
    let record = Record { run: Some(lease.nonce().to_owned()), ..Record::new(EventKind::Build, subject(&snapshot.plan, &ids)) };
    store_builds(&ws.store, &mut snapshot, &record, &seen, ids.into_iter().zip(built).collect())?;
    Ok(snapshot)
}

/// What the model was shown: the loaded content of files, as far as the plan knows it.
fn seen(snapshot: &Snapshot) -> Seen {
    use crate::plan::{Entry, FileMode};
    let loaded = snapshot.plan.context.iter().filter_map(|item| Some((item.path.clone()?, item.oid.clone())));
    loaded.map(|(path, oid)| (path, Some(Entry { mode: FileMode::Regular, oid }))).collect()
}

async fn build(ws: &Workspace, snapshot: &Snapshot, waiting: &[Operation], seen: &mut Seen) -> Result<Vec<super::build::Built>, Error> {
    let mut queue = BuildQueue::default();
    for op in waiting {
        for path in std::iter::once(&op.path).chain(&op.destination) {
            restore_mode(ws, seen, path)?;
            begin(&ws.store, &snapshot.plan, seen, &mut queue, path)?;
        }
        let proposal = op.body.as_ref().map(|oid| ws.store.read_blob(oid)).transpose()?.unwrap_or_default();
        queue.start(job(&proposed(op), String::from_utf8_lossy(&proposal).into_owned()));
    }
    Ok(queue.settle().await)
}

/// Takes the mode from the user's file: a context item does not hold one.
fn restore_mode(ws: &Workspace, seen: &mut Seen, path: &crate::plan::RepoPath) -> Result<(), Error> {
    if let Some(Some(entry)) = seen.get_mut(path)
        && let Some(on_disk) = ws.store.file_entry(path)?
    {
        entry.mode = on_disk.mode;
    }
    Ok(())
}

fn proposed(op: &Operation) -> Proposed {
    Proposed {
        kind: op.kind,
        path: op.path.clone(),
        destination: op.destination.clone(),
        explanation: op.explanation.clone(),
        body: op.body.clone(),
        overwrite: op.overwrite,
        error: None,
    }
}
