//! Making plans and listing them.

use crate::git::{self, Oid};
use crate::plan::{ObjectId, PlanMeta, PlanRef, Record, Slug};

use super::names::Space;
use super::read::object_id;
use super::swap::Writer;
use super::{Error, Snapshot, Store, message, write};

/// How a new plan gets its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Naming {
    /// This one, or an error.
    Exact(Slug),
    /// This one, or with the first free number at its end.
    Numbered(Slug),
}

/// A plan branch in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchSummary {
    /// The plan branch.
    pub at: PlanRef,
    /// Its commit.
    pub commit: ObjectId,
    /// When that was made, in seconds since the Unix epoch.
    pub updated: i64,
    /// What happened last.
    pub subject: String,
    /// Whether it is archived.
    pub archived: bool,
}

impl Store {
    /// Makes a plan with the branch `main`; an empty `meta.id` is drawn here.
    pub fn create(&self, naming: Naming, mut meta: PlanMeta, record: &Record) -> Result<Snapshot, Error> {
        if meta.id.is_empty() {
            meta.id = super::random_hex()?;
        }
        let tree = write::first_tree(&self.repo, &meta)?;
        let commit = self.write_event(tree, Vec::new(), record)?;
        let at = self.claim(naming, &commit)?;
        self.repo.settle()?;
        self.load_commit(&at, &commit)
    }

    /// Makes the ref of a new plan under the first name that is free.
    fn claim(&self, naming: Naming, commit: &Oid) -> Result<PlanRef, Error> {
        let (Naming::Exact(wanted) | Naming::Numbered(wanted)) = &naming;
        let mut n = 1;
        loop {
            let name = if n == 1 { wanted.clone() } else { wanted.numbered(n) };
            let at = PlanRef::main_of(name.clone());
            if !self.is_taken(&name)? {
                match Writer::enter(&self.repo, &at).update(&Space::Plans.name(&at), commit, None) {
                    Ok(()) => return Ok(at),
                    Err(Error::Git(git::Error::RefChanged { .. })) => {}
                    Err(error) => return Err(error),
                }
            }
            if matches!(naming, Naming::Exact(_)) {
                return Err(Error::NameTaken(name));
            }
            n += 1;
        }
    }

    /// Whether a plan, archived or not, has the name.
    pub fn is_taken(&self, plan: &Slug) -> Result<bool, Error> {
        for space in [Space::Plans, Space::Archive] {
            if !self.repo.list_refs(&space.plan_prefix(plan))?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All branches of all plans, the one that moved last first.
    pub fn plans(&self, archived: bool) -> Result<Vec<BranchSummary>, Error> {
        let space = if archived { Space::Archive } else { Space::Plans };
        self.summaries(space, space.prefix())
    }

    /// The branches of one plan, the one that moved last first.
    pub fn branches(&self, plan: &Slug) -> Result<Vec<BranchSummary>, Error> {
        let found = self.summaries(Space::Plans, &Space::Plans.plan_prefix(plan))?;
        if found.is_empty() { Err(self.absent(&PlanRef::main_of(plan.clone()))?) } else { Ok(found) }
    }

    fn summaries(&self, space: Space, prefix: &str) -> Result<Vec<BranchSummary>, Error> {
        let mut found = Vec::new();
        for (name, id) in self.repo.list_refs(prefix)? {
            let Some(at) = space.parse(&name) else { continue };
            let commit = match self.repo.read_commit(&id) {
                Ok(commit) => commit,
                // A ref that a hand or a fetch set to something else is no plan; the others are still listed.
                Err(git::Error::WrongKind { .. } | git::Error::Malformed { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let subject = message::subject(&commit.message).to_owned();
            found.push(BranchSummary {
                at,
                commit: object_id(&id),
                updated: commit.committer.seconds,
                subject,
                archived: space == Space::Archive,
            });
        }
        found.sort_by(|a, b| (b.updated, &a.at).cmp(&(a.updated, &b.at)));
        Ok(found)
    }
}
