//! Adding an event to a plan branch.

use std::time::Duration;

use crate::git::{self, Commit, Oid};
use crate::plan::{Change, EventKind, Plan, PlanRef, Record, Refusal};

use super::read::{object_id, oid};
use super::swap::Writer;
use super::{Error, Snapshot, Store, message, write};

/// How often an event is replayed on a tip that moved.
const TRIES: u32 = 100;

impl Store {
    /// Adds an event: `decide` says what it changes, given the branch's tip.
    ///
    /// When another writer comes first, `decide` is asked again with the new tip; it must be a pure function of the plan
    /// and of what it captured, and make new ids inside, greater than the plan's. The snapshot ends at the new tip.
    /// Returns false, and writes nothing, when nothing changes. The blobs that the changes name are written before.
    pub fn append(
        &self,
        snapshot: &mut Snapshot,
        record: &Record,
        decide: &mut dyn FnMut(&Plan) -> Result<Vec<Change>, Refusal>,
    ) -> Result<bool, Error> {
        self.commit_event(snapshot, record, &mut |store, snapshot| {
            let changes = decide(&snapshot.plan)?;
            if changes.is_empty() {
                return Ok(Step::Nothing);
            }
            let tree = write::next_tree(&store.repo, &snapshot.tree, &snapshot.plan, &changes)?;
            Ok(if tree == snapshot.tree { Step::Nothing } else { Step::Changes(tree, changes) })
        })
    }

    /// Adds an event that changes nothing in the tree, such as the start of a run.
    pub fn mark(&self, snapshot: &mut Snapshot, record: &Record) -> Result<(), Error> {
        self.commit_event(snapshot, record, &mut |_, snapshot| Ok(Step::Tree(snapshot.tree))).map(drop)
    }

    /// Makes the commit of an event by compare-and-swap, replaying `step` until it wins.
    pub(super) fn commit_event(&self, snapshot: &mut Snapshot, record: &Record, step: &mut StepOf<'_>) -> Result<bool, Error> {
        let writer = Writer::enter(&self.repo, &snapshot.at);
        let name = snapshot.space.name(&snapshot.at);
        for _ in 0..TRIES {
            let tip = self.tip_in(snapshot.space, &snapshot.at)?;
            self.check_lease(&snapshot.at, record)?;
            if tip != oid(&snapshot.commit) {
                self.check_run(snapshot, tip, record)?;
                *snapshot = self.reload(snapshot, &tip)?;
            }
            let (tree, changes) = match step(self, snapshot)? {
                Step::Nothing => return Ok(false),
                Step::Tree(tree) => (tree, None),
                Step::Changes(tree, changes) => (tree, Some(changes)),
            };
            let commit = self.write_event(tree, vec![tip], record)?;
            match writer.update(&name, &commit, Some(&tip)) {
                Ok(()) => {
                    self.repo.settle()?;
                    return self.advance(snapshot, commit, tree, changes).map(|()| true);
                }
                Err(Error::Git(git::Error::RefChanged { .. })) => {
                    std::thread::sleep(Duration::from_micros(u64::from(commit.jitter()) * 20))
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended(snapshot.at.clone()))
    }

    /// Writes the commit of an event.
    pub(super) fn write_event(&self, tree: Oid, parents: Vec<Oid>, record: &Record) -> Result<Oid, Error> {
        let (author, committer) = (self.repo.author(), self.repo.committer());
        Ok(self.repo.write_commit(&Commit { tree, parents, author, committer, message: message::write(record) })?)
    }

    /// Moves the snapshot over its own event.
    fn advance(&self, snapshot: &mut Snapshot, commit: Oid, tree: Oid, changes: Option<Vec<Change>>) -> Result<(), Error> {
        match changes {
            Some(changes) => changes.into_iter().for_each(|change| snapshot.plan.apply(change)),
            None if tree != snapshot.tree => return self.reload(snapshot, &commit).map(|moved| *snapshot = moved),
            None => {}
        }
        snapshot.commit = object_id(&commit);
        snapshot.tree = tree;
        Ok(())
    }

    /// A run works only for as long as it holds the branch: whoever has taken the lease over may have done anything since.
    fn check_lease(&self, at: &PlanRef, record: &Record) -> Result<(), Error> {
        let Some(run) = &record.run else { return Ok(()) };
        match self.holder(at)? {
            Some(holder) if holder.nonce == *run => Ok(()),
            holder => Err(Error::TakenOver { at: at.clone(), by: holder.map_or_else(|| "another command".to_owned(), |it| it.name()) }),
        }
    }

    /// A run that finds a newer one on the way to the tip must stop; one that is just starting is the newer one.
    /// So must one that does not find there what it has stored itself.
    fn check_run(&self, snapshot: &Snapshot, tip: Oid, record: &Record) -> Result<(), Error> {
        let Some(run) = record.run.as_ref().filter(|_| record.event != EventKind::Run) else { return Ok(()) };
        let known = oid(&snapshot.commit);
        for step in self.repo.walk(tip)? {
            let (id, commit) = step?;
            if id == known {
                return Ok(());
            }
            let trailers = message::trailers(&commit.message);
            if trailers.run.as_ref().is_some_and(|other| other != run) {
                return Err(Error::TakenOver { at: snapshot.at.clone(), by: "a newer run".to_owned() });
            }
        }
        Err(Error::TakenOver { at: snapshot.at.clone(), by: "something that gave the branch another history".to_owned() })
    }
}

/// What an event makes of the tip.
pub(super) enum Step {
    /// It changes nothing; no commit.
    Nothing,
    /// A tree that is not read from changes.
    Tree(Oid),
    /// A tree, and the changes that lead to it.
    Changes(Oid, Vec<Change>),
}

/// An event as a function of the tip.
pub(super) type StepOf<'a> = dyn FnMut(&Store, &Snapshot) -> Result<Step, Error> + 'a;
