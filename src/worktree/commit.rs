//! Committing what an apply did, and nothing else: neither the user's other edits nor what is staged.
//!
//! The commit is `HEAD`'s version of each path merged with the plan's change; the index gets the same merge on top of what
//! is staged. `git commit -- PATH` would commit the user's own edits of those files too.

use crate::git::{self, Oid, Repo, Scratch, TreeEdit, TreeMode};
use crate::plan::{ObjectId, RepoPath};

use super::change::{Held, object_id, repo_path};
use super::commit_journal::CommitJournal;
use super::hooks::{self, Hooks};
use super::lock::Lock;
use super::record::{Record, last_dir};
use super::recover::recover_locked;
use super::sides::{Side, Sides};
use super::{Applied, Error, FileChange, Recovered, whole};

pub(super) use super::commit_journal::recover_commit;

/// How often a commit is begun anew because `HEAD` has moved.
const TRIES: u32 = 3;

/// What stands in the git directory while something is going on that a commit would end.
const IN_PROGRESS: [(&str, &str); 5] = [
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase or git am"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
];

/// What to commit under which words.
#[derive(Debug, Clone)]
pub struct CommitRequest<'a> {
    /// The message.
    pub message: &'a str,
    /// The value of the trailer `Plandex-Plan`.
    pub trailer: &'a str,
    /// Environment variables that hooks must not see: those with providers' keys.
    pub hide_env: &'a [String],
    /// The user's commit that the plan was begun on, to know renames by.
    pub seen: Option<&'a ObjectId>,
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It is made.
    Committed {
        /// Its id.
        commit: ObjectId,
        /// Files that the plan changed but that git does not know; they stay the user's to add.
        left_out: Vec<RepoPath>,
    },
    /// The change does not merge with what is committed or staged at these paths; nothing was committed.
    Conflict(Vec<RepoPath>),
    /// `HEAD` has it all.
    Nothing,
}

/// Commits the changes of an apply on top of `HEAD`.
///
/// Hooks run as for `git commit`. Refuses while a merge, a rebase or the like is in progress.
/// `found` tells the plan of what a killed process left, as in [`recover`](super::recover()).
pub fn commit<E: From<Error>>(
    repo: &Repo,
    applied: &Applied,
    request: &CommitRequest<'_>,
    found: impl FnOnce(&Recovered) -> Result<(), E>,
) -> Result<CommitOutcome, E> {
    let lock = Lock::take(repo, &format!("committing '{}'", applied.label))?;
    recover_locked(repo, found)?;
    Ok(commit_locked(repo, applied, request, lock)?)
}

/// Whether `HEAD` holds what all the changes lead to, so that a commit of them would be empty.
pub fn is_committed(repo: &Repo, changes: &[FileChange]) -> Result<bool, Error> {
    let head_tree = repo.head_commit()?.map(|head| repo.read_commit(&head)).transpose()?.map(|commit| commit.tree);
    for change in changes.iter().filter(|change| change.base != change.result) {
        let side = Side::given(change, held_at(repo, head_tree.as_ref(), change.path.as_bytes())?);
        if side.ours != side.theirs {
            return Ok(false);
        }
    }
    Ok(true)
}

fn commit_locked(repo: &Repo, applied: &Applied, request: &CommitRequest<'_>, lock: Lock) -> Result<CommitOutcome, Error> {
    for (name, what) in IN_PROGRESS {
        if repo.git_dir().join(name).exists() {
            return Err(Error::InProgress(what));
        }
    }
    if !applied.conflicts.is_empty() {
        return Ok(CommitOutcome::Conflict(applied.conflicts.clone()));
    }
    let hooks = Hooks::new(repo, request.hide_env)?;
    for _ in 0..TRIES {
        let journal = CommitJournal::begin(repo)?;
        let attempt = Attempt::new(repo, applied, request)?;
        if let Some(outcome) = attempt.run(&hooks, journal)? {
            note_commit(repo, applied, &outcome)?;
            refresh(repo, applied);
            drop(lock);
            if matches!(outcome, CommitOutcome::Committed { .. }) {
                hooks.run_and_forget("post-commit");
            }
            return Ok(outcome);
        }
    }
    Err(Error::HeadMoved)
}

/// The file of a tree at a path.
fn held_at(repo: &Repo, tree: Option<&Oid>, path: &[u8]) -> Result<Held, Error> {
    let entry = tree.map(|tree| repo.tree_entry(tree, path)).transpose()?.flatten();
    Ok(entry.filter(|entry| entry.mode != TreeMode::Tree).map(|entry| (entry.mode, entry.oid)))
}

/// One try, on the `HEAD` and the index of one moment; the index is locked.
struct Attempt<'a> {
    repo: &'a Repo,
    request: &'a CommitRequest<'a>,
    changes: Vec<&'a FileChange>,
    left_out: Vec<RepoPath>,
    scratch: Scratch,
    index: git::Index,
    head: Option<Oid>,
    head_tree: Option<Oid>,
}

