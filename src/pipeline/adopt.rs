//! Replies of runs that were killed become stopped messages.

use serde::{Deserialize, Serialize};

use crate::plan::{EntityId, EventKind, ObjectId, Record, RepoPath, Stage};
use crate::reply::{FileOp, Parser, Piece};
use crate::store::{Orphan, Snapshot};

use super::Error;
use super::record::{Proposed, ReplyFacts, record};
use super::reply::stop_reason;
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
    facts.text = orphan.text.clone();
    if header.stage == Stage::Implementation {
        facts.operations = complete_operations(ws, &earlier, &orphan.text)?;
    }
    Ok(facts)
}

/// The operations that were complete when the stream broke off.
fn complete_operations(ws: &Workspace, earlier: &str, text: &str) -> Result<Vec<Proposed>, Error> {
    let mut parser = Parser::new();
    parser.push(earlier);
    let ops = parser.push(text).into_iter().filter_map(|piece| match piece {
        Piece::BlockClose(op) | Piece::Operation(op) => Some(op),
        _ => None,
    });
    ops.filter_map(|op| proposed(ws, &op).transpose()).collect()
}

/// The operation, if its paths are ones that a plan may touch; the build checks them against the user's files.
fn proposed(ws: &Workspace, op: &FileOp) -> Result<Option<Proposed>, Error> {
    let Ok(path) = op.path.parse::<RepoPath>() else { return Ok(None) };
    let Ok(destination) = op.destination.as_deref().map(str::parse::<RepoPath>).transpose() else { return Ok(None) };
    let body: Option<ObjectId> = op.content.as_ref().map(|text| ws.store.write_blob(text.as_bytes())).transpose()?;
    let explanation = op.explanation.clone();
    Ok(Some(Proposed { kind: op.kind, path, destination, explanation, body, overwrite: false, error: None }))
}
