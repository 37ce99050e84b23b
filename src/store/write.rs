//! From changes to a tree, directory by directory.

use std::collections::BTreeMap;

use crate::git::{self, Oid, Repo, TreeEdit, TreeMode};
use crate::plan::{Change, ContextItem, EntityId, Entry, FileMode, ObjectId, Operation, Plan, PlanMeta, Refusal, RepoPath};

use super::layout::{self, FileName, Kind};
use super::read::oid;
use super::{Error, codec, proposal};

/// The overlays that every tree has, even when empty.
const ALWAYS: &[&str] = &[layout::BASE, layout::RESULT];

/// Writes the tree of a new plan.
pub(super) fn first_tree(repo: &Repo, meta: &PlanMeta) -> Result<Oid, Error> {
    let mut writer = Writer { repo, edit: TreeEdit::new(repo, None)? };
    writer.put(layout::VERSION_FILE, format!("{}\n", layout::VERSION).as_bytes())?;
    writer.put_yaml(layout::META_FILE, meta)?;
    Ok(writer.edit.write(ALWAYS)?)
}

/// Writes the tree that `changes` make of `tree`, which holds `before`.
pub(super) fn next_tree(repo: &Repo, tree: &Oid, before: &Plan, changes: &[Change]) -> Result<Oid, Error> {
    let mut writer = Writer { repo, edit: TreeEdit::new(repo, Some(tree))? };
    for change in changes {
        writer.check_blobs(change)?;
        writer.entity(before, change)?;
    }
    writer.overlays(changes)?;
    Ok(writer.edit.write(ALWAYS)?)
}

struct Writer<'r> {
    repo: &'r Repo,
    edit: TreeEdit<'r>,
}

impl Writer<'_> {
    /// Objects first: a tree must not name what nobody wrote.
    fn check_blobs(&self, change: &Change) -> Result<(), Error> {
        let missing = |id: &&&ObjectId| !self.repo.has_object(&oid(id));
        match change.blobs().iter().find(missing) {
            Some(id) if !self.repo.is_partial() => Err(git::Error::MissingObject(id.to_string()).into()),
            _ => Ok(()),
        }
    }

    fn entity(&mut self, before: &Plan, change: &Change) -> Result<(), Error> {
        match change {
            Change::Meta(meta) => self.put_yaml(layout::META_FILE, meta),
            Change::Message(message) => {
                let path = layout::path(Kind::Message, FileName::Entity(message.id, Some(message.role)));
                let bytes = codec::write_message(message).map_err(|reason| unwritable(&path, reason))?;
                self.put(&path, &bytes)
            }
            Change::Summary(summary) => {
                let path = layout::path(Kind::Summary, FileName::Entity(summary.id, None));
                let bytes = codec::write_summary(summary).map_err(|reason| unwritable(&path, reason))?;
                self.put(&path, &bytes)
            }
            Change::Subtask(subtask) => self.put_yaml(&layout::path(Kind::Subtask, FileName::Entity(subtask.id, None)), subtask),
            Change::Context(item) => self.context(item),
            Change::RemoveContext(id) => self.remove_context(*id),
            Change::Operation(operation) => self.operation(before, operation),
            Change::Base(..) | Change::Result(..) => Ok(()),
        }
    }

    fn context(&mut self, item: &ContextItem) -> Result<(), Error> {
        self.put_yaml(&layout::path(Kind::Context, FileName::Entity(item.id, None)), item)?;
        self.link(&layout::path(Kind::Context, FileName::Body(item.id)), oid(&item.oid))
    }

    fn remove_context(&mut self, id: EntityId) -> Result<(), Error> {
        for name in [FileName::Entity(id, None), FileName::Body(id)] {
            self.edit.remove(layout::path(Kind::Context, name).as_bytes())?;
        }
        Ok(())
    }

    fn operation(&mut self, before: &Plan, operation: &Operation) -> Result<(), Error> {
        let id = operation.id;
        self.put_yaml(&layout::path(Kind::Operation, FileName::Entity(id, None)), operation)?;
        let body = layout::path(Kind::Operation, FileName::Body(id));
        match &operation.body {
            Some(blob) => self.link(&body, oid(blob))?,
            None => self.edit.remove(body.as_bytes())?,
        }
        let stored = before.operation(id).map_or((0, 0), |op| (op.attempts.len(), op.shown.len()));
        let attempts: Vec<_> = operation.attempts.iter().map(|attempt| attempt.content.as_ref()).collect();
        self.link_all(stored.0, &attempts, |n| FileName::Attempt(id, n))?;
        self.link_all(stored.1, &operation.sights().collect::<Vec<_>>(), |n| FileName::Shown(id, n))
    }

    /// Hangs numbered blobs beside an operation that had `stored` of them.
    fn link_all(&mut self, stored: usize, blobs: &[Option<&ObjectId>], name: impl Fn(usize) -> FileName) -> Result<(), Error> {
        for n in 0..stored.max(blobs.len()) {
            let path = layout::path(Kind::Operation, name(n + 1));
            match blobs.get(n).copied().flatten() {
                Some(blob) => self.link(&path, oid(blob))?,
                None => self.edit.remove(path.as_bytes())?,
            }
        }
        Ok(())
    }

    /// Moves the overlays; what is taken away goes first, so that a file can give way to a directory.
    fn overlays(&mut self, changes: &[Change]) -> Result<(), Error> {
        let mut last: BTreeMap<(&str, &RepoPath), Option<&Entry>> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Base(path, entry) => drop(last.insert((layout::BASE, path), entry.as_ref())),
                Change::Result(path, entry) => drop(last.insert((layout::RESULT, path), entry.as_ref())),
                _ => {}
            }
        }
        let place = |dir: &str, path: &RepoPath| [dir.as_bytes(), b"/", path.as_bytes()].concat();
        for ((dir, path), _) in last.iter().filter(|(_, entry)| entry.is_none()) {
            self.edit.remove(&place(dir, path))?;
        }
        for ((dir, path), entry) in last {
            let Some(entry) = entry else { continue };
            proposal::check(self.repo, path, entry)?;
            self.edit.set(&place(dir, path), tree_mode(entry.mode), oid(&entry.oid)).map_err(|error| match error {
                git::Error::PathInTheWay(_) => Refusal(format!("'{path}' cannot be both a file and a directory in the plan")).into(),
                other => Error::from(other),
            })?;
        }
        Ok(())
    }

    fn put_yaml(&mut self, path: &str, value: &impl serde::Serialize) -> Result<(), Error> {
        let bytes = codec::to_yaml(value).map_err(|reason| unwritable(path, reason))?;
        self.put(path, &bytes)
    }

    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let blob = self.repo.write_blob(bytes)?;
        self.link(path, blob)
    }

    fn link(&mut self, path: &str, blob: Oid) -> Result<(), Error> {
        Ok(self.edit.set(path.as_bytes(), TreeMode::Regular, blob)?)
    }
}

fn tree_mode(mode: FileMode) -> TreeMode {
    match mode {
        FileMode::Regular => TreeMode::Regular,
        FileMode::Executable => TreeMode::Executable,
        FileMode::Symlink => TreeMode::Symlink,
    }
}

fn unwritable(path: &str, reason: String) -> Error {
    Refusal(format!("'{path}' cannot be written: {reason}")).into()
}
