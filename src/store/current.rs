//! The current plan of a worktree.
//!
//! It is a file in the worktree's own git directory, so every worktree has one and no push carries it. It holds the
//! plan's root commit and random id beside the name, so that it survives a rename.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::git::Oid;
use crate::plan::PlanRef;

use super::names::Space;
use super::{Error, Store, files, read};

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) at: PlanRef,
    root: Oid,
    id: String,
}

impl Store {
    /// The current plan branch of this worktree, under the name that it has now.
    pub fn current(&self) -> Result<Option<PlanRef>, Error> {
        let Some(marked) = self.marked_current() else { return Ok(None) };
        if self.is_that_plan(Space::Plans, &marked.at, &marked)? {
            return Ok(Some(marked.at));
        }
        if let Some(at) = self.find_renamed(Space::Plans, &marked)? {
            self.write_current(&Marked { at: at.clone(), ..marked })?;
            return Ok(Some(at));
        }
        match self.find_renamed(Space::Archive, &marked)? {
            Some(at) => Err(Error::Archived(at.plan)),
            None => Err(Error::CurrentGone(marked.at)),
        }
    }

    /// Makes a plan branch current in this worktree.
    pub fn set_current(&self, at: &PlanRef) -> Result<(), Error> {
        let tip = self.tip(at)?;
        let id = read::read_meta(&self.repo, &tip, &self.repo.read_commit(&tip)?.tree)?.id;
        self.write_current(&Marked { at: at.clone(), root: self.root(tip)?, id })
    }

    /// Leaves this worktree without a current plan.
    pub fn clear_current(&self) -> Result<(), Error> {
        let path = self.current_file();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// The plan branch that `spec` means: `<plan>/<branch>`, `<plan>`, or the current one.
    ///
    /// A plan alone means its current branch if it is the current plan, else its `main`, else its only branch.
    pub fn resolve(&self, spec: Option<&str>) -> Result<PlanRef, Error> {
        let Some(spec) = spec else { return self.current()?.ok_or(Error::NoCurrentPlan) };
        let named: PlanRef = spec.parse()?;
        if spec.contains('/') {
            return self.tip(&named).map(|_| named);
        }
        if let Ok(Some(current)) = self.current()
            && current.plan == named.plan
        {
            return Ok(current);
        }
        if self.repo.find_ref(&Space::Plans.name(&named))?.is_some() {
            return Ok(named);
        }
        match self.branches(&named.plan)?.as_slice() {
            [only] => Ok(only.at.clone()),
            _ => Err(Error::NoSuchBranch(named)),
        }
    }

    /// What the file says; `None` when there is none or it is not well-formed.
    pub(super) fn marked_current(&self) -> Option<Marked> {
        let text = fs::read_to_string(self.current_file()).ok()?;
        let field = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        Some(Marked { at: field("plan")?.parse().ok()?, root: Oid::from_hex(field("root")?)?, id: field("id")?.to_owned() })
    }

    fn write_current(&self, marked: &Marked) -> Result<(), Error> {
        let text = format!("root {}\nplan {}\nid {}\n", marked.root, marked.at, marked.id);
        match files::replace(&self.current_file(), text.as_bytes()) {
            // A reader of a repository that it cannot write finds the new name again the next time.
            Err(Error::Io { source, .. })
                if matches!(source.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
                    && self.marked_current().is_some() =>
            {
                Ok(())
            }
            done => done,
        }
    }

    fn current_file(&self) -> PathBuf {
        self.repo.git_dir().join("plandex").join("current")
    }

    /// Whether the branch is there and belongs to the marked plan, going by the plan's random id.
    fn is_that_plan(&self, space: Space, at: &PlanRef, marked: &Marked) -> Result<bool, Error> {
        let Some(tip) = self.repo.find_ref(&space.name(at))? else { return Ok(false) };
        let tree = self.repo.read_commit(&tip)?.tree;
        Ok(read::read_meta(&self.repo, &tip, &tree)?.id == marked.id)
    }

    /// Looks for the marked plan under another name; its root commit decides.
    fn find_renamed(&self, space: Space, marked: &Marked) -> Result<Option<PlanRef>, Error> {
        for (name, tip) in self.repo.list_refs(space.prefix())? {
            let Some(at) = space.parse(&name).filter(|at| at.branch == marked.at.branch) else { continue };
            if self.is_that_plan(space, &at, marked).unwrap_or(false) && self.root(tip)? == marked.root {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The first commit of a plan: its identity.
    pub(super) fn root(&self, tip: Oid) -> Result<Oid, Error> {
        let mut root = tip;
        for step in self.repo.walk(tip)? {
            root = step?.0;
        }
        Ok(root)
    }
}
