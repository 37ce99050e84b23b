//! What happens while a reply streams: operations are checked, stored and handed to the build.

use std::collections::BTreeSet;

use crate::config::{HIDDEN, Mask, Missing};
use crate::context::{Project, estimate_tokens_for_bytes};
use crate::plan::{Entry, OperationKind, Plan, RepoPath, RunEvent};
use crate::reply::FileOp;
use crate::store::Store;

use super::Error;
use super::build::{BuildQueue, Job};
use super::content;
use super::missing::Sighting;
use super::record::Proposed;
use super::sight::{Held, Sights};
use super::stream::{Listener, Write};
use super::target::{Refused, Target, Targets, script_fault};

/// The script that a plan may propose; it is kept in the plan and never written to the tree.
pub const APPLY_SCRIPT: &str = "_apply.sh";

/// Listens to a reply of the implementation; replies of other stages may not touch files.
pub struct Coder<'a> {
    pub(super) store: &'a Store,
    pub(super) plan: &'a Plan,
    pub(super) project: &'a Project<'a>,
    pub(super) mask: &'a Mask,
    /// The files that this request shows, which builds start from.
    pub(super) held: Held,
    pub(super) queue: &'a mut BuildQueue,
    pub(super) skipped: &'a mut BTreeSet<RepoPath>,
    pub(super) overwrite: &'a mut BTreeSet<RepoPath>,
    pub(super) events: &'a mut dyn FnMut(RunEvent),
    pub(super) ask: &'a mut dyn FnMut(&RepoPath) -> Option<Missing>,
    pub(super) missing: Missing,
    /// How many tokens of files a request holds.
    pub(super) most_tokens: u64,
    pub(super) writes: bool,
    pub(super) builds: bool,
    pub(super) proposed: Vec<Proposed>,
    /// Files that the reply may write anew, as the user chose while it streamed.
    pub(super) allowed: Vec<RepoPath>,
    pub(super) choice: Option<Missing>,
}

impl Listener for Coder<'_> {
    fn emit(&mut self, event: RunEvent) {
        (self.events)(event);
    }

    fn may_write(&mut self, path: &str) -> Result<Write, Error> {
        let Ok(path) = path.parse::<RepoPath>() else { return Ok(Write::Go) };
        let sighting = Sighting { mask: self.mask, plan: self.plan, project: self.project };
        if !self.writes || self.is_decided(&path) || !sighting.is_needed(&path)? {
            return Ok(Write::Go);
        }
        // Nobody has to allow that the plan's own content is shown.
        let set = if content::is_touched(self.plan, &path) { Missing::Load } else { self.missing };
        let choice = match set {
            Missing::Load if self.is_too_large(&path) => Some(Missing::Skip),
            Missing::Ask => (self.ask)(&path),
            _ => Some(set),
        };
        self.choice = choice;
        let word = choice.map_or("ask", Missing::as_str).to_owned();
        self.emit(RunEvent::MissingFile { path: path.clone(), choice: word });
        Ok(match choice {
            Some(Missing::Overwrite) => {
                self.overwrite.insert(path.clone());
                self.allowed.push(path);
                Write::Overwrite
            }
            Some(Missing::Skip) => {
                self.skipped.insert(path);
                Write::Drop
            }
            Some(Missing::Load | Missing::Ask) | None => Write::Stop,
        })
    }

    fn operation(&mut self, op: &FileOp, masked: bool) -> Result<(), Error> {
        if !self.writes {
            return Ok(());
        }
        match self.check(op)? {
            Ok(proposed) => {
                let proposed = Proposed { masked: masked && op.content.as_ref().is_some_and(|text| text.contains(HIDDEN)), ..proposed };
                let (kind, path, destination) = (proposed.kind, proposed.path.clone(), proposed.destination.clone());
                self.emit(RunEvent::Operation { kind, path, destination });
                self.build(op, &proposed)?;
                self.proposed.push(proposed);
            }
            Err(refused) => self.refuse(op, refused),
        }
        Ok(())
    }
}

/// An operation that was turned down when it was proposed; it stays in the plan with its reason, where a person can look it up.
pub fn turned_down(op: &FileOp, refused: Refused) -> Option<Proposed> {
    let (kind, explanation) = (op.kind, op.explanation.clone());
    let destination = op.destination.as_deref().and_then(|path| path.parse().ok());
    Some(Proposed {
        kind,
        path: refused.path?,
        destination,
        explanation,
        body: None,
        overwrite: false,
        masked: false,
        shown: Vec::new(),
        error: Some(refused.message),
    })
}

