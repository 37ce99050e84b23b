//! What happens while a reply streams: operations are checked, stored and handed to the build.

use std::collections::BTreeSet;

use crate::config::Missing;
use crate::context::{IgnoredBy, Project};
use crate::plan::{Entry, FileMode, OperationKind, Plan, RepoPath, RunEvent};
use crate::reply::FileOp;
use crate::store::Store;

use super::Error;
use super::build::{BuildQueue, Job};
use super::content::{self, Seen};
use super::record::Proposed;
use super::stream::Listener;

/// The script that a plan may propose; it is kept in the plan and never written to the tree.
pub const APPLY_SCRIPT: &str = "_apply.sh";

/// Listens to a reply of the implementation; replies of other stages may not touch files.
pub struct Coder<'a> {
    pub(super) store: &'a Store,
    pub(super) plan: &'a Plan,
    pub(super) project: &'a Project<'a>,
    pub(super) seen: &'a mut Seen,
    pub(super) queue: &'a mut BuildQueue,
    pub(super) skipped: &'a mut BTreeSet<RepoPath>,
    pub(super) overwrite: &'a mut BTreeSet<RepoPath>,
    pub(super) events: &'a mut dyn FnMut(RunEvent),
    pub(super) ask: &'a mut dyn FnMut(&RepoPath) -> Option<Missing>,
    pub(super) missing: Missing,
    pub(super) writes: bool,
    pub(super) builds: bool,
    pub(super) proposed: Vec<Proposed>,
    pub(super) choice: Option<Missing>,
}

impl Listener for Coder<'_> {
    fn emit(&mut self, event: RunEvent) {
        (self.events)(event);
    }

    fn may_write(&mut self, path: &str) -> Result<bool, Error> {
        let Ok(path) = path.parse::<RepoPath>() else { return Ok(true) };
        let known = self.seen.contains_key(&path) || self.skipped.contains(&path) || self.overwrite.contains(&path);
        if !self.writes || known || content::is_touched(self.plan, &path) || self.queue.knows(&path) || !self.is_text(&path)? {
            return Ok(true);
        }
        let choice = if self.missing == Missing::Ask { (self.ask)(&path) } else { Some(self.missing) };
        self.choice = choice;
        let word = choice.map_or("ask", Missing::as_str).to_owned();
        self.emit(RunEvent::MissingFile { path: path.clone(), choice: word });
        match choice {
            Some(Missing::Overwrite) => drop(self.overwrite.insert(path)),
            Some(Missing::Skip) => drop(self.skipped.insert(path)),
            Some(Missing::Load | Missing::Ask) | None => {}
        }
        Ok(choice == Some(Missing::Overwrite))
    }

    fn operation(&mut self, op: &FileOp) -> Result<(), Error> {
        if !self.writes {
            return Ok(());
        }
        match self.check(op)? {
            Ok(proposed) => {
                let (kind, path, destination) = (proposed.kind, proposed.path.clone(), proposed.destination.clone());
                self.emit(RunEvent::Operation { kind, path, destination });
                self.build(op, &proposed)?;
                self.proposed.push(proposed);
            }
            Err(message) => self.emit(RunEvent::Error { message, hint: None }),
        }
        Ok(())
    }
}

