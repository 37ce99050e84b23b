//! The files that a context phase chose, and files that a reply turned out to need.

use crate::config::Role;
use crate::context::{self, ContextError, estimate_tokens, file_item};
use crate::plan::{ContextItem, RepoPath, RunEvent, Stage};
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
        let plan = &self.snapshot.plan;
        let read = if content::is_touched(plan, path) {
            let Some(entry) = plan.result.get(path) else { return Ok(None) };
            Ok((entry.oid.clone(), self.ws.store.read_blob(&entry.oid)?))
        } else {
            match self.project.read(std::slice::from_ref(path), false)?.pop() {
                Some(Ok(file)) => Ok((file.oid, file.text.into_bytes())),
                Some(Err(ContextError::Missing(_))) | None => return Ok(None),
                Some(Err(error)) => Err(error),
            }
        };
        if let Some(key) = read.as_ref().ok().and_then(|(_, bytes)| self.models.mask().found_in(bytes)) {
            let error = Error::HoldsKey { path: path.to_string(), key };
            self.emit(RunEvent::Error { message: format!("not loaded: {error}"), hint: None });
            return Ok(None);
        }
        let origin = context::Loaded { auto: true, forced: false, now: self.ws.clock.now() };
        let id = self.ws.ids(plan)();
        let item = read.and_then(|(oid, bytes)| Ok((file_item(id, path, oid, &bytes, &origin)?, bytes)));
        match item {
            Ok((item, bytes)) => Ok(Some((item, estimate_tokens(&String::from_utf8_lossy(&bytes))))),
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
