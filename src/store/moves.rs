//! Renaming, archiving and deleting whole plans.
//!
//! A move creates all new refs, then deletes the old ones. What it is about to do stands in a file until it is done, so
//! that the next command can finish it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::git::{self, Oid};
use crate::plan::{ObjectId, PlanRef, Slug};

use super::names::Space;
use super::read::object_id;
use super::swap::Writer;
use super::{Error, Lease, Store, files};

/// A move under way.
#[derive(Debug, Serialize, Deserialize)]
struct Move {
    /// The prefix of the old refs.
    from: String,
    /// The prefix of the new refs.
    to: String,
    /// The branches.
    branches: Vec<String>,
}

impl Store {
    /// Gives a plan another name; refused while a run holds one of its branches.
    pub fn rename(&self, from: &Slug, to: &Slug) -> Result<(), Error> {
        if from == to {
            return Ok(());
        }
        let branches = self.branches_in(Space::Plans, from)?;
        let _guards = self.hold_all(&branches, "rename")?;
        if self.is_taken(to)? {
            return Err(Error::NameTaken(to.clone()));
        }
        self.move_refs((Space::Plans, from), (Space::Plans, to), &branches)
    }

    /// Puts a plan away, so that it is current nowhere, and returns the name that it has there: another one when the old is taken.
    pub fn archive(&self, plan: &Slug) -> Result<Slug, Error> {
        let branches = self.branches_in(Space::Plans, plan)?;
        let _guards = self.hold_all(&branches, "archive")?;
        let id = self.plan_id(&self.tip(&branches[0])?)?;
        let name = self.free_name(Space::Archive, plan)?;
        self.move_refs((Space::Plans, plan), (Space::Archive, &name), &branches)?;
        self.forget_current(&id)?;
        Ok(name)
    }

    /// Takes a plan back into use and returns the name that it has then.
    pub fn unarchive(&self, plan: &Slug) -> Result<Slug, Error> {
        let branches = self.branches_in(Space::Archive, plan)?;
        let name = self.free_name(Space::Plans, plan)?;
        self.move_refs((Space::Archive, plan), (Space::Plans, &name), &branches)?;
        Ok(name)
    }

    /// Fails unless there is such a plan, or such an archived one.
    pub fn require_plan(&self, plan: &Slug, archived: bool) -> Result<(), Error> {
        self.branches_in(if archived { Space::Archive } else { Space::Plans }, plan).map(drop)
    }

    /// Deletes a plan with all its branches and returns them with their last commits; refused while a run holds one of them.
    pub fn delete_plan(&self, plan: &Slug, archived: bool) -> Result<Vec<(PlanRef, ObjectId)>, Error> {
        let space = if archived { Space::Archive } else { Space::Plans };
        let branches = self.branches_in(space, plan)?;
        let _guards = if archived { Vec::new() } else { self.hold_all(&branches, "delete-plan")? };
        // A plan that cannot be read can be deleted all the same; it is current nowhere.
        let id = self.tip_in(space, &branches[0]).and_then(|tip| self.plan_id(&tip)).ok();
        let mut deleted = Vec::new();
        for at in branches {
            let name = space.name(&at);
            if let Some(tip) = self.repo.find_ref(&name)? {
                Writer::enter(&self.repo, &at).delete(&name, &tip)?;
                deleted.push((at, object_id(&tip)));
            }
        }
        id.filter(|_| !archived).map_or(Ok(()), |id| self.forget_current(&id))?;
        Ok(deleted)
    }

    /// Finishes the moves that died half-way, and removes what dead runs left of no use to anybody.
    pub fn recover(&self) -> Result<(), Error> {
        self.finish_moves()?;
        self.sweep_leases()
    }