impl Coder<'_> {
    /// Whether the user has a text file at `path` that a model may be shown.
    fn is_text(&self, path: &RepoPath) -> Result<bool, Error> {
        if !self.project.has(path) {
            return Ok(false);
        }
        let content = content::read(self.store, path)?;
        Ok(content.is_some_and(|content| content.mode != FileMode::Symlink && std::str::from_utf8(&content.bytes).is_ok()))
    }

    /// Checks the operation's paths; the inner error is for the user, the operation is left out.
    fn check(&self, op: &FileOp) -> Result<Result<Proposed, String>, Error> {
        let path = match self.target(&op.path)? {
            Ok(path) => path,
            Err(message) => return Ok(Err(message)),
        };
        let destination = match op.destination.as_deref().map(|path| self.target(path)).transpose()? {
            Some(Ok(path)) => Some(path),
            Some(Err(message)) => return Ok(Err(message)),
            None => None,
        };
        if self.skipped.contains(&path) {
            return Ok(Err(format!("'{path}' is left out, as you chose")));
        }
        let body = op.content.as_ref().map(|text| self.store.write_blob(text.as_bytes())).transpose()?;
        let overwrite = self.overwrite.contains(&path);
        let explanation = op.explanation.clone();
        Ok(Ok(Proposed { kind: op.kind, path, destination, explanation, body, overwrite, error: None }))
    }

    /// The path that an operation on `text` is about: a symbolic link's target, if that is a file of the repository.
    fn target(&self, text: &str) -> Result<Result<RepoPath, String>, Error> {
        let path = match text.parse::<RepoPath>() {
            Ok(path) => path,
            Err(error) => return Ok(Err(format!("the reply names a path that is refused: {error}"))),
        };
        if content::is_touched(self.plan, &path) || self.queue.knows(&path) || path.as_str() == Some(APPLY_SCRIPT) {
            return Ok(Ok(path));
        }
        let entry = match self.store.file_entry(&path) {
            Ok(entry) => entry,
            Err(error) if error.is_obstacle() => return Ok(Err(format!("the reply names a path that is refused: {error}"))),
            Err(error) => return Err(error.into()),
        };
        match entry {
            Some(entry) if entry.mode == FileMode::Symlink => self.link_target(&path, &entry),
            _ if !self.seen.contains_key(&path) => Ok(self.not_ignored(path)?),
            _ => Ok(Ok(path)),
        }
    }

    /// Ignored files are neither read nor written at a model's request.
    fn not_ignored(&self, path: RepoPath) -> Result<Result<RepoPath, String>, Error> {
        let by = self.project.ignored(std::slice::from_ref(&path))?.pop().flatten();
        Ok(match by {
            Some(by @ (IgnoredBy::Git | IgnoredBy::Ours)) => Err(format!("'{path}' is ignored by {by}, so the plan leaves it alone")),
            Some(IgnoredBy::Directory) | None => Ok(path),
        })
    }

    fn link_target(&self, path: &RepoPath, entry: &Entry) -> Result<Result<RepoPath, String>, Error> {
        let bytes = self.store.read_blob(&entry.oid)?;
        let joined = resolve_link(path, &bytes).filter(|target| self.project.has(target));
        Ok(joined.ok_or_else(|| format!("'{path}' is a symbolic link to something that is not a file of the repository")))
    }

    fn build(&mut self, op: &FileOp, proposed: &Proposed) -> Result<(), Error> {
        if !self.builds {
            return Ok(());
        }
        for path in std::iter::once(&proposed.path).chain(&proposed.destination) {
            begin(self.store, self.plan, self.seen, self.queue, path)?;
        }
        if proposed.kind == OperationKind::File {
            let (path, status) = (proposed.path.clone(), crate::plan::BuildStatus::Started);
            self.emit(RunEvent::Build { path, status, reasons: vec![], lines_added: 0, lines_removed: 0 });
        }
        self.queue.start(job(proposed, op.content.clone().unwrap_or_default()));
        Ok(())
    }
}

/// The job of an operation.
pub fn job(proposed: &Proposed, proposal: String) -> Job {
    Job {
        kind: proposed.kind,
        path: proposed.path.clone(),
        destination: proposed.destination.clone(),
        proposal,
        explanation: proposed.explanation.clone(),
        overwrite: proposed.overwrite,
    }
}

/// Tells the queue what `path` holds: the plan's pending content, what the model was shown, or the user's file.
pub fn begin(store: &Store, plan: &Plan, seen: &mut Seen, queue: &mut BuildQueue, path: &RepoPath) -> Result<(), Error> {
    if queue.knows(path) {
        return Ok(());
    }
    let entry = if content::is_touched(plan, path) {
        plan.result.get(path).cloned()
    } else if let Some(entry) = seen.get(path) {
        entry.clone()
    } else if path.as_str() == Some(APPLY_SCRIPT) {
        None
    } else {
        let entry = store.file_entry(path)?;
        seen.insert(path.clone(), entry.clone());
        entry
    };
    let content = entry.map(|entry| content::content(store, &entry)).transpose()?;
    queue.begin_with(path, content);
    Ok(())
}

/// Follows a relative link within the repository; `None` when it leaves it.
fn resolve_link(path: &RepoPath, target: &[u8]) -> Option<RepoPath> {
    let mut parts: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'/').collect();
    parts.pop();
    if target.first() == Some(&b'/') {
        return None;
    }
    for part in target.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    RepoPath::from_bytes(&parts.join(&b'/')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_only() {
        let link: RepoPath = "a/b/link".parse().expect("valid");
        let follow = |target: &str| resolve_link(&link, target.as_bytes()).map(|path| path.to_string());
        assert_eq!(follow("../c"), Some("a/c".into()));
        assert_eq!(follow("./d"), Some("a/b/d".into()));
        assert_eq!(follow("../../../etc/passwd"), None);
        assert_eq!(follow("/etc/passwd"), None);
        assert_eq!(follow("../../.git/config"), None);
    }
}