impl<'a> Attempt<'a> {
    fn new(repo: &'a Repo, applied: &'a Applied, request: &'a CommitRequest<'a>) -> Result<Self, Error> {
        let head = repo.head_commit()?;
        let head_tree = head.map(|head| repo.read_commit(&head)).transpose()?.map(|commit| commit.tree);
        let scratch = Scratch::new(repo);
        let mut attempt = Self { repo, request, changes: Vec::new(), left_out: Vec::new(), scratch, index: repo.index()?, head, head_tree };
        let disk = repo.disk()?;
        for change in applied.changes.iter().filter(|change| change.base != change.result) {
            let path = change.path.as_bytes();
            if attempt.index.is_unmerged(path) {
                return Err(Error::Unmerged(change.path.clone()));
            }
            let on_disk = disk.absolute(path).symlink_metadata().is_ok();
            let untracked = change.base.is_some() && attempt.in_head(path)?.is_none();
            match (untracked, on_disk) {
                (true, true) => attempt.left_out.push(change.path.clone()),
                _ => attempt.changes.push(change),
            }
        }
        Ok(attempt)
    }

    /// `None` when `HEAD` has moved meanwhile.
    fn run(self, hooks: &Hooks<'_>, mut journal: CommitJournal<'_>) -> Result<Option<CommitOutcome>, Error> {
        let in_head = self.merged(&|path| self.in_head(path), &|| Ok(self.head_tree))?;
        let staged = self.merged(&|path| Ok(self.staged(path)), &|| self.index_tree(&journal).map(Some))?;
        let (in_head, staged) = match (in_head, staged) {
            (Merged::Changes(in_head), Merged::Changes(staged)) => (in_head, staged),
            (Merged::Conflict(paths), _) | (_, Merged::Conflict(paths)) => return Ok(Some(CommitOutcome::Conflict(paths))),
        };
        if in_head.is_empty() {
            return Ok(Some(CommitOutcome::Nothing));
        }
        let tree = self.tree(&in_head, hooks)?;
        let message = hooks::message(self.repo, hooks, self.request)?;
        let commit = self.write_commit(&tree, &message, hooks.signs())?;
        journal.stage(&self.index_changes(&tree, staged)?)?;
        journal.save(&commit)?;
        if !self.move_head(&commit, &message)? {
            return Ok(None);
        }
        journal.finish()?;
        Ok(Some(CommitOutcome::Committed { commit: object_id(&commit), left_out: self.left_out }))
    }

    /// The plan's change on top of one side; the whole tree is asked for where a file may have been renamed.
    fn merged(&self, ours: &dyn Fn(&[u8]) -> Result<Held, Error>, whole: &dyn Fn() -> Result<Option<Oid>, Error>) -> Result<Merged, Error> {
        let side = |change: &&FileChange| Ok::<_, Error>(Side::given(change, ours(change.path.as_bytes())?));
        let sides = Sides::given(self.changes.iter().map(side).collect::<Result<_, _>>()?);
        if sides.paths.iter().all(|side| side.ours == side.base || side.ours == side.theirs) {
            let changed = sides.paths.into_iter().filter(|side| side.ours != side.theirs);
            return Ok(Merged::Changes(changed.map(|side| (side.path.as_bytes().to_vec(), side.theirs)).collect()));
        }
        let missing = sides.paths.iter().any(|side| side.base.is_some() && side.ours.is_none());
        let trees = match if missing { whole()? } else { None } {
            Some(ours) => {
                let (base, theirs) = whole::plan_trees(&self.scratch, self.request.seen, &sides)?;
                whole::Trees { base, ours, theirs }
            }
            None => whole::touched_trees(&self.scratch, &sides)?,
        };
        let merge = self.scratch.merge(&trees.base, &trees.ours, &trees.theirs)?;
        if !merge.conflicts.is_empty() {
            let paths = merge.conflicts.iter().map(|conflict| repo_path(&conflict.path)).collect::<Result<_, _>>()?;
            return Ok(Merged::Conflict(paths));
        }
        let changes = self.scratch.repo()?.diff_trees(&trees.ours, &merge.tree)?;
        Ok(Merged::Changes(changes.into_iter().map(|change| (change.path, change.after)).collect()))
    }

    /// The tree to commit: `HEAD`'s with the changes.
    fn tree(&self, changes: &[Changed], hooks: &Hooks<'_>) -> Result<Oid, Error> {
        self.keep_blobs(changes)?;
        if hooks.has("pre-commit") {
            return self.tree_after_hook(changes, hooks);
        }
        let mut edit = TreeEdit::new(self.repo, self.head_tree.as_ref())?;
        for (path, _) in changes.iter().filter(|(_, held)| held.is_none()) {
            edit.remove(path)?;
        }
        for (path, held) in changes {
            if let Some((mode, oid)) = held {
                edit.set(path, *mode, *oid)?;
            }
        }
        Ok(edit.write(&[])?)
    }