impl Coder<'_> {
    fn refuse(&mut self, op: &FileOp, refused: Refused) {
        self.emit(RunEvent::Error { message: refused.message.clone(), hint: None });
        self.proposed.extend(turned_down(op, refused));
    }

    /// Whether the file is more than a request can show.
    fn is_too_large(&mut self, path: &RepoPath) -> bool {
        let bytes = self.project.paths().iter().find(|listed| listed.path == *path).map_or(0, |listed| listed.bytes);
        let too_large = estimate_tokens_for_bytes(bytes) > self.most_tokens;
        if too_large {
            self.emit(RunEvent::Error {
                message: format!("'{path}' is too large to be shown to the model, so it stays as it is"),
                hint: None,
            });
        }
        too_large
    }

    /// Whether the reply may write to the file without another word: the request shows it, the reply has written it
    /// before, or the user has chosen.
    fn is_decided(&self, path: &RepoPath) -> bool {
        let proposed = self.proposed.iter().any(|known| known.path == *path || known.destination.as_ref() == Some(path));
        proposed || self.held.contains_key(path) || self.skipped.contains(path) || self.overwrite.contains(path)
    }

    /// Checks the operation's paths; the inner error is for the user.
    fn check(&self, op: &FileOp) -> Result<Result<Proposed, Refused>, Error> {
        let path = match self.target(op.kind, &op.path)? {
            Ok(path) => path,
            Err(refused) => return Ok(Err(refused)),
        };
        let destination = match op.destination.as_deref().map(|path| self.target(op.kind, path)).transpose()? {
            Some(Ok(path)) => Some(path),
            Some(Err(refused)) => return Ok(Err(Refused { path: Some(path), ..refused })),
            None => None,
        };
        if self.skipped.contains(&path) {
            let message = format!("'{path}' is left out, as you chose");
            return Ok(Err(Refused { path: Some(path), message }));
        }
        let body = op.content.as_ref().map(|text| self.store.write_blob(text.as_bytes())).transpose()?;
        let overwrite = self.overwrite.contains(&path);
        let explanation = op.explanation.clone();
        let shown = Vec::new();
        let proposed = Proposed { kind: op.kind, path, destination, explanation, body, overwrite, masked: false, shown, error: None };
        let sights = Sights { store: self.store, plan: self.plan, mask: self.mask, held: &self.held };
        Ok(Ok(Proposed { shown: sights.of(&proposed, &self.proposed)?, ..proposed }))
    }

    fn target(&self, kind: OperationKind, text: &str) -> Result<Target, Error> {
        if let Some(path) = text.parse().ok().filter(|path| self.queue.knows(path) && script_fault(kind, path).is_none()) {
            return Ok(Ok(path));
        }
        let targets = Targets { store: self.store, plan: self.plan, project: self.project };
        targets.target(kind, text, |path| self.held.contains_key(path))
    }

    fn build(&mut self, op: &FileOp, proposed: &Proposed) -> Result<(), Error> {
        if !self.builds {
            return Ok(());
        }
        for path in std::iter::once(&proposed.path).chain(&proposed.destination) {
            let shown = proposed.shown.iter().find(|sight| sight.path == *path).map(|sight| &sight.file);
            begin(self.store, self.plan, shown, self.queue, path)?;
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
        masked: proposed.masked,
    }
}

/// Tells the queue what `path` holds: the plan's pending content, what was `shown` of it, or the user's file.
pub fn begin(store: &Store, plan: &Plan, shown: Option<&Option<Entry>>, queue: &mut BuildQueue, path: &RepoPath) -> Result<(), Error> {
    if queue.knows(path) {
        return Ok(());
    }
    let read = |entry: Option<&Entry>| entry.map(|entry| content::content(store, entry)).transpose();
    if content::is_touched(plan, path) {
        queue.begin_with(path, read(plan.result.get(path))?, read(plan.base.get(path))?);
        return Ok(());
    }
    let clean = match shown {
        Some(entry) => read(entry.as_ref())?,
        None if path.as_str() == Some(APPLY_SCRIPT) => None,
        None => content::read(store, path)?,
    };
    queue.begin_with(path, clean.clone(), clean);
    Ok(())
}
