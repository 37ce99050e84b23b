//! Files and notes join and leave the context.

use crate::context::{self, ContextError, Project, check_count, file_item, note_item, select};
use crate::plan::{Change, ContextItem, EventKind, Plan, Record, Refusal, RepoPath};
use crate::store::Snapshot;

use super::Error;
use super::workspace::Workspace;

/// A path that was not loaded, with the reason.
#[derive(Debug)]
pub struct Skipped {
    /// The path.
    pub path: RepoPath,
    /// Why.
    pub reason: Error,
}

/// What joined the context.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Items that joined or were refreshed.
    pub items: Vec<ContextItem>,
    /// Paths that did not.
    pub skipped: Vec<Skipped>,
}

/// Reads files by path; ignored ones only when `force` is set. [`load_found`] puts them into a plan.
pub fn find_files(ws: &Workspace, paths: &[RepoPath], force: bool) -> Result<Loaded, Error> {
    let mut loaded = Loaded::default();
    let project = Project::survey(ws.store.repo())?;
    let once: Vec<RepoPath> =
        paths.iter().enumerate().filter(|(at, path)| !paths[..*at].contains(path)).map(|(_, path)| path.clone()).collect();
    let (ignored, mask) = (project.ignored(&once)?, ws.mask());
    for ((path, ignored), read) in once.iter().zip(ignored).zip(project.read(&once, force)?) {
        let origin = context::Loaded { auto: false, forced: ignored.is_some(), now: ws.clock.now() };
        // Its lasting id comes with the plan.
        let id = ws.ids(&Plan::default())();
        let item = read.map_err(in_words).and_then(|file| match mask.found_in(file.text.as_bytes()) {
            Some(key) => Err(Error::HoldsKey { path: path.to_string(), key }),
            None => Ok(file_item(id, path, file.oid, file.text.as_bytes(), &origin)?),
        });
        match item {
            Ok(item) => loaded.items.push(item),
            Err(reason) => loaded.skipped.push(Skipped { path: path.clone(), reason }),
        }
    }
    Ok(loaded)
}

/// Loads what was found.
pub fn load_found(ws: &Workspace, snapshot: &mut Snapshot, found: &mut Loaded) -> Result<(), Error> {
    add(ws, snapshot, &mut found.items)
}

/// The reasons that have something to type next.
fn in_words(reason: ContextError) -> Error {
    match reason {
        ContextError::Ignored { path, by } => Error::Ignored { path: path.to_string(), by },
        ContextError::Missing(path) => Error::NoSuchFile(path.to_string()),
        ContextError::Directory(path) => Error::IsDirectory(path.to_string()),
        reason => reason.into(),
    }
}

/// Loads a note.
pub fn load_note(ws: &Workspace, snapshot: &mut Snapshot, text: &str) -> Result<Loaded, Error> {
    let text = &*ws.mask().text(text);
    let oid = ws.store.write_blob(text.as_bytes())?;
    let origin = context::Loaded { auto: false, forced: false, now: ws.clock.now() };
    let mut items = vec![note_item(ws.ids(&snapshot.plan)(), oid, text, &origin)?];
    add(ws, snapshot, &mut items)?;
    Ok(Loaded { items, skipped: Vec::new() })
}

/// Appends the items; a path that is loaded already keeps its id.
fn add(ws: &Workspace, snapshot: &mut Snapshot, items: &mut [ContextItem]) -> Result<(), Error> {
    if items.is_empty() {
        return Ok(());
    }
    let record = Record::new(EventKind::Load, subject("Load", items.iter().map(|item| item.name.as_str())));
    ws.store.append(snapshot, &record, &mut |plan| {
        let new = items.iter().filter(|item| known(plan, item).is_none()).count();
        check_count(plan.context.len(), new).map_err(|error: ContextError| Refusal(error.to_string()))?;
        let mut next_id = ws.ids(plan);
        for item in items.iter_mut() {
            item.id = known(plan, item).map_or_else(&mut next_id, |known| known.id);
        }
        let changed = items.iter().filter(|item| known(plan, item).is_none_or(|known| !same(known, item)));
        Ok(changed.cloned().map(Change::Context).collect())
    })?;
    Ok(())
}

fn known<'a>(plan: &'a Plan, item: &ContextItem) -> Option<&'a ContextItem> {
    item.path.as_ref()?;
    plan.context.iter().find(|known| known.path == item.path).map(|known| &**known)
}

fn same(known: &ContextItem, item: &ContextItem) -> bool {
    known.oid == item.oid && known.auto_loaded == item.auto_loaded && known.forced == item.forced
}

/// Takes items away by index, range, name, path, directory or glob; returns their names.
pub fn remove_items(ws: &Workspace, snapshot: &mut Snapshot, words: &[String], prefix: &str) -> Result<Vec<String>, Error> {
    let ids = select(&snapshot.plan.context, words, prefix)?;
    let names: Vec<String> = snapshot.plan.context.iter().filter(|item| ids.contains(&item.id)).map(|item| item.name.clone()).collect();
    let record = Record::new(EventKind::Remove, subject("Remove", names.iter().map(String::as_str)));
    ws.store.append(snapshot, &record, &mut |plan| {
        let present = plan.context.iter().filter(|item| ids.contains(&item.id));
        Ok(present.map(|item| Change::RemoveContext(item.id)).collect())
    })?;
    Ok(names)
}

fn subject<'a>(verb: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [] => format!("{verb} nothing"),
        [one] => format!("{verb} {one}"),
        [one, rest @ ..] => format!("{verb} {one} and {} more", rest.len()),
    }
}
