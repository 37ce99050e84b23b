//! Items join and leave the context.

use crate::context::{
    self, ContextError, FetchOptions, Loader, Made, Place, Project, Secret, Target, check_count, check_total, fetch, mentions, select,
    target,
};
use crate::plan::{Change, ContextItem, ContextKind, EventKind, ImageDetail, Plan, Record, Refusal, RepoPath};
use crate::store::Snapshot;

use super::Error;
use super::workspace::Workspace;

/// Something that was not loaded, with the reason.
#[derive(Debug)]
pub struct Skipped {
    /// Why; it names the thing.
    pub reason: ContextError,
    /// Whether it was named by itself, and not only found in a directory or by a pattern.
    pub named: bool,
}

/// What joined the context.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Items that joined or were refreshed.
    pub items: Vec<ContextItem>,
    /// What did not.
    pub skipped: Vec<Skipped>,
}

/// What is to be loaded, and how.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// Files, directories, patterns and URLs as they were typed.
    pub words: &'a [String],
    /// Where they were typed.
    pub place: Place<'a>,
    /// Load the files of a directory.
    pub recursive: bool,
    /// Load the names of the files of a directory.
    pub tree: bool,
    /// Load the map of a directory.
    pub map: bool,
    /// Load ignored files too.
    pub force: bool,
    /// How closely pictures are looked at.
    pub detail: ImageDetail,
    /// How pages are fetched.
    pub fetch: FetchOptions,
}

impl<'a> Wish<'a> {
    /// To load `words` as they are.
    pub fn of(words: &'a [String], place: Place<'a>) -> Self {
        Self {
            words,
            place,
            recursive: false,
            tree: false,
            map: false,
            force: false,
            detail: ImageDetail::High,
            fetch: FetchOptions::default(),
        }
    }
}

/// Reads what words name; [`load_found`] puts it into a plan.
pub fn find_words(ws: &Workspace, wish: &Wish<'_>) -> Result<Loaded, Error> {
    let project = Project::survey(ws.store.repo())?;
    let mask = ws.mask();
    let secret = |bytes: &[u8]| mask.found_in(bytes);
    let mut gathered = Gathered::new(ws, &project, wish, &secret);
    for word in wish.words {
        match target(&project, wish.place, word, wish.force)? {
            Ok(target) => gathered.take(target)?,
            Err(reason) => gathered.loaded.skipped.push(Skipped { reason, named: true }),
        }
    }
    gathered.done()
}

/// Loads what was found.
pub fn load_found(ws: &Workspace, snapshot: &mut Snapshot, found: &mut Loaded) -> Result<(), Error> {
    add(ws, snapshot, &mut found.items)
}

/// Loads what a prompt names with `@`; words that name nothing are words.
pub fn load_mentions(ws: &Workspace, snapshot: &mut Snapshot, prompt: &str, place: Place<'_>) -> Result<Loaded, Error> {
    let found = mentions(prompt);
    if found.is_empty() {
        return Ok(Loaded::default());
    }
    let project = Project::survey(ws.store.repo())?;
    let wish = Wish { recursive: true, ..Wish::of(&[], place) };
    let mask = ws.mask();
    let secret = |bytes: &[u8]| mask.found_in(bytes);
    let mut gathered = Gathered::new(ws, &project, &wish, &secret);
    for spellings in found {
        for spelling in spellings {
            if let Some(target) = mentioned(&project, place, spelling)? {
                gathered.take(target)?;
                break;
            }
        }
    }
    let mut loaded = gathered.done()?;
    add(ws, snapshot, &mut loaded.items)?;
    Ok(loaded)
}

/// What a spelling of an `@word` names, from the directory at hand or from the root; a directory only with its slash.
fn mentioned(project: &Project<'_>, place: Place<'_>, spelling: &str) -> Result<Option<Target>, Error> {
    for cwd in [place.cwd, place.root] {
        match target(project, Place { cwd, ..place }, spelling, false)? {
            Ok(Target::File(path)) if project.is_there(&path) => return Ok(Some(Target::File(path))),
            Ok(Target::Directory(Some(path))) if spelling.ends_with('/') => return Ok(Some(Target::Directory(Some(path)))),
            Ok(Target::Files(paths)) => return Ok(Some(Target::Files(paths))),
            _ => {}
        }
    }
    Ok(None)
}

