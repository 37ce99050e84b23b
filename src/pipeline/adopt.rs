//! Replies of runs that were killed become stopped messages.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize};

use crate::config::HIDDEN;
use crate::context::Project;
use crate::plan::{EntityId, EventKind, Message, ObjectId, Plan, PlanRef, Record, RepoPath, Stage};
use crate::reply::{FileOp, Parser, Piece};
use crate::store::{self, Holder, Lease, Orphan, Snapshot};

use super::listener::turned_down;
use super::missing::{Sighting, overwritten, skipped};
use super::record::{Proposed, ReplyFacts, record};
use super::reply::stop_reason;
use super::sight::{Held, Sights};
use super::target::{Refused, Targets};
use super::workspace::Workspace;
use super::{Cancel, Error};

/// What a journal says about the reply that it holds.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    stage: Stage,
    subtask: Option<EntityId>,
    continues: Option<EntityId>,
    predecessor: Option<EntityId>,
    model: String,
    started: String,
    /// The files that the request shows.
    #[serde(default, deserialize_with = "files_or_paths")]
    shown: Held,
}

/// The journal's header for a reply that is about to be asked for with the files `shown`.
pub fn header(facts: &ReplyFacts, shown: &Held) -> String {
    let header = Header {
        stage: facts.stage,
        subtask: facts.subtask,
        continues: facts.continues,
        predecessor: facts.predecessor,
        model: facts.model.clone(),
        started: facts.started.clone(),
        shown: shown.clone(),
    };
    serde_json::to_string(&header).expect("a header has nothing that JSON cannot hold")
}

/// Headers of earlier versions only list the paths.
fn files_or_paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Held, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Shown {
        Files(Held),
        Paths(BTreeSet<RepoPath>),
    }
    Ok(match Shown::deserialize(deserializer)? {
        Shown::Files(files) => files,
        Shown::Paths(paths) => paths.into_iter().map(|path| (path, None)).collect(),
    })
}

/// What became of the replies that killed runs had received.
#[derive(Debug, Default)]
pub struct Adopted {
    /// The plan branches whose conversations they joined.
    pub kept: Vec<PlanRef>,
    /// The files with those that have no place there any more.
    pub aside: Vec<PathBuf>,
    /// The plan branches whose replies could not be kept now, and why; they wait for the next command.
    pub left: Vec<(PlanRef, Error)>,
}

/// Takes a plan branch; what its last holder had received is in the plan before anything else is done to it.
///
/// The wish to stop ends the watching of a run that may have ended.
pub fn acquire(
    ws: &Workspace,
    at: &PlanRef,
    command: &str,
    waiting: &mut dyn FnMut(&Holder),
    cancel: &Cancel,
) -> Result<(Lease, Adopted), Error> {
    let lease = take(ws, at, command, waiting, cancel)?;
    // The last holder may have died, or have turned out to be dead, only just now.
    let adopted = adopt_all(ws, ws.store.orphans_once_free()?)?;
    Ok((lease, adopted))
}

fn take(ws: &Workspace, at: &PlanRef, command: &str, waiting: &mut dyn FnMut(&Holder), cancel: &Cancel) -> Result<Lease, Error> {
    let mut told = false;
    let lease = ws.store.acquire_while(at, command, &mut |holder| {
        if !std::mem::replace(&mut told, true) {
            waiting(holder);
        }
        !cancel.is_cancelled()
    });
    match lease {
        Err(store::Error::NotAwaited(_)) => Err(Error::Cancelled),
        lease => Ok(lease?),
    }
}

/// Takes up what killed runs left behind.
pub fn adopt(ws: &Workspace) -> Result<Adopted, Error> {
    adopt_all(ws, ws.store.orphans()?)
}

