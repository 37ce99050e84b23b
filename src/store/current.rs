//! The current plan of a worktree.
//!
//! It is a file in the worktree's own git directory, so every worktree has one and no push carries it. It holds the
//! plan's root commit and random id beside the name, so that it survives a rename.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::git::Oid;
use crate::plan::{PlanRef, Slug};

use super::names::Space;
use super::{Error, Store, files, read};

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) at: PlanRef,
    root: Oid,
    id: String,
}

/// The file of one worktree.
struct Mark {
    worktree: PathBuf,
    file: PathBuf,
    marked: Marked,
}

impl Marked {
    /// Reads the file; `None` when there is none or it is not well-formed.
    fn read(file: &Path) -> Option<Self> {
        let text = fs::read_to_string(file).ok()?;
        let field = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        Some(Self { at: field("plan")?.parse().ok()?, root: Oid::from_hex(field("root")?)?, id: field("id")?.to_owned() })
    }

    fn to_text(&self) -> String {
        format!("root {}\nplan {}\nid {}\n", self.root, self.at, self.id)
    }
}

fn current_file(git_dir: &Path) -> PathBuf {
    git_dir.join("plandex").join("current")
}

/// The working tree of a git directory: a linked one's file `gitdir` names it, the first one stands around its own.
fn worktree_of(git_dir: &Path) -> PathBuf {
    let linked = fs::read_to_string(git_dir.join("gitdir")).ok().map(|text| PathBuf::from(text.trim_end()));
    let inner = linked.unwrap_or_else(|| git_dir.to_owned());
    if inner.ends_with(".git") { inner.parent().map_or(inner.clone(), Path::to_owned) } else { inner }
}

fn remove(file: &Path) -> Result<(), Error> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", file)(error)),
        _ => Ok(()),
    }
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
        let id = self.plan_id(&tip)?;
        self.write_current(&Marked { at: at.clone(), root: self.root(tip)?, id })
    }

    /// The working trees where a branch of the plan is current, this one or linked ones.
    pub fn worktrees_on(&self, plan: &Slug) -> Result<Vec<PathBuf>, Error> {
        let branches = self.repo.list_refs(&Space::Plans.plan_prefix(plan))?;
        let Some((_, tip)) = branches.first() else { return Ok(Vec::new()) };
        let id = self.plan_id(tip)?;
        Ok(self.marks(|marked| marked.id == id).into_iter().map(|mark| mark.worktree).collect())
    }

    /// The random id of the plan that a commit belongs to; it is the same under every name.
    pub(super) fn plan_id(&self, tip: &Oid) -> Result<String, Error> {
        Ok(read::read_meta(&self.repo, tip, &self.repo.read_commit(tip)?.tree)?.id)
    }

    /// Leaves every worktree where the plan with this id is current without a current plan.
    pub(super) fn forget_current(&self, id: &str) -> Result<(), Error> {
        for mark in self.marks(|marked| marked.id == id) {
            remove(&mark.file)?;
        }
        Ok(())
    }

    /// Makes the plan's `main` current wherever its branch `gone` was.
    pub(super) fn back_to_main(&self, id: &str, gone: &PlanRef) -> Result<(), Error> {
        for Mark { file, marked, .. } in self.marks(|marked| marked.id == id && marked.at.branch == gone.branch) {
            let at = PlanRef::main_of(gone.plan.clone());
            files::replace(&file, Marked { at, ..marked }.to_text().as_bytes())?;
        }
        Ok(())
    }

    /// The files of all worktrees that say what `wanted` asks for.
    fn marks(&self, wanted: impl Fn(&Marked) -> bool) -> Vec<Mark> {
        let common = self.repo.common_dir();
        let linked = fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten().map(|entry| entry.path());
        let dirs = std::iter::once(common.to_owned()).chain(linked);
        let mark = |dir: PathBuf| {
            let file = current_file(&dir);
            let marked = Marked::read(&file).filter(&wanted)?;
            Some(Mark { worktree: worktree_of(&dir), file, marked })
        };
        dirs.filter_map(mark).collect()
    }

    /// Leaves this worktree without a current plan.
    pub fn clear_current(&self) -> Result<(), Error> {
        remove(&self.current_file())
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
        Marked::read(&self.current_file())
    }

    fn write_current(&self, marked: &Marked) -> Result<(), Error> {
        match files::replace(&self.current_file(), marked.to_text().as_bytes()) {
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
        current_file(self.repo.git_dir())
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