/// What is found for a wish, word by word.
struct Gathered<'a> {
    ws: &'a Workspace,
    project: &'a Project<'a>,
    loader: Loader<'a>,
    wish: &'a Wish<'a>,
    /// Each path with whether it was named by itself.
    files: Vec<(RepoPath, bool)>,
    loaded: Loaded,
}

impl<'a> Gathered<'a> {
    fn new(ws: &'a Workspace, project: &'a Project<'a>, wish: &'a Wish<'a>, secret: Secret<'a>) -> Self {
        let origin = context::Loaded { auto: false, forced: false, now: ws.clock.now() };
        Self { ws, project, loader: Loader::new(project, origin, secret), wish, files: Vec::new(), loaded: Loaded::default() }
    }

    fn take(&mut self, target: Target) -> Result<(), Error> {
        match target {
            Target::Url(url) => {
                let made = match fetch(&url, &self.wish.fetch) {
                    Ok(page) => self.loader.page(&context::Page { text: self.ws.mask().text(&page.text).into_owned(), ..page })?,
                    Err(error) => Err(error),
                };
                self.keep(made, true);
            }
            Target::File(path) => self.files.push((path, true)),
            Target::Files(paths) => self.files.extend(paths.into_iter().map(|path| (path, false))),
            Target::Directory(dir) => self.directory(dir.as_ref())?,
        }
        Ok(())
    }

    fn directory(&mut self, dir: Option<&RepoPath>) -> Result<(), Error> {
        let wish = self.wish;
        if !(wish.recursive || wish.tree || wish.map) {
            let reason = dir.map_or_else(|| ContextError::Root("./".into()), |dir| ContextError::Directory(dir.clone()));
            self.keep(Err(reason), true);
        }
        for kind in [(wish.tree, ContextKind::Tree), (wish.map, ContextKind::Map)].into_iter().filter(|(on, _)| *on).map(|(_, kind)| kind) {
            let made = self.loader.directory(kind, dir)?;
            self.keep(made, true);
        }
        if wish.recursive {
            let files = self.project.files_below(dir, wish.force)?;
            if files.is_empty() {
                self.keep(Err(ContextError::EmptyDirectory(dir.map_or_else(|| "./".to_owned(), ToString::to_string))), true);
            }
            self.files.extend(files.into_iter().map(|path| (path, false)));
        }
        Ok(())
    }

    fn keep(&mut self, made: Made, named: bool) {
        match made {
            Ok(item) => self.loaded.items.push(item),
            Err(reason) => self.loaded.skipped.push(Skipped { reason, named }),
        }
    }

    /// Reads the files, each once.
    fn done(mut self) -> Result<Loaded, Error> {
        let mut files: Vec<(RepoPath, bool)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (path, named) in std::mem::take(&mut self.files) {
            let at = *places.entry(path.clone()).or_insert(files.len());
            match files.get_mut(at) {
                Some((_, known)) => *known |= named,
                None => files.push((path, named)),
            }
        }
        // Before anything is read and stored.
        check_count(0, files.len())?;
        let (paths, named): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let made = self.loader.files(&paths, self.wish.force, self.wish.detail)?;
        made.into_iter().zip(named).for_each(|(made, named)| self.keep(made, named));
        Ok(self.loaded)
    }
}

/// Loads a note.
pub fn load_note(ws: &Workspace, snapshot: &mut Snapshot, text: &str) -> Result<Loaded, Error> {
    load_text(ws, snapshot, text, |loader, text| loader.note(text))
}

/// Loads what was piped in.
pub fn load_piped(ws: &Workspace, snapshot: &mut Snapshot, text: &str) -> Result<Loaded, Error> {
    load_text(ws, snapshot, text, |loader, text| loader.piped(text))
}

