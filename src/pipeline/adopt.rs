//! Replies of runs that were killed become stopped messages.

use serde::{Deserialize, Serialize};

use crate::context::Project;
use crate::plan::{EntityId, EventKind, ObjectId, Plan, Record, RepoPath, Stage};
use crate::reply::{FileOp, Parser, Piece};
use crate::store::{Orphan, Snapshot};

use super::Error;
use super::listener::turned_down;
use super::record::{Proposed, ReplyFacts, record};
use super::reply::stop_reason;
use super::target::{Refused, Targets};
use super::workspace::Workspace;

/// What a journal says about the reply that it holds.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    stage: Stage,
    subtask: Option<EntityId>,
    continues: Option<EntityId>,
    predecessor: Option<EntityId>,
    model: String,
    started: String,
}

/// The journal's header for a reply that is about to be asked for.
pub fn header(facts: &ReplyFacts) -> String {
    let header = Header {
        stage: facts.stage,
        subtask: facts.subtask,
        continues: facts.continues,
        predecessor: facts.predecessor,
        model: facts.model.clone(),
        started: facts.started.clone(),
    };
    serde_json::to_string(&header).expect("a header has nothing that JSON cannot hold")
}

/// Takes up what killed runs left behind; returns how many replies were kept.
pub fn adopt(ws: &Workspace) -> Result<usize, Error> {
    let mut kept = 0;
    for orphan in ws.store.orphans()? {
        if adopt_one(ws, &orphan)? {
            kept += 1;
        }
        orphan.remove()?;
    }
    Ok(kept)
}

fn adopt_one(ws: &Workspace, orphan: &Orphan) -> Result<bool, Error> {
    let Ok(header) = serde_json::from_str::<Header>(&orphan.header) else { return Ok(false) };
    if orphan.text.is_empty() {
        return Ok(false);
    }
    let mut snapshot = match ws.store.load(&orphan.at) {
        Ok(snapshot) => snapshot,
        Err(error) if error.is_gone() => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    // A reply that was stored just before the kill has taken its place in the conversation already.
    if snapshot.plan.messages.last().map(|m| m.id) != header.predecessor {
        return Ok(false);
    }
    let facts = facts(ws, &snapshot, header, orphan)?;
    let reply = crate::reply::Reply::default();
    let record_of_it = Record::new(EventKind::Adopt, "Keep what a killed run had received");
    ws.store.append(&mut snapshot, &record_of_it, &mut |plan| {
        let mut next_id = ws.ids(plan);
        Ok(record(plan, &facts, &reply, &mut next_id)?.changes)
    })?;
    Ok(true)
}

fn facts(ws: &Workspace, snapshot: &Snapshot, header: Header, orphan: &Orphan) -> Result<ReplyFacts, Error> {
    let earlier = header.continues.map(|id| super::chain::chain_text(&snapshot.plan, id)).unwrap_or_default();
    let now = ws.clock.now();
    let mut facts = ReplyFacts::new(header.stage, header.model, header.started);
    facts.subtask = header.subtask;
    facts.continues = header.continues;
    facts.predecessor = header.predecessor;
    facts.finished = now;
    facts.stop_reason = Some(stop_reason::KILLED.to_owned());
    facts.text = ws.mask().text(&orphan.text).into_owned();
    if header.stage == Stage::Implementation {
        facts.operations = complete_operations(ws, &snapshot.plan, &earlier, &orphan.text)?;
    }
    Ok(facts)
}

/// The operations that were complete when the stream broke off.
fn complete_operations(ws: &Workspace, plan: &Plan, earlier: &str, text: &str) -> Result<Vec<Proposed>, Error> {
    let mut parser = Parser::new();
    parser.push(earlier);
    let ops = parser.push(text).into_iter().filter_map(|piece| match piece {
        Piece::BlockClose(op) | Piece::Operation(op) => Some(op),
        _ => None,
    });
    let ops: Vec<FileOp> = ops.collect();
    if ops.is_empty() {
        return Ok(Vec::new());
    }
    let project = Project::survey(ws.store.repo())?;
    let targets = Targets { store: &ws.store, plan, project: &project };
    let found = ops.iter().map(|op| proposed(targets, op)).collect::<Result<Vec<_>, Error>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The operation as it would have been proposed while it streamed; `None` if its path is none at all.
fn proposed(targets: Targets<'_>, op: &FileOp) -> Result<Option<Proposed>, Error> {
    let shown = |path: &RepoPath| targets.plan.context.iter().any(|item| item.path.as_ref() == Some(path));
    let path = match targets.target(op.kind, &op.path, shown)? {
        Ok(path) => path,
        Err(refused) => return Ok(turned_down(op, refused)),
    };
    let destination = match op.destination.as_deref().map(|text| targets.target(op.kind, text, shown)).transpose()? {
        Some(Ok(path)) => Some(path),
        Some(Err(refused)) => return Ok(turned_down(op, Refused { path: Some(path), ..refused })),
        None => None,
    };
    let body: Option<ObjectId> = op.content.as_ref().map(|text| targets.store.write_blob(text.as_bytes())).transpose()?;
    let explanation = op.explanation.clone();
    Ok(Some(Proposed { kind: op.kind, path, destination, explanation, body, overwrite: false, masked: false, error: None }))
}