    fn finish_moves(&self) -> Result<(), Error> {
        let Ok(listing) = fs::read_dir(self.moves_dir()) else { return Ok(()) };
        for path in listing.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            // One that is locked is not dead.
            let Some(_lock) = File::open(&path).ok().filter(|file| file.try_lock().is_ok()) else { continue };
            let planned = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str::<Move>(&text).ok());
            match planned.map(|planned| self.finish(&planned)) {
                // Something else has the new name by now: both stay, nothing is lost.
                None | Some(Ok(()) | Err(Error::Git(git::Error::RefChanged { .. }))) => drop(fs::remove_file(&path)),
                Some(Err(error)) => return Err(error),
            }
        }
        Ok(())
    }

    fn branches_in(&self, space: Space, plan: &Slug) -> Result<Vec<PlanRef>, Error> {
        let refs = self.repo.list_refs(&space.plan_prefix(plan))?;
        let found: Vec<PlanRef> = refs.iter().filter_map(|(name, _)| space.parse(name)).collect();
        if found.is_empty() {
            let absent = self.absent(&PlanRef::main_of(plan.clone()))?;
            return Err(match (space, absent) {
                (Space::Plans, absent) => absent,
                (_, Error::NoSuchBranch(_)) => Error::NotArchived(plan.clone()),
                (_, _) => Error::NoSuchArchived(plan.clone()),
            });
        }
        Ok(found)
    }

    /// Keeps runs off all branches of a plan while it moves.
    fn hold_all(&self, branches: &[PlanRef], why: &str) -> Result<Vec<Lease>, Error> {
        branches.iter().map(|at| self.acquire(at, why, &mut |_| {})).collect()
    }

    fn free_name(&self, space: Space, plan: &Slug) -> Result<Slug, Error> {
        let mut n = 1;
        loop {
            let name = if n == 1 { plan.clone() } else { plan.numbered(n) };
            if self.repo.list_refs(&space.plan_prefix(&name))?.is_empty() {
                return Ok(name);
            }
            n += 1;
        }
    }

    fn move_refs(&self, from: (Space, &Slug), to: (Space, &Slug), branches: &[PlanRef]) -> Result<(), Error> {
        let branches = branches.iter().map(|at| at.branch.to_string()).collect();
        let planned = Move { from: from.0.plan_prefix(from.1), to: to.0.plan_prefix(to.1), branches };
        let path = self.moves_dir().join(super::random_hex()?);
        let text = serde_json::to_string(&planned).expect("strings are JSON");
        files::replace(&path, text.as_bytes())?;
        let _lock = File::open(&path).ok().filter(|file| file.try_lock().is_ok());
        let done = self.finish(&planned);
        // Whoever recovers moves may have been quicker.
        drop(fs::remove_file(&path));
        done
    }

    /// Does a move, or what is left of it.
    fn finish(&self, planned: &Move) -> Result<(), Error> {
        let old = |branch: &String| format!("{}{branch}", planned.from);
        let new = |branch: &String| format!("{}{branch}", planned.to);
        for branch in &planned.branches {
            let Some(tip) = self.repo.find_ref(&old(branch))? else { continue };
            self.put_ref(branch, &new(branch), &tip)?;
        }
        for branch in &planned.branches {
            self.drop_old(branch, &old(branch), &new(branch))?;
        }
        Ok(())
    }

    /// Creates the new ref, unless it is made; whether it has the right value is looked at before the old one goes.
    fn put_ref(&self, branch: &str, name: &str, tip: &Oid) -> Result<(), Error> {
        if self.repo.find_ref(name)?.is_some() {
            return Ok(());
        }
        match self.writer_of(name, branch).update(name, tip, None) {
            Err(Error::Git(git::Error::RefChanged { .. })) => Ok(()),
            done => done,
        }
    }

    /// Deletes the old ref, once the new one has what it had.
    fn drop_old(&self, branch: &str, old: &str, new: &str) -> Result<(), Error> {
        let writer = self.writer_of(old, branch);
        let Some(tip) = self.repo.find_ref(old)? else { return Ok(()) };
        match self.repo.find_ref(new)? {
            Some(there) if there == tip => {}
            // An event came in on the old name between the two halves: the new name follows.
            Some(there) if self.repo.walk(tip)?.any(|step| step.is_ok_and(|(id, _)| id == there)) => {
                writer.update(new, &tip, Some(&there))?;
            }
            _ => return Err(git::Error::RefChanged { name: new.to_owned() }.into()),
        }
        match writer.delete(old, &tip) {
            Err(Error::Git(git::Error::RefChanged { .. })) if self.repo.find_ref(old)?.is_none() => Ok(()),
            done => done,
        }
    }

    /// The queue of the branch that a ref's name means.
    fn writer_of(&self, name: &str, branch: &str) -> Writer<'_> {
        let fallback = || PlanRef { plan: Slug::main(), branch: branch.parse().unwrap_or_else(|_| Slug::main()) };
        let at = Space::Plans.parse(name).or_else(|| Space::Archive.parse(name)).unwrap_or_else(fallback);
        Writer::enter(&self.repo, &at)
    }

    fn moves_dir(&self) -> PathBuf {
        Path::join(self.repo.common_dir(), "plandex").join("moves")
    }
}
