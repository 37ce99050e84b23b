//! What happened on a plan branch, and going back to it.

use crate::git::{Commit, Oid};
use crate::plan::{Call, Cost, EventKind, ObjectId, PlanRef, Record, Stage, Usage};

use super::append::Step;
use super::read::{object_id, oid};
use super::{Error, Lease, Snapshot, Store, message};

/// The shortest beginning of a commit id that is taken for one, as in git.
const MIN_PREFIX: usize = 4;

/// One event of a branch's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The commit.
    pub commit: ObjectId,
    /// Its parents.
    pub parents: Vec<ObjectId>,
    /// When, in seconds since the Unix epoch.
    pub seconds: i64,
    /// Who.
    pub author: String,
    /// What happened, in one line.
    pub subject: String,
    /// Further words.
    pub body: String,
    /// The event; `None` for a commit that another program made.
    pub event: Option<EventKind>,
    /// The nonce of the run that made it.
    pub run: Option<String>,
    /// The stage of a reply or build.
    pub stage: Option<Stage>,
    /// The model of a reply.
    pub model: Option<String>,
    /// What the calls used together.
    pub usage: Usage,
    /// What they cost; `None` when no model was asked, or before costs were told.
    pub cost: Option<Cost>,
    /// How long they took, in milliseconds.
    pub millis: u64,
    /// Each call; none before calls were told one by one.
    pub calls: Vec<Call>,
}

impl Store {
    /// The events of a branch, newest first, at most `limit`; undone ones are among them, as nothing is ever taken back.
    pub fn history(&self, at: &PlanRef, limit: usize) -> Result<Vec<HistoryEntry>, Error> {
        let walk = self.repo.walk(self.tip(at)?)?;
        walk.take(limit).map(|step| step.map(entry).map_err(Error::from)).collect()
    }

    /// Finds the commit that `spec` means: a number of steps back from the tip, or the beginning of a commit id.
    ///
    /// Only commits of the branch's own history are found, those among them that a rewind undid too.
    pub fn find_commit(&self, at: &PlanRef, spec: &str) -> Result<ObjectId, Error> {
        let unknown = || Error::NoSuchCommit { at: at.clone(), spec: spec.to_owned() };
        let ids = self.repo.walk(self.tip(at)?)?.map(|step| Ok(step?.0)).collect::<Result<Vec<Oid>, Error>>()?;
        if spec.len() < MIN_PREFIX {
            let steps: usize = spec.parse().map_err(|_| unknown())?;
            return ids.get(steps).map(object_id).ok_or_else(unknown);
        }
        let prefix = spec.to_ascii_lowercase();
        let mut matching = ids.iter().filter(|id| id.to_string().starts_with(&prefix));
        match (matching.next(), matching.next()) {
            (Some(id), None) => Ok(object_id(id)),
            (Some(_), Some(_)) => Err(Error::AmbiguousCommit { at: at.clone(), spec: spec.to_owned() }),
            // Four digits and more may also count steps, when no commit id begins so.
            (None, _) => spec.parse::<usize>().ok().and_then(|steps| ids.get(steps)).map(object_id).ok_or_else(unknown),
        }
    }

    /// Brings an earlier state back, as a new commit with that state's tree; a later state brought back is redo.
    ///
    /// Returns false when the branch is in that state. The lease says that no run holds the branch meanwhile.
    pub fn rewind(&self, lease: &Lease, snapshot: &mut Snapshot, target: &ObjectId, record: &Record) -> Result<bool, Error> {
        let at = lease.at().clone();
        let target = oid(target);
        let is_own = self.repo.walk(self.tip(&at)?)?.any(|step| step.is_ok_and(|(id, _)| id == target));
        if !is_own {
            return Err(Error::NoSuchCommit { at, spec: target.to_string() });
        }
        // A state that cannot be read must not become the tip.
        let goal = self.load_commit(&at, &target)?.tree;
        self.commit_event(snapshot, record, &mut |_, snapshot| Ok(if snapshot.tree == goal { Step::Nothing } else { Step::Tree(goal) }))
    }
}

fn entry((id, commit): (Oid, Commit)) -> HistoryEntry {
    let trailers = message::trailers(&commit.message);
    HistoryEntry {
        commit: object_id(&id),
        parents: commit.parents.iter().map(object_id).collect(),
        seconds: commit.author.seconds,
        author: commit.author.name,
        subject: message::subject(&commit.message).to_owned(),
        body: message::body(&commit.message).to_owned(),
        event: trailers.event,
        run: trailers.run,
        stage: trailers.stage,
        model: trailers.model,
        usage: trailers.usage,
        cost: trailers.cost,
        millis: trailers.millis,
        calls: trailers.calls,
    }
}