fn adopt_all(ws: &Workspace, orphans: Vec<Orphan>) -> Result<Adopted, Error> {
    let mut adopted = Adopted::default();
    for orphan in orphans {
        let at = orphan.at.clone();
        // One that cannot be kept now must not stand in the way of work on other plans.
        if let Err(error) = adopt_or_leave(ws, orphan, &mut adopted) {
            adopted.left.push((at, error));
        }
    }
    Ok(adopted)
}

fn adopt_or_leave(ws: &Workspace, orphan: Orphan, adopted: &mut Adopted) -> Result<(), Error> {
    match adopt_one(ws, &orphan)? {
        Place::Found => {
            adopted.kept.push(orphan.at.clone());
            orphan.remove()?;
        }
        Place::Unneeded => orphan.remove()?,
        Place::Taken => adopted.aside.push(orphan.set_aside()?),
    }
    Ok(())
}

/// Whether there is a place for a reply in its conversation.
enum Place {
    /// It stands there now.
    Found,
    /// It stood there before, or holds nothing.
    Unneeded,
    /// The conversation has gone on without it, or was taken back.
    Taken,
}

fn adopt_one(ws: &Workspace, orphan: &Orphan) -> Result<Place, Error> {
    if orphan.text.is_empty() {
        return Ok(Place::Unneeded);
    }
    // Another version of the program may have written it.
    let Ok(header) = serde_json::from_str::<Header>(&orphan.header) else { return Ok(Place::Taken) };
    let mut snapshot = match ws.store.load(&orphan.at) {
        Ok(snapshot) => snapshot,
        Err(error) if error.is_gone() => return Ok(Place::Taken),
        Err(error) => return Err(error.into()),
    };
    // The run may have stored the reply just before it was killed.
    let is_it =
        |m: &Message| m.predecessor == header.predecessor && m.stage == Some(header.stage) && m.started.as_ref() == Some(&header.started);
    if snapshot.plan.messages.iter().any(|m| is_it(m)) {
        return Ok(Place::Unneeded);
    }
    if snapshot.plan.messages.last().map(|m| m.id) != header.predecessor {
        return Ok(Place::Taken);
    }
    let facts = facts(ws, &snapshot, header, orphan)?;
    let reply = crate::reply::Reply::default();
    let record_of_it = Record::new(EventKind::Adopt, "Keep what a killed run had received");
    let stored = ws.store.append(&mut snapshot, &record_of_it, &mut |plan| {
        let mut next_id = ws.ids(plan);
        Ok(record(plan, &facts, &reply, &mut next_id)?.changes)
    });
    match stored {
        Ok(_) => Ok(Place::Found),
        Err(store::Error::Refused(_)) => Ok(Place::Taken),
        Err(error) => Err(error.into()),
    }
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
    facts.overwrites = orphan.allowed.iter().filter_map(|path| path.parse().ok()).collect();
    if header.stage == Stage::Implementation && (!facts.text.is_empty() || !earlier.is_empty()) {
        let settings = ws.settings(Some(&snapshot.plan.meta))?;
        let project = Project::survey(ws.store.repo())?.within(ws.context_dir(&settings)?);
        let broken = Broken { ws, plan: &snapshot.plan, project: &project, shown: &header.shown, earlier: &earlier };
        broken.stop_where_undecided(&mut facts)?;
        facts.operations = broken.complete_operations(&facts)?;
    }
    Ok(facts)
}

/// A reply of the implementation that broke off, with what it was written for.
struct Broken<'a> {
    ws: &'a Workspace,
    plan: &'a Plan,
    project: &'a Project<'a>,
    shown: &'a Held,
    earlier: &'a str,
}

