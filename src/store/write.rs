//! From changes to a tree, directory by directory.

use std::collections::BTreeMap;

use crate::git::{self, Oid, Repo, TreeEdit, TreeMode};
use crate::plan::{Change, ContextItem, EntityId, Entry, FileMode, Operation, Plan, PlanMeta, Refusal, RepoPath};

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
        let missing = |id: &&&crate::plan::ObjectId| !self.repo.has_object(&oid(id));
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
        let stored = before.operations.binary_search_by_key(&id, |op| op.id).map_or(0, |at| before.operations[at].attempts.len());
        for n in 0..stored.max(operation.attempts.len()) {
            let path = layout::path(Kind::Operation, FileName::Attempt(id, n + 1));
            match operation.attempts.get(n).and_then(|attempt| attempt.content.as_ref()) {
                Some(content) => self.link(&path, oid(content))?,
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
