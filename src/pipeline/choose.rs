//! The files that a context phase chose, and files that a reply turned out to need.

use crate::config::Role;
use crate::context::{self, ContextError, Loader, part_of};
use crate::plan::{ContextItem, ContextKind, ImageDetail, RepoPath, RunEvent, Stage};
use crate::reply::{FileChoice, Reply};

use super::Error;
use super::content;
use super::material::{budget, window};
use super::record::ReplyFacts;
use super::rounds::rounds;
use super::run::Run;

/// A file may take this part of the budget; of a larger one only what the architect names is shown.
const LARGEST_SHARE: u64 = 4;

/// The most tokens of a file that is shown whole although the architect names parts of it, of a budget for all files.
pub(super) fn largest_whole(budget: u64) -> u64 {
    budget / LARGEST_SHARE
}

/// A chosen file with the names of what matters in it.
type Choice = (RepoPath, Vec<String>);

/// What the lines of a `### Files` list are.
#[derive(Debug, Default, PartialEq)]
struct Chosen {
    /// Files of the project, once each.
    files: Vec<Choice>,
    /// Directories to look into.
    opened: Vec<RepoPath>,
    /// What is not there.
    unknown: Vec<String>,
}

/// What is left for chosen files.
struct Room {
    left: u64,
    share: u64,
}

impl Run<'_> {
    /// Loads the files that the architect chose, in its order, as far as they fit; the others and unknown paths are reported.
    ///
    /// What earlier replies to the same prompt chose stays, before what is new.
    pub(super) fn choose_files(&mut self, facts: &mut ReplyFacts, reply: &Reply) -> Result<(), Error> {
        let Chosen { files, opened, unknown } = chosen(&reply.files, |path| self.offers(path), |path| self.is_directory(path));
        let mut room = self.room();
        let mut items = Vec::new();
        for (path, symbols) in self.with_earlier(files) {
            let Some(item) = self.item(&path)? else { continue };
            let Some(item) = self.fitted(item, &symbols, &mut room)? else {
                self.emit(RunEvent::Error { message: format!("'{path}' does not fit into the model's window any more"), hint: None });
                continue;
            };
            facts.activated.push(path);
            items.push(item);
        }
        let tokens = items.iter().map(|item| item.tokens).sum();
        self.emit(RunEvent::Context { paths: facts.activated.clone(), opened: opened.clone(), unknown: unknown.clone(), tokens });
        (facts.unknown, facts.opened) = (unknown, opened);
        facts.loaded = Some(items);
        Ok(())
    }

    /// What the next phase can hold besides what the user loaded.
    fn room(&self) -> Room {
        let planner = self.models.for_role(Role::Planner);
        let whole = budget(Stage::Tasks, planner);
        let own: u64 = self.snapshot.plan.context.iter().filter(|item| !item.auto_loaded).map(|item| item.tokens).sum();
        Room { left: whole.min(window(planner).saturating_sub(own)), share: largest_whole(whole) }
    }

    /// The files that earlier replies to the prompt chose, then `files`.
    fn with_earlier(&self, files: Vec<Choice>) -> Vec<Choice> {
        let plan = &self.snapshot.plan;
        let earlier = rounds(plan).last().map(|m| m.activated_paths.as_slice()).unwrap_or_default();
        let symbols_of = |path: &RepoPath| {
            let named = files.iter().find(|(known, symbols)| known == path && !symbols.is_empty()).map(|(_, symbols)| symbols.clone());
            let item = || plan.context.iter().find(|item| item.path.as_ref() == Some(path)).map(|item| item.symbols.clone());
            named.or_else(item).unwrap_or_default()
        };
        let mut all: Vec<Choice> = earlier.iter().map(|path| (path.clone(), symbols_of(path))).collect();
        all.extend(files.into_iter().filter(|(path, _)| !earlier.contains(path)));
        all
    }

    /// The item as far as there is room for it: whole, or the definitions called `symbols`.
    fn fitted(&self, item: ContextItem, symbols: &[String], room: &mut Room) -> Result<Option<ContextItem>, Error> {
        let is_own = |known: &&std::sync::Arc<ContextItem>| known.path == item.path && !known.auto_loaded;
        if self.snapshot.plan.context.iter().any(|known| is_own(&known)) {
            return Ok(Some(item));
        }
        let whole = item.tokens <= room.left && (symbols.is_empty() || item.tokens <= room.share);
        let part = if whole { None } else { self.part_of(&item, symbols)? };
        // Where no definitions are known, the whole file is shown if it can be.
        let item = Some(part.unwrap_or(item)).filter(|item| item.tokens <= room.left);
        room.left -= item.as_ref().map_or(0, |item| item.tokens);
        Ok(item)
    }

    fn part_of(&self, item: &ContextItem, symbols: &[String]) -> Result<Option<ContextItem>, Error> {
        if item.kind != ContextKind::File {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&self.ws.store.read_blob(&item.oid)?).into_owned();
        Ok(part_of(item, &text, symbols))
    }

    fn offers(&self, path: &RepoPath) -> bool {
        self.project.has(path) || self.snapshot.plan.result.contains_key(path)
    }

    fn is_directory(&self, path: &RepoPath) -> bool {
        self.project.below(path).next().is_some()
    }

    /// The context item of a file; `None` when it cannot be shown to a model.
    fn item(&mut self, path: &RepoPath) -> Result<Option<ContextItem>, Error> {
        let plan = &self.snapshot.plan;
        let origin = context::Loaded { auto: true, forced: false, now: self.ws.clock.now() };
        let mask = self.models.mask();
        let secret = |bytes: &[u8]| mask.found_in(bytes);
        let loader = Loader::new(&self.project, origin, &secret);
        let made = if content::is_touched(plan, path) {
            let Some(entry) = plan.result.get(path) else { return Ok(None) };
            loader.pending(path, entry.oid.clone(), &self.ws.store.read_blob(&entry.oid)?)
        } else {
            match loader.files(std::slice::from_ref(path), false, ImageDetail::High)?.pop() {
                Some(Err(ContextError::Missing(_))) | None => return Ok(None),
                Some(made) => made,
            }
        };
        let id = self.ws.ids(plan)();
        match made {
            Ok(item) => Ok(Some(ContextItem { id, ..item })),
            Err(error) => {
                self.emit(RunEvent::Error { message: format!("not loaded: {error}"), hint: None });
                Ok(None)
            }
        }
    }

    /// The context item of a file that a reply began to write without having seen it.
    pub(super) fn load_missing(&mut self, path: &str) -> Result<Vec<ContextItem>, Error> {
        let path: RepoPath = path.parse().map_err(Error::Path)?;
        let Some(item) = self.item(&path)? else { return Ok(Vec::new()) };
        self.emit(RunEvent::Context { paths: vec![path], opened: vec![], unknown: vec![], tokens: item.tokens });
        Ok(vec![item])
    }
}

