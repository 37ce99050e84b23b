//! The files that a context phase chose, and files that a reply turned out to need.

use crate::config::Role;
use crate::context::{self, ContextError, Picture, Text, TokenCounts, check_image, check_text, file_item, image_item};
use crate::plan::{ContextItem, ImageDetail, RepoPath, RunEvent, Stage};
use crate::reply::{FileChoice, Reply};

use super::Error;
use super::content;
use super::material::budget;
use super::record::ReplyFacts;
use super::run::Run;

impl Run<'_> {
    /// Loads the files that the architect chose, in its order, as far as they fit; the others and unknown paths are reported.
    pub(super) fn choose_files(&mut self, facts: &mut ReplyFacts, reply: &Reply) -> Result<(), Error> {
        let (paths, unknown) = chosen(&reply.files, |path| self.offers(path));
        let mut left = budget(Stage::Tasks, self.models.for_role(Role::Planner));
        let mut items = Vec::new();
        for path in paths {
            let Some((item, tokens)) = self.item(&path)? else { continue };
            if tokens > left {
                self.emit(RunEvent::Error { message: format!("'{path}' does not fit into the model's window any more"), hint: None });
                continue;
            }
            left -= tokens;
            facts.activated.push(path);
            items.push(item);
        }
        let tokens = items.iter().map(|item| item.tokens).sum();
        self.emit(RunEvent::Context { paths: facts.activated.clone(), unknown: unknown.clone(), tokens });
        facts.unknown = unknown;
        facts.loaded = Some(items);
        Ok(())
    }

    fn offers(&self, path: &RepoPath) -> bool {
        self.project.has(path) || self.snapshot.plan.result.contains_key(path)
    }

    /// The context item of a file with its tokens; `None` when it cannot be shown to a model.
    fn item(&mut self, path: &RepoPath) -> Result<Option<(ContextItem, u64)>, Error> {
        let Some(entry) = content::present(&self.ws.store, &self.snapshot.plan, path)? else { return Ok(None) };
        let bytes = self.ws.store.read_blob(&entry.oid)?;
        if let Some(key) = self.models.mask().found_in(&bytes) {
            let error = ContextError::HoldsKey { path: path.clone(), key };
            self.emit(RunEvent::Error { message: format!("not loaded: {error}"), hint: None });
            return Ok(None);
        }
        let origin = context::Loaded { auto: true, forced: false, now: self.ws.clock.now() };
        let id = self.ws.ids(&self.snapshot.plan)();
        let counts = TokenCounts::open(self.ws.store.repo());
        let name = path.to_string();
        let made = if Picture::media_type(&bytes).is_some() {
            let size = bytes.len() as u64;
            check_image(&name, &bytes).map(|picture| image_item(path, entry.oid, size, &picture, ImageDetail::High, &origin))
        } else {
            check_text(&name, &bytes).and_then(|text| file_item(path, Text { oid: &entry.oid, text, counts: &counts }, &origin))
        };
        match made {
            Ok(item) => Ok(Some((ContextItem { id, ..item.clone() }, item.tokens))),
            Err(error) => {
                self.emit(RunEvent::Error { message: format!("not loaded: {error}"), hint: None });
                Ok(None)
            }
        }
    }

    /// The context item of a file that a reply began to write without having seen it.
    pub(super) fn load_missing(&mut self, path: &str) -> Result<Vec<ContextItem>, Error> {
        let path: RepoPath = path.parse().map_err(Error::Path)?;
        let Some((item, tokens)) = self.item(&path)? else { return Ok(Vec::new()) };
        self.emit(RunEvent::Context { paths: vec![path], unknown: vec![], tokens });
        Ok(vec![item])
    }
}

/// The listed paths that the repository has, once each, and those that it does not have.
fn chosen(files: &[FileChoice], offers: impl Fn(&RepoPath) -> bool) -> (Vec<RepoPath>, Vec<String>) {
    let mut known: Vec<RepoPath> = Vec::new();
    let mut unknown = Vec::new();
    for choice in files {
        match choice.path.parse::<RepoPath>().ok().filter(&offers) {
            Some(path) if !known.contains(&path) => known.push(path),
            Some(_) => {}
            None => unknown.push(choice.path.clone()),
        }
    }
    (known, unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_paths_are_chosen_not_those_of_the_overview() {
        let reply = crate::reply::parse("It is like `b.rs`.\n\n### Files\n\n- `a.rs` - `b.rs` (as in `c.rs`)\n- `x.rs`\n- `a.rs`\n");
        let (known, unknown) = chosen(&reply.files, |path| ["a.rs", "b.rs", "c.rs"].map(Some).contains(&path.as_str()));
        assert_eq!(known, ["a.rs".parse().expect("a path")]);
        assert_eq!(unknown, ["x.rs"]);
    }
}