impl Broken<'_> {
    /// Ends the text at the tag of the first block for a file that the model had not seen and nobody had decided about:
    /// the process may have been killed while it asked.
    fn stop_where_undecided(&self, facts: &mut ReplyFacts) -> Result<(), Error> {
        let mask = self.ws.mask();
        let sighting = Sighting { mask: &mask, plan: self.plan, project: self.project };
        let mut known: BTreeSet<RepoPath> = self.shown.keys().chain(&facts.overwrites).cloned().collect();
        known.extend(overwritten(self.plan));
        known.extend(skipped(self.plan));
        let mut parser = Parser::new();
        parser.push(self.earlier);
        let mut end = 0;
        for line in facts.text.clone().split_inclusive('\n') {
            end += line.len();
            for piece in parser.push(line) {
                let Piece::BlockOpen { path, .. } = piece else { continue };
                let Ok(path) = path.parse::<RepoPath>() else { continue };
                if !known.insert(path.clone()) || !sighting.is_needed(&path)? {
                    continue;
                }
                let whole = [self.earlier, &facts.text[..end]].concat();
                let body = crate::reply::parse(&whole).open_block.map_or(whole.len(), |block| block.body);
                facts.text.truncate(body.saturating_sub(self.earlier.len()));
                facts.stop_reason = Some(format!("{}{path}", stop_reason::MISSING_FILE));
                return Ok(());
            }
        }
        Ok(())
    }

    /// The operations that were complete when the stream broke off.
    fn complete_operations(&self, facts: &ReplyFacts) -> Result<Vec<Proposed>, Error> {
        let mut parser = Parser::new();
        parser.push(self.earlier);
        let mut found = Vec::new();
        for piece in parser.push(&facts.text) {
            if let Piece::BlockClose(op) | Piece::Operation(op) = piece {
                found.extend(self.proposed(&op, &found)?);
            }
        }
        for op in &mut found {
            op.overwrite = facts.overwrites.contains(&op.path) || overwritten(self.plan).contains(&op.path);
        }
        Ok(found)
    }

    /// The operation as it would have been proposed while it streamed; `None` if its path is none at all.
    fn proposed(&self, op: &FileOp, earlier: &[Proposed]) -> Result<Option<Proposed>, Error> {
        let (store, plan, held, mask) = (&self.ws.store, self.plan, self.shown, &self.ws.mask());
        let proposed = propose(Targets { store, plan, project: self.project }, op, |path| held.contains_key(path))?;
        let Some(proposed) = proposed else { return Ok(None) };
        if proposed.error.is_some() {
            return Ok(Some(proposed));
        }
        // A journal holds no keys, and so does not tell whether one was hidden.
        let masked = op.content.as_ref().is_some_and(|text| text.contains(HIDDEN));
        let shown = Sights { store, plan, mask, held }.of(&proposed, earlier)?;
        Ok(Some(Proposed { masked, shown, ..proposed }))
    }
}

fn propose(targets: Targets<'_>, op: &FileOp, shown: impl Fn(&RepoPath) -> bool + Copy) -> Result<Option<Proposed>, Error> {
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
    let (overwrite, masked, shown) = (false, false, Vec::new());
    Ok(Some(Proposed { kind: op.kind, path, destination, explanation, body, overwrite, masked, shown, error: None }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Entry, FileMode};

    #[test]
    fn a_header_names_what_was_shown_and_those_of_earlier_versions_only_its_paths() {
        let entry = Entry { mode: FileMode::Executable, oid: ObjectId::from_hex(&"a1".repeat(20)).expect("an id") };
        let path = |text: &str| text.parse::<RepoPath>().expect("a path");
        let shown: Held = [(path("a b"), Some(entry)), (path("new"), None)].into();
        let facts = ReplyFacts::new(Stage::Chat, "m".into(), "s".into());
        let written = header(&facts, &shown);
        let read = |text: &str| serde_json::from_str::<Header>(text).expect("a header").shown;
        assert_eq!(read(&written), shown);
        let mut earlier: serde_json::Value = serde_json::from_str(&written).expect("JSON");
        earlier["shown"] = serde_json::json!(["a b", "new"]);
        assert_eq!(read(&earlier.to_string()), [(path("a b"), None), (path("new"), None)].into());
    }
}