/// Tells files from directories and from what is not there.
fn chosen(listed: &[FileChoice], offers: impl Fn(&RepoPath) -> bool, is_directory: impl Fn(&RepoPath) -> bool) -> Chosen {
    let mut found = Chosen::default();
    for choice in listed {
        let path = choice.path.trim_end_matches('/').parse::<RepoPath>().ok();
        match path {
            Some(path) if offers(&path) => match found.files.iter_mut().find(|(known, _)| *known == path) {
                Some((_, symbols)) => symbols.extend(choice.symbols.iter().cloned()),
                None => found.files.push((path, choice.symbols.clone())),
            },
            Some(path) if is_directory(&path) => {
                if !found.opened.contains(&path) {
                    found.opened.push(path);
                }
            }
            _ => found.unknown.push(choice.path.clone()),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<RepoPath> {
        names.iter().map(|name| name.parse().expect("a path")).collect()
    }

    #[test]
    fn only_listed_paths_are_chosen_not_those_of_the_overview() {
        let reply = crate::reply::parse(
            "It is like `b.rs`.\n\n### Files\n\n- `a.rs` - `b.rs` (as in `c.rs`)\n- `x.rs`\n- `a.rs` - main\n- `gen/`\n- `gen`\n",
        );
        let known = |path: &RepoPath| ["a.rs", "b.rs", "c.rs"].map(Some).contains(&path.as_str());
        let found = chosen(&reply.files, known, |path| path.as_str() == Some("gen"));
        let (files, symbols): (Vec<_>, Vec<_>) = found.files.into_iter().unzip();
        assert_eq!((files, symbols), (paths(&["a.rs"]), vec![vec!["b.rs".to_owned(), "main".to_owned()]]));
        assert_eq!(found.opened, paths(&["gen"]));
        assert_eq!(found.unknown, ["x.rs"]);
    }
}
