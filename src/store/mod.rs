//! Plans as commits: names, the tree's codec, append, history, leases.

mod append;
mod binary;
mod branches;
mod codec;
mod current;
mod error;
mod files;
mod front_matter;
mod history;
mod holder;
mod join;
mod journal;
mod layout;
mod lease;
mod merge;
mod message;
mod moves;
mod names;
mod patch;
mod plans;
mod project;
mod proposal;
mod queue;
mod read;
mod swap;
mod write;

use crate::git::{Oid, Repo};
use crate::plan::{ObjectId, Plan, PlanRef};

pub use crate::git::Error as GitError;
pub use binary::git_version;
pub use error::Error;
pub use history::HistoryEntry;
pub use holder::{Holder, Life};
pub use journal::{Journal, Orphan};
pub use lease::{Lease, LeaseTimes};
pub use merge::{Apart, merge};
pub use plans::{BranchSummary, Naming};

use names::Space;
use read::{object_id, oid};

/// The plans of a repository.
///
/// A clone shares the repository's caches and can go to another thread.
#[derive(Clone)]
pub struct Store {
    repo: Repo,
    times: LeaseTimes,
}

/// A plan branch as one commit has it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The plan branch.
    pub at: PlanRef,
    /// The commit.
    pub commit: ObjectId,
    /// What it holds.
    pub plan: Plan,
    tree: Oid,
    /// Where the branch stands: in use or archived.
    space: Space,
}

impl Store {
    /// Opens the plans of `repo`; reads nothing yet.
    pub fn open(repo: &Repo) -> Self {
        Self { repo: repo.clone(), times: LeaseTimes::default() }
    }

    /// The same store with other times for its leases.
    pub fn with_lease_times(self, times: LeaseTimes) -> Self {
        Self { times, ..self }
    }

    /// The repository.
    pub fn repo(&self) -> &Repo {
        &self.repo
    }

    /// Loads the tip of a plan branch.
    pub fn load(&self, at: &PlanRef) -> Result<Snapshot, Error> {
        let tip = self.tip(at)?;
        self.load_commit(at, &tip)
    }

    /// Loads an earlier state of a plan branch, to look at.
    pub fn load_at(&self, at: &PlanRef, commit: &ObjectId) -> Result<Snapshot, Error> {
        self.load_commit(at, &oid(commit))
    }

    /// Moves the snapshot to the branch's tip; false when it was there.
    pub fn refresh(&self, snapshot: &mut Snapshot) -> Result<bool, Error> {
        let tip = self.tip_in(snapshot.space, &snapshot.at)?;
        if tip == oid(&snapshot.commit) {
            return Ok(false);
        }
        *snapshot = self.reload(snapshot, &tip)?;
        Ok(true)
    }

    /// Writes a blob that a change is going to name.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<ObjectId, Error> {
        Ok(object_id(&self.repo.write_blob(bytes)?))
    }

    /// Reads a blob that a plan names.
    pub fn read_blob(&self, id: &ObjectId) -> Result<Vec<u8>, Error> {
        Ok(self.repo.read_blob(&oid(id))?)
    }

    /// Loads the plan with this random id: the branch `named`, or what that is called now, archived ones too.
    pub fn find_plan(&self, id: &str, named: &PlanRef) -> Result<Option<Snapshot>, Error> {
        for space in [Space::Plans, Space::Archive] {
            if let Some(at) = self.branch_of(space, id, named)? {
                let found = self.load_commit(&at, &self.tip_in(space, &at)?)?;
                return Ok(Some(Snapshot { space, ..found }));
            }
        }
        Ok(None)
    }

    /// The branch of the plan with this random id: `named`, or what it is called now.
    fn branch_of(&self, space: Space, plan: &str, named: &PlanRef) -> Result<Option<PlanRef>, Error> {
        let is_it = |at: &PlanRef| {
            let Some(tip) = self.repo.find_ref(&space.name(at))? else { return Ok::<_, Error>(false) };
            Ok(read::read_meta(&self.repo, &tip, &self.repo.read_commit(&tip)?.tree).is_ok_and(|meta| meta.id == plan))
        };
        if is_it(named)? {
            return Ok(Some(named.clone()));
        }
        for (name, _) in self.repo.list_refs(space.prefix())? {
            let Some(at) = space.parse(&name).filter(|at| at.branch == named.branch) else { continue };
            if is_it(&at)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn load_commit(&self, at: &PlanRef, commit: &Oid) -> Result<Snapshot, Error> {
        let tree = self.repo.read_commit(commit)?.tree;
        let plan = read::read_plan(&self.repo, commit, &tree, None)?;
        Ok(Snapshot { at: at.clone(), commit: object_id(commit), plan, tree, space: Space::Plans })
    }

    /// Loads another commit of the same branch, reading only what differs.
    fn reload(&self, snapshot: &Snapshot, commit: &Oid) -> Result<Snapshot, Error> {
        let tree = self.repo.read_commit(commit)?.tree;
        let plan = read::read_plan(&self.repo, commit, &tree, Some((&snapshot.tree, &snapshot.plan)))?;
        Ok(Snapshot { at: snapshot.at.clone(), commit: object_id(commit), plan, tree, space: snapshot.space })
    }

    /// The commit of a branch, or the error that says what is missing.
    fn tip(&self, at: &PlanRef) -> Result<Oid, Error> {
        self.tip_in(Space::Plans, at)
    }

    fn tip_in(&self, space: Space, at: &PlanRef) -> Result<Oid, Error> {
        match self.repo.find_ref(&space.name(at))? {
            Some(tip) => Ok(tip),
            None => Err(self.absent(at)?),
        }
    }

    /// Why a branch is not there.
    fn absent(&self, at: &PlanRef) -> Result<Error, Error> {
        let has = |space: Space| Ok::<_, Error>(!self.repo.list_refs(&space.plan_prefix(&at.plan))?.is_empty());
        Ok(if has(Space::Plans)? {
            Error::NoSuchBranch(at.clone())
        } else if has(Space::Archive)? {
            Error::Archived(at.plan.clone())
        } else {
            Error::NoSuchPlan(at.plan.clone())
        })
    }
}

/// A random number of 128 bits in hexadecimal.
fn random_hex() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
