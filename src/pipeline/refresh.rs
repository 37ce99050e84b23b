//! Context items follow what they show.

use std::collections::BTreeSet;

use crate::context::{self, ContextError, FetchOptions, Loader, Made, Project, SourceChange, Stale, fetch, part_of, refreshed};
use crate::plan::{Change, ContextItem, ContextKind, EntityId, EventKind, ImageDetail, Plan, Record, RepoPath};
use crate::store::Snapshot;

use super::Error;
use super::content;
use super::load::subject;
use super::workspace::Workspace;

/// What a refresh did.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// Items as they were and as they are.
    pub updated: Vec<(ContextItem, ContextItem)>,
    /// Items that left, with the reason.
    pub removed: Vec<(ContextItem, SourceChange)>,
    /// Items that stay as they are because what they show cannot be read any more.
    pub failed: Vec<(ContextItem, ContextError)>,
}

impl Refreshed {
    /// The paths of files that were refreshed.
    pub fn paths(&self) -> Vec<RepoPath> {
        self.updated.iter().filter_map(|(item, _)| item.path.clone()).collect()
    }

    /// Whether nothing was done and nothing went wrong.
    pub fn is_empty(&self) -> bool {
        self.updated.is_empty() && self.removed.is_empty() && self.failed.is_empty()
    }
}

/// The items that no longer show what there is. A file that only the plan has is none of them.
pub fn outdated(project: &Project<'_>, plan: &Plan) -> Result<Vec<Stale>, Error> {
    let mut found = project.stale(&plan.context)?;
    found.retain(|stale| {
        let path = item_of(plan, stale.id).path.as_ref();
        stale.change != SourceChange::Gone || !path.is_some_and(|path| content::is_touched(plan, path))
    });
    Ok(found)
}

/// Brings items up to date and lets go of those whose source is gone; pages are asked for only with `fetch_options`.
pub fn refresh(
    ws: &Workspace,
    snapshot: &mut Snapshot,
    run: Option<&str>,
    fetch_options: Option<&FetchOptions>,
) -> Result<Refreshed, Error> {
    let project = Project::survey(ws.store.repo())?;
    let stale = outdated(&project, &snapshot.plan)?;
    let mut done = Refreshed::default();
    let mut changed: Vec<ContextItem> = Vec::new();
    for Stale { id, change } in stale {
        let item = item_of(&snapshot.plan, id).clone();
        if change == SourceChange::Changed { changed.push(item) } else { done.removed.push((item, change)) }
    }
    let pages = snapshot.plan.context.iter().filter(|item| fetch_options.is_some() && item.kind == ContextKind::Url);
    changed.extend(pages.map(|item| (**item).clone()));
    let fresh = Reader { ws, project: &project, fetch_options }.fresh(&changed)?;
    for (item, made) in changed.into_iter().zip(fresh) {
        match made {
            Ok(new) if new.oid == item.oid => {}
            Ok(new) => {
                let new = as_much(ws, &item, refreshed(&item, new, &ws.clock.now()))?;
                done.updated.push((item, new));
            }
            Err(error) => done.failed.push((item, error)),
        }
    }
    store(ws, snapshot, run, &mut done)?;
    Ok(done)
}

/// As much of the new content as was shown of the old one.
fn as_much(ws: &Workspace, old: &ContextItem, new: ContextItem) -> Result<ContextItem, Error> {
    if old.symbols.is_empty() {
        return Ok(new);
    }
    let text = String::from_utf8_lossy(&ws.store.read_blob(&new.oid)?).into_owned();
    Ok(part_of(&new, &text, &old.symbols).unwrap_or(new))
}

fn item_of(plan: &Plan, id: EntityId) -> &ContextItem {
    plan.context.iter().find(|item| item.id == id).expect("the item is of this plan")
}

/// Reads what items show now.
struct Reader<'a> {
    ws: &'a Workspace,
    project: &'a Project<'a>,
    fetch_options: Option<&'a FetchOptions>,
}

impl Reader<'_> {
    fn fresh(&self, items: &[ContextItem]) -> Result<Vec<Made>, Error> {
        let mask = self.ws.mask();
        let secret = |bytes: &[u8]| mask.found_in(bytes);
        let loader = Loader::new(self.project, context::Loaded { auto: false, forced: false, now: self.ws.clock.now() }, &secret);
        let files: Vec<&ContextItem> = items.iter().filter(|item| item.path.is_some()).collect();
        let mut made = Vec::new();
        for forced in [false, true] {
            for detail in [ImageDetail::High, ImageDetail::Low] {
                let group = files.iter().filter(|item| item.forced == forced && item.detail.unwrap_or_default() == detail);
                let group: Vec<&&ContextItem> = group.collect();
                let paths: Vec<RepoPath> = group.iter().filter_map(|item| item.path.clone()).collect();
                let read = loader.files(&paths, forced, detail)?;
                made.extend(group.into_iter().map(|item| item.id).zip(read));
            }
        }
        items.iter().map(|item| self.one(&loader, item, &mut made)).collect()
    }

    fn one(&self, loader: &Loader<'_>, item: &ContextItem, files: &mut Vec<(EntityId, Made)>) -> Result<Made, Error> {
        if let Some(at) = files.iter().position(|(id, _)| *id == item.id) {
            return Ok(files.swap_remove(at).1);
        }
        if let (Some(url), Some(options)) = (&item.url, self.fetch_options) {
            return Ok(match fetch(url, options) {
                Ok(page) => loader.page(&context::Page { text: self.ws.mask().text(&page.text).into_owned(), ..page })?,
                Err(error) => Err(error),
            });
        }
        Ok(loader.directory(item.kind, item.directory.as_ref())?)
    }
}

/// Stores what was found; what was taken away or loaded anew meanwhile stays as it is then, and is not told.
fn store(ws: &Workspace, snapshot: &mut Snapshot, run: Option<&str>, done: &mut Refreshed) -> Result<(), Error> {
    if done.updated.is_empty() && done.removed.is_empty() {
        return Ok(());
    }
    let names = done.updated.iter().map(|(item, _)| item).chain(done.removed.iter().map(|(item, _)| item));
    let mut record = Record::new(EventKind::Update, subject("Update", names.map(|item| item.name.as_str())));
    record.run = run.map(str::to_owned);
    record.body = differences(done);
    let mut present = BTreeSet::new();
    ws.store.append(snapshot, &record, &mut |plan| {
        present = plan.context.iter().map(|item| (item.id, item.oid.to_string())).collect();
        let is_present = |item: &ContextItem| present.contains(&(item.id, item.oid.to_string()));
        let updated = done.updated.iter().filter(|(item, _)| is_present(item)).map(|(_, new)| Change::Context(new.clone()));
        let removed = done.removed.iter().filter(|(item, _)| is_present(item)).map(|(item, _)| Change::RemoveContext(item.id));
        Ok(updated.chain(removed).collect())
    })?;
    done.updated.retain(|(item, _)| present.contains(&(item.id, item.oid.to_string())));
    done.removed.retain(|(item, _)| present.contains(&(item.id, item.oid.to_string())));
    Ok(())
}

/// One line for each item with its tokens before and after.
fn differences(done: &Refreshed) -> String {
    let updated = done.updated.iter().map(|(old, new)| {
        let difference = i128::from(new.tokens) - i128::from(old.tokens);
        format!("{}: {} -> {} tokens ({difference:+})", old.name, old.tokens, new.tokens)
    });
    let removed = done.removed.iter().map(|(item, _)| format!("{}: removed (-{} tokens)", item.name, item.tokens));
    updated.chain(removed).collect::<Vec<_>>().join("\n")
}
