//! Files that a reply begins to write without having seen them: what to do about each is decided once and kept in the history.

use std::collections::BTreeSet;

use crate::config::Missing;
use crate::plan::{Change, ContextItem, EntityId, EventKind, Message, Plan, Refusal, RepoPath, Role, Subtask};

use super::Error;
use super::chain::chain_text;
use super::reply::stop_reason::{MISSING_FILE, OVERWRITTEN_FILE, SKIPPED_FILE};
use super::run::Run;

/// The paths that replies to the last prompt were stopped at for the reason `kind`.
pub fn decided(plan: &Plan, kind: &str) -> BTreeSet<RepoPath> {
    let since_prompt = plan.messages.iter().rev().take_while(|m| m.role == Role::Assistant);
    let reasons = since_prompt.filter_map(|m| m.stop_reason.as_deref());
    reasons.filter_map(|reason| reason.strip_prefix(kind)?.parse().ok()).collect()
}

impl Run<'_> {
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
        // A file that cannot be shown any more is written as a new one.
        let reason = if reason == MISSING_FILE && items.is_empty() { OVERWRITTEN_FILE } else { reason };
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
        let path: RepoPath = plan.message(message)?.stop_reason.as_deref()?.strip_prefix(MISSING_FILE)?.parse().ok()?;
        let loaded = plan.context.iter().any(|item| item.path.as_ref() == Some(&path));
        (!loaded).then_some(path)
    }

    fn keep_choice(&mut self, message: EntityId, path: &RepoPath, reason: &str, items: &[ContextItem]) -> Result<(), Error> {
        let word = match reason {
            SKIPPED_FILE => "Leave out",
            OVERWRITTEN_FILE => "Let the reply overwrite",
            _ => "Load",
        };
        let record = self.record(EventKind::Update, format!("{word} {path}"));
        self.ws.store.append(&mut self.snapshot, &record, &mut |plan| {
            let stopped = plan.message(message).ok_or_else(|| Refusal("the reply is gone".into()))?;
            let mut changes = vec![Change::Message(with_reason(plan, stopped, path, reason))];
            changes.extend(items.iter().cloned().map(Change::Context));
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
