//! The trees of a merge: of the touched paths alone, or of all files where git would follow renames.

use std::collections::BTreeSet;

use crate::git::{self, Disk, Oid, Repo, Scratch, TreeMode};
use crate::plan::{ObjectId, RepoPath};

use super::sides::Sides;
use super::survey::Survey;
use super::{Error, change};

/// The three sides as trees.
pub(super) struct Trees {
    pub(super) base: Oid,
    pub(super) ours: Oid,
    pub(super) theirs: Oid,
}

/// Trees that hold nothing but the touched paths; enough while no file of the user can have been renamed.
pub(super) fn touched_trees(scratch: &Scratch, sides: &Sides) -> Result<Trees, Error> {
    Ok(Trees {
        base: scratch.overlay(None, &sides.entries(|side| side.base))?,
        ours: scratch.overlay(None, &sides.entries(|side| side.ours))?,
        theirs: scratch.overlay(None, &sides.entries(|side| side.theirs))?,
    })
}

/// Trees of all files, so that the merge sees what the user renamed.
pub(super) fn trees(disk: &Disk<'_>, survey: &Survey, sides: &Sides) -> Result<Trees, Error> {
    let scratch = &survey.scratch;
    let ours = disk.snapshot(scratch, &sides.entries(|side| side.ours))?;
    let (base, theirs) = plan_trees(scratch, survey.seen.as_ref(), sides)?;
    Ok(Trees { base, ours, theirs })
}

/// The plan's two sides, in the tree that the plan was begun on.
pub(super) fn plan_trees(scratch: &Scratch, seen: Option<&ObjectId>, sides: &Sides) -> Result<(Oid, Oid), Error> {
    let seen = seen_tree(scratch.repo()?, seen)?;
    let entries = sides.entries(|side| side.base);
    let base = match scratch.overlay(seen.as_ref(), &entries) {
        // What the plan saw later has other directories; then the touched paths must do.
        Err(git::Error::PathInTheWay(_)) => scratch.overlay(None, &entries)?,
        made => made?,
    };
    Ok((base, scratch.overlay(Some(&base), &sides.entries(|side| side.theirs))?))
}

/// Whether a rename by either side, of a file or of its whole directory, can matter to the merge.
pub(super) fn is_needed(disk: &Disk<'_>, survey: &Survey, sides: &Sides) -> Result<bool, Error> {
    if sides.paths.iter().any(|side| side.base.is_some() && side.ours.is_none()) {
        return Ok(true);
    }
    let added: Vec<&RepoPath> = sides.paths.iter().filter(|side| side.base.is_none()).map(|side| &side.path).collect();
    if added.is_empty() {
        return Ok(false);
    }
    let removed: BTreeSet<&[u8]> = sides.paths.iter().filter(|side| side.theirs.is_none()).map(|side| side.path.as_bytes()).collect();
    let lost = |dir: &RepoPath| !disk.absolute(dir.as_bytes()).is_dir();
    let lost_dirs: BTreeSet<RepoPath> = added.iter().flat_map(|path| path.ancestors().filter(lost).collect::<Vec<_>>()).collect();
    let left: BTreeSet<RepoPath> =
        sides.paths.iter().filter(|side| side.theirs.is_none()).flat_map(|side| side.path.ancestors().collect::<Vec<_>>()).collect();
    if lost_dirs.is_empty() && left.is_empty() {
        return Ok(false);
    }
    let repo = disk.repo();
    let Some(seen) = seen_tree(repo, survey.seen.as_ref())? else { return Ok(false) };
    for dir in lost_dirs {
        if subtree(repo, &seen, &dir)?.is_some() {
            return Ok(true);
        }
    }
    for dir in left {
        if let Some(tree) = subtree(repo, &seen, &dir)?
            && all_removed(repo, &tree, dir.as_bytes(), &removed)?
            && has_others(disk, dir.as_bytes(), &removed)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tree of the commit that the plan was begun on; of `HEAD` when that commit is unknown or gone.
fn seen_tree(repo: &Repo, seen: Option<&ObjectId>) -> Result<Option<Oid>, Error> {
    let known = seen.and_then(change::oid).filter(|oid| repo.has_object(oid));
    let commit = match known {
        Some(commit) => Some(commit),
        None => repo.head_commit()?,
    };
    Ok(commit.map(|commit| repo.read_commit(&commit)).transpose()?.map(|commit| commit.tree))
}

fn subtree(repo: &Repo, root: &Oid, dir: &RepoPath) -> Result<Option<Oid>, Error> {
    let entry = repo.tree_entry(root, dir.as_bytes())?;
    Ok(entry.filter(|entry| entry.mode == TreeMode::Tree).map(|entry| entry.oid))
}

fn all_removed(repo: &Repo, tree: &Oid, dir: &[u8], removed: &BTreeSet<&[u8]>) -> Result<bool, Error> {
    for entry in repo.read_tree(tree)? {
        let path = [dir, b"/", &entry.name].concat();
        let gone =
            if entry.mode == TreeMode::Tree { all_removed(repo, &entry.oid, &path, removed)? } else { removed.contains(path.as_slice()) };
        if !gone {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the directory on disk holds a file that is not to be removed.
fn has_others(disk: &Disk<'_>, dir: &[u8], removed: &BTreeSet<&[u8]>) -> bool {
    super::obstruct::files_below(disk, dir).iter().any(|path| !removed.contains(path.as_slice()))
}