    /// The same through an index of its own, which the hook can see and amend.
    fn tree_after_hook(&self, changes: &[Changed], hooks: &Hooks<'_>) -> Result<Oid, Error> {
        let own = self.repo.empty_index()?;
        let call = |command: &str| self.repo.git(command).env("GIT_INDEX_FILE", own.path());
        if let Some(head) = &self.head_tree {
            call("read-tree").arg(head.to_string()).run()?;
        }
        let lines = self.repo.index_info(changes.iter().map(|(path, held)| (path.as_slice(), *held)));
        call("update-index").args(["-z", "--index-info"]).input(lines).run()?;
        hooks.run_with_index("pre-commit", &[], own.path())?;
        let tree = call("write-tree").line()?;
        Oid::from_hex(&tree).ok_or(Error::Git(git::Error::MissingObject(tree)))
    }

    /// What becomes of the user's index: paths without staged edits get what was committed, the others the merge.
    fn index_changes(&self, tree: &Oid, staged: Vec<Changed>) -> Result<Vec<Changed>, Error> {
        let empty = self.repo.write_tree(Vec::new())?;
        let mut changes = staged;
        self.keep_blobs(&changes)?;
        for change in self.repo.diff_trees(&self.head_tree.unwrap_or(empty), tree)? {
            if self.staged(&change.path) == change.before {
                changes.retain(|(path, _)| *path != change.path);
                changes.push((change.path, change.after));
            }
        }
        Ok(changes)
    }

    fn write_commit(&self, tree: &Oid, message: &str, sign: bool) -> Result<Oid, Error> {
        let mut call = self.repo.git("commit-tree").arg(tree.to_string());
        if let Some(head) = &self.head {
            call = call.arg("-p").arg(head.to_string());
        }
        if sign {
            call = call.arg("-S");
        }
        let commit = call.args(["-F", "-"]).input(message).line()?;
        Oid::from_hex(&commit).ok_or(Error::Git(git::Error::MissingObject(commit)))
    }

    /// Moves `HEAD` from where it was; false when it is no longer there.
    fn move_head(&self, commit: &Oid, message: &str) -> Result<bool, Error> {
        let subject = message.lines().next().unwrap_or_default();
        let reason = if self.head.is_some() { format!("commit: {subject}") } else { format!("commit (initial): {subject}") };
        // An empty old value says that the ref must not exist.
        let old = self.head.map(|head| head.to_string()).unwrap_or_default();
        let call = self.repo.git("update-ref").args(["-m", &reason, "HEAD", &commit.to_string(), &old]);
        match call.run() {
            Ok(_) => Ok(true),
            Err(_) if self.repo.head_commit()? != self.head => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn index_tree(&self, journal: &CommitJournal<'_>) -> Result<Oid, Error> {
        let tree = self.scratch.git("write-tree")?.env("GIT_INDEX_FILE", journal.index_path()).line()?;
        Oid::from_hex(&tree).ok_or(Error::Git(git::Error::MissingObject(tree)))
    }

    /// Brings merged blobs from the scratch directory to the repository.
    fn keep_blobs(&self, changes: &[Changed]) -> Result<(), Error> {
        for (mode, oid) in changes.iter().filter_map(|(_, held)| *held) {
            if mode != TreeMode::Gitlink && !self.repo.has_object(&oid) {
                self.repo.write_blob(&self.scratch.read_blob(&oid)?)?;
            }
        }
        Ok(())
    }

    fn in_head(&self, path: &[u8]) -> Result<Held, Error> {
        held_at(self.repo, self.head_tree.as_ref(), path)
    }

    fn staged(&self, path: &[u8]) -> Held {
        self.index.get(path).map(|entry| (entry.mode, entry.oid))
    }
}

/// A path with what it shall hold.
pub(super) type Changed = (Vec<u8>, Held);

enum Merged {
    Changes(Vec<Changed>),
    Conflict(Vec<RepoPath>),
}

/// Notes the commit in the record of the apply.
fn note_commit(repo: &Repo, applied: &Applied, outcome: &CommitOutcome) -> Result<(), Error> {
    let (CommitOutcome::Committed { commit, .. }, Some(mut record)) = (outcome, Record::load(&last_dir(repo))?) else { return Ok(()) };
    if record.state != applied.state {
        return Ok(());
    }
    record.commit = Some(commit.clone());
    record.save(&last_dir(repo))
}

/// Lets git note the times of the files in the index, so that it need not read them again.
fn refresh(repo: &Repo, applied: &Applied) {
    let paths = applied.written.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect::<Vec<u8>>();
    let call = repo.git("add").args(["--refresh", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"]);
    // Nothing but speed depends on it.
    drop(call.env("GIT_LITERAL_PATHSPECS", "1").input(paths).output());
}