type Make = fn(&Loader<'_>, &str) -> Result<Made, crate::store::GitError>;

fn load_text(ws: &Workspace, snapshot: &mut Snapshot, text: &str, make: Make) -> Result<Loaded, Error> {
    let project = Project::empty(ws.store.repo());
    let loader = Loader::new(&project, context::Loaded { auto: false, forced: false, now: ws.clock.now() }, &|_| None);
    let mut items = vec![make(&loader, &ws.mask().text(text))??];
    add(ws, snapshot, &mut items)?;
    Ok(Loaded { items, skipped: Vec::new() })
}

/// Appends the items; one whose source is loaded already keeps its id.
fn add(ws: &Workspace, snapshot: &mut Snapshot, items: &mut [ContextItem]) -> Result<(), Error> {
    if items.is_empty() {
        return Ok(());
    }
    check(&snapshot.plan, items)?;
    let record = Record::new(EventKind::Load, subject("Load", items.iter().map(|item| item.name.as_str())));
    ws.store.append(snapshot, &record, &mut |plan| {
        check(plan, items).map_err(|error| Refusal(error.to_string()))?;
        let mut next_id = ws.ids(plan);
        for item in items.iter_mut() {
            item.id = known(plan, item).map_or_else(&mut next_id, |known| known.id);
        }
        let changed = items.iter().filter(|item| known(plan, item).is_none_or(|known| !same(known, item)));
        Ok(changed.cloned().map(Change::Context).collect())
    })?;
    Ok(())
}

/// Checks the limits of a plan that also has `items`.
fn check(plan: &Plan, items: &[ContextItem]) -> Result<(), ContextError> {
    let new = items.iter().filter(|item| known(plan, item).is_none());
    check_count(plan.context.len(), new.clone().count())?;
    check_total(plan.context.iter().map(|item| item.bytes).sum::<u64>() + new.map(|item| item.bytes).sum::<u64>())
}

fn known<'a>(plan: &'a Plan, item: &ContextItem) -> Option<&'a ContextItem> {
    plan.context.iter().find(|known| known.is_of_same_source(item)).map(|known| &**known)
}

fn same(known: &ContextItem, item: &ContextItem) -> bool {
    let facts = |item: &ContextItem| (item.oid.clone(), item.auto_loaded, item.forced, item.detail, item.symbols.clone());
    facts(known) == facts(item)
}

/// Takes items away by index, range, name, path, directory or glob; returns their names.
pub fn remove_items(ws: &Workspace, snapshot: &mut Snapshot, words: &[String], prefix: &str) -> Result<Vec<ContextItem>, Error> {
    let ids = select(&snapshot.plan.context, words, prefix)?;
    let gone: Vec<ContextItem> = snapshot.plan.context.iter().filter(|item| ids.contains(&item.id)).map(|item| (**item).clone()).collect();
    let record = Record::new(EventKind::Remove, subject("Remove", gone.iter().map(|item| item.name.as_str())));
    ws.store.append(snapshot, &record, &mut |plan| {
        let present = plan.context.iter().filter(|item| ids.contains(&item.id));
        Ok(present.map(|item| Change::RemoveContext(item.id)).collect())
    })?;
    Ok(gone)
}

/// Takes every item away; returns them.
pub fn clear_items(ws: &Workspace, snapshot: &mut Snapshot) -> Result<Vec<ContextItem>, Error> {
    let mut gone = Vec::new();
    if snapshot.plan.context.is_empty() {
        return Ok(gone);
    }
    let record = Record::new(EventKind::Remove, "Clear the context");
    ws.store.append(snapshot, &record, &mut |plan| {
        gone = plan.context.iter().map(|item| (**item).clone()).collect();
        Ok(gone.iter().map(|item| Change::RemoveContext(item.id)).collect())
    })?;
    Ok(gone)
}

pub(super) fn subject<'a>(verb: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [] => format!("{verb} nothing"),
        [one] => format!("{verb} {one}"),
        [one, rest @ ..] => format!("{verb} {one} and {} more", rest.len()),
    }
}
