//! Files that a reply begins to write without having seen them: what to do about each is decided once and kept in the history.

use std::collections::BTreeSet;

use crate::config::{Mask, Missing};
use crate::context::Project;
use crate::plan::{
    Change, ContextItem, EntityId, EventKind, Message, OperationKind, Plan, Refusal, RepoPath, Role, RunEvent, Stage, Subtask,
};

use super::Error;
use super::chain::chain_text;
use super::content;
use super::record::put;
use super::reply::stop_reason::{MISSING_FILE, OVERWRITTEN_FILE, SKIPPED_FILE};
use super::run::Run;

/// The files that replies to the last prompt were to leave out.
pub fn skipped(plan: &Plan) -> BTreeSet<RepoPath> {
    since_prompt(plan).filter_map(|m| stopped_at(m, SKIPPED_FILE)).collect()
}

/// The files that replies to the last prompt may write anew without having seen them.
pub fn overwritten(plan: &Plan) -> BTreeSet<RepoPath> {
    let stopped = since_prompt(plan).filter_map(|m| stopped_at(m, OVERWRITTEN_FILE));
    stopped.chain(since_prompt(plan).flat_map(|m| m.overwrite_paths.iter().cloned())).collect()
}

fn since_prompt(plan: &Plan) -> impl Iterator<Item = &Message> {
    plan.messages.iter().rev().map(|m| &**m).take_while(|m| m.role == Role::Assistant)
}

fn stopped_at(message: &Message, kind: &str) -> Option<RepoPath> {
    message.stop_reason.as_deref()?.strip_prefix(kind)?.parse().ok()
}

/// Tells which files a model must have been shown before it writes to them.
#[derive(Clone, Copy)]
pub struct Sighting<'a> {
    /// The keys in use: a file that holds one is never shown.
    pub mask: &'a Mask,
    /// The plan.
    pub plan: &'a Plan,
    /// The files that models may know of.
    pub project: &'a Project<'a>,
}

impl Sighting<'_> {
    /// Whether there is text at `path` that the model has not written itself.
    pub fn is_needed(&self, path: &RepoPath) -> Result<bool, Error> {
        if content::is_touched(self.plan, path) {
            let own = |op: &&std::sync::Arc<crate::plan::Operation>| op.kind == OperationKind::File && op.path == *path;
            let wrote_whole = !self.plan.base.contains_key(path) && self.plan.operations.iter().any(|op| own(&op));
            return Ok(self.plan.result.contains_key(path) && !wrote_whole);
        }
        if !self.project.has(path) {
            return Ok(false);
        }
        // What is no text is not stored for the question.
        Ok(
            matches!(self.project.read(std::slice::from_ref(path), false, &|bytes| self.mask.found_in(bytes))?.pop(), Some(Ok(file)) if file.text().is_some()),
        )
    }
}

impl Run<'_> {
    /// Leaves out the file that a stopped reply waits for when the request cannot show it beside the others.
    pub(super) fn leave_out_unshown(&mut self, message: EntityId) -> Result<(), Error> {
        let Some(stopped) = self.snapshot.plan.message(message).cloned() else { return Ok(()) };
        let Some(path) = stopped_at(&stopped, MISSING_FILE) else { return Ok(()) };
        if self.shows(stopped.subtask, &path)? {
            return Ok(());
        }
        if !content::is_touched(&self.snapshot.plan, &path) && self.ws.store.file_mode(&path)?.is_none() {
            self.overwrite.insert(path.clone());
            return self.keep_choice(message, &path, OVERWRITTEN_FILE, &[]);
        }
        let words = format!("'{path}' cannot be shown beside the other files, so it stays as it is");
        self.emit(RunEvent::Error { message: words, hint: None });
        self.skipped.insert(path.clone());
        self.keep_choice(message, &path, SKIPPED_FILE, &[])
    }

    /// Decides about the file that a stopped reply waits for; returns it if that is left to the user.
    pub(super) fn settle_missing(&mut self, message: EntityId) -> Result<Option<RepoPath>, Error> {
        let Some(path) = self.waits_for(message) else { return Ok(None) };
        let set = self.missing();
        let choice = if set == Missing::Ask { (self.ask)(&path) } else { Some(set) };
        let (items, reason) = match choice {
            None | Some(Missing::Ask) => return Ok(Some(path)),
            Some(Missing::Load) => (self.load_missing(&path.to_string())?, MISSING_FILE),
            Some(Missing::Skip) => (Vec::new(), SKIPPED_FILE),
            Some(Missing::Overwrite) => (Vec::new(), OVERWRITTEN_FILE),
        };
        // A file that is gone is written as a new one; one that cannot be shown is left alone.
        let reason = match reason {
            MISSING_FILE if items.is_empty() && self.ws.store.file_entry(&path)?.is_none() => OVERWRITTEN_FILE,
            MISSING_FILE if items.is_empty() => SKIPPED_FILE,
            reason => reason,
        };
        match reason {
            SKIPPED_FILE => drop(self.skipped.insert(path.clone())),
            OVERWRITTEN_FILE => drop(self.overwrite.insert(path.clone())),
            _ => {}
        }
        self.keep_choice(message, &path, reason, &items)?;
        Ok(None)
    }

    /// The file that a stopped reply began to write, if nothing has been decided about it.
    fn waits_for(&self, message: EntityId) -> Option<RepoPath> {
        let plan = &self.snapshot.plan;
        let stopped = plan.message(message)?;
        let path = stopped_at(stopped, MISSING_FILE)?;
        let shown = self.wanted(Stage::Implementation, stopped.subtask).iter().any(|(wanted, _)| *wanted == path);
        (!shown).then_some(path)
    }

    fn keep_choice(&mut self, message: EntityId, path: &RepoPath, reason: &str, items: &[ContextItem]) -> Result<(), Error> {
        let word = match reason {
            SKIPPED_FILE => "Leave out",
            OVERWRITTEN_FILE => "Let the reply overwrite",
            _ => "Load",
        };
        let record = self.record(EventKind::Update, format!("{word} {path}"));
        let ws = self.ws;
        ws.store.append(&mut self.snapshot, &record, &mut |plan| {
            let stopped = plan.message(message).ok_or_else(|| Refusal("the reply is gone".into()))?;
            let mut changes = vec![Change::Message(with_reason(plan, stopped, path, reason))];
            let mut next_id = ws.ids(plan);
            changes.extend(items.iter().map(|item| put(plan, item, &mut next_id)));
            let task = plan.subtasks.iter().find(|task| Some(task.id) == stopped.subtask);
            changes.extend(task.filter(|_| !items.is_empty()).map(|task| Change::Subtask(using(task, path))));
            Ok(changes)
        })?;
        Ok(())
    }
}

/// The stopped reply with what was decided; of one whose block is left out, the part before the block.
fn with_reason(plan: &Plan, stopped: &Message, path: &RepoPath, reason: &str) -> Message {
    let mut message = Message { stop_reason: Some(format!("{reason}{path}")), ..stopped.clone() };
    if reason == SKIPPED_FILE {
        let whole = chain_text(plan, stopped.id);
        let earlier = whole.len() - stopped.text.len();
        let head = crate::reply::parse(&whole).open_block.map_or(whole.len(), |block| block.head);
        message.text.truncate(head.saturating_sub(earlier));
    }
    message
}

fn using(task: &Subtask, path: &RepoPath) -> Subtask {
    let mut task = task.clone();
    let path = path.to_string();
    if !task.uses.contains(&path) {
        task.uses.push(path);
    }
    task
}
