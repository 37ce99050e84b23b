//! Branches of a plan.

use crate::git;
use crate::plan::{ObjectId, PlanRef, Record, Slug};

use super::names::Space;
use super::read::object_id;
use super::swap::Writer;
use super::{Error, Snapshot, Store};

impl Store {
    /// Makes the branch `name` of a plan from another of its branches, with a commit that says so.
    pub fn create_branch(&self, from: &PlanRef, name: &Slug, record: &Record) -> Result<Snapshot, Error> {
        let at = PlanRef { plan: from.plan.clone(), branch: name.clone() };
        let tip = self.tip(from)?;
        let source = self.load_commit(&at, &tip)?;
        if self.repo.find_ref(&Space::Plans.name(&at))?.is_some() {
            return Err(Error::BranchTaken(at));
        }
        let commit = self.write_event(source.tree, vec![tip], record)?;
        match Writer::enter(&self.repo, &at).update(&Space::Plans.name(&at), &commit, None) {
            Ok(()) => {}
            Err(Error::Git(git::Error::RefChanged { .. })) => return Err(Error::BranchTaken(at)),
            Err(error) => return Err(error),
        }
        self.repo.settle()?;
        self.load_commit(&at, &commit)
    }

    /// Deletes a branch other than `main` and returns its last commit; refused while a run holds it.
    ///
    /// A worktree whose current branch it was is on the plan's `main` then.
    pub fn delete_branch(&self, at: &PlanRef) -> Result<ObjectId, Error> {
        if at.branch == Slug::main() {
            return Err(Error::MainBranch(at.plan.clone()));
        }
        let _guard = self.acquire(at, "delete-branch", &mut |_| {})?;
        let tip = self.tip(at)?;
        let id = self.plan_id(&tip)?;
        Writer::enter(&self.repo, at).delete(&Space::Plans.name(at), &tip)?;
        self.back_to_main(&id, at)?;
        Ok(object_id(&tip))
    }
}
