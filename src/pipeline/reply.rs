//! One request to a model and everything that comes of its reply.

use crate::config::{Fallback, Key, Missing, Model, Role};
use crate::llm::Request;
use crate::plan::{Call, ChatMessage, Cost, EntityId, EventKind, Role as Author, RunEvent, RunState, Stage};
use crate::prompt::{self, Ask, MissingFile};

use super::Error;
use super::asked::{self, Tried};
use super::build::Wait;
use super::chain::{chain, chain_text};
use super::conversation::{Conversation, Talk};
use super::listener::Coder;
use super::material::{budget, role_of};
use super::record::{Proposed, Recorded, ReplyFacts, record};
use super::run::{MAX_RESUMES, Run, RunEnd};
use super::scene::{Material, task_views, used_paths};
use super::sight::Held;
use super::stream::{self, Ended, Streamed};

/// Where the model is to stop, for those that can be told.
const FINISH: &[&str] = &["<PlandexFinish/>"];

/// How often a reply that writes files goes on after the limit of output.
const MAX_PARTS: u32 = 9;

/// Why a stored reply was stopped, as words in its front matter.
pub mod stop_reason {
    /// The user stopped it.
    pub const USER: &str = "user";
    /// The process was killed.
    pub const KILLED: &str = "killed";
    /// The model's limit of output was reached.
    pub const LENGTH: &str = "length";
    /// A file was to be loaded first; its path follows.
    pub const MISSING_FILE: &str = "missing-file ";
    /// A file was left out; its path follows.
    pub const SKIPPED_FILE: &str = "skipped-file ";
    /// A file is to be written anew although the model has not seen it; its path follows.
    pub const OVERWRITTEN_FILE: &str = "overwritten-file ";
    /// The stream failed; the words follow.
    pub const FAILED: &str = "failed: ";
}

impl Run<'_> {
    /// Asks for one reply, stores it with its operations, and builds them.
    pub(super) async fn reply(
        &mut self,
        stage: Stage,
        task: Option<EntityId>,
        continues: Option<EntityId>,
    ) -> Result<Option<RunEnd>, Error> {
        self.finish_builds(&self.needed(task)).await?;
        if self.cancel.is_cancelled() {
            return Ok(Some(RunEnd::Cancelled));
        }
        let first = continues.and_then(|id| chain(&self.snapshot.plan, id).first().map(|m| m.id));
        self.keep_short(stage, first).await?;
        let material = self.material(stage, task, first)?;
        let earlier = continues.map(|id| chain_text(&self.snapshot.plan, id)).unwrap_or_default();
        let messages = self.messages(&material, continues, &earlier);
        self.replies += 1;
        self.announce(stage, task);
        let tokens = asked::estimate(&messages);
        let mut model = self.model_for(role_of(stage), tokens);
        let mut facts = self.facts(stage, task, continues);
        let held: Held = material.files.iter().map(|file| (file.path.clone(), Some(file.entry.clone()))).collect();
        let mut tried = Tried::default();
        tried.admits(&model);
        let (streamed, journal, proposed, choice) = loop {
            self.budget.allow(&model)?;
            facts.model.clone_from(&model.id);
            let mut journal = self.lease.journal(&super::adopt::header(&facts, &held))?;
            let mut request = Request::new(&model, &messages);
            request.stop = if model.stop { FINISH } else { &[] };
            let stream = self.client.stream(&request);
            let began = std::time::Instant::now();
            let (cancel, mask) = (self.cancel.clone(), self.models.mask());
            let mut coder = self.coder(stage, held.clone());
            let streamed = stream::read(stream, &earlier, &mut journal, cancel, &mut coder, mask).await?;
            let (proposed, choice) = (std::mem::take(&mut coder.proposed), coder.choice);
            facts.overwrites = std::mem::take(&mut coder.allowed);
            self.count(&model, &mut facts, &streamed, began);
            match self.next_model(role_of(stage), &model, &streamed, tokens).filter(|next| tried.admits(next)) {
                Some(next) => {
                    journal.finish()?;
                    model = next;
                }
                None => break (streamed, journal, proposed, choice),
            }
        };
        let outcome = self.store_reply(&mut facts, &streamed, proposed, choice)?;
        // The journal goes only now that the reply is stored, or that there is nothing to store.
        journal.finish()?;
        if let Some(recorded) = outcome {
            self.tell_recorded(&recorded);
            self.queue.name(&recorded.operations);
            self.finish_builds(&Wait::Paths(Vec::new())).await?;
        }
        self.after(stage, streamed, choice)
    }

    /// Ends a stopped reply that had come to its end already: all that is missing is what it changes.
    pub(super) fn conclude(&mut self, stage: Stage, task: Option<EntityId>, stopped: EntityId) -> Result<Option<RunEnd>, Error> {
        let reply = crate::reply::parse(&chain_text(&self.snapshot.plan, stopped));
        let streamed = Streamed { text: String::new(), reply, ended: Ended::Complete, usage: Default::default() };
        let mut facts = self.facts(stage, task, Some(stopped));
        if let Some(recorded) = self.store_reply(&mut facts, &streamed, Vec::new(), None)? {
            self.tell_recorded(&recorded);
        }
        self.after(stage, streamed, None)
    }

    /// The model that is asked for a role: the one in force or what took over from it, or one with a larger window.
    fn model_for(&mut self, role: Role, tokens: u64) -> Model {
        let model = self.taken_over.get(&role).unwrap_or_else(|| self.models.for_role(role));
        let chosen = asked::large_enough(model, tokens).clone();
        if chosen.id != model.id {
            let reason = format!("about {tokens} tokens are more than {} takes", model.id);
            self.emit(asked::takes_over(reason, &chosen));
        }
        chosen
    }

    /// The model that takes over when nothing came of a request; for the rest of the run if the one before fails by itself.
    fn next_model(&mut self, role: Role, model: &Model, streamed: &Streamed, tokens: u64) -> Option<Model> {
        let error = match &streamed.ended {
            Ended::Failed(error) => error,
            Ended::Complete if streamed.is_empty() => {
                let next = asked::next(model, Fallback::Strong, tokens)?.clone();
                self.emit(asked::takes_over(Error::EmptyReply { model: model.id.clone() }.to_string(), &next));
                return Some(next);
            }
            _ => return None,
        };
        // What arrived is gone on from first; a stream that breaks again and again is another model's.
        let broken = !streamed.text.is_empty();
        if broken && self.resumes + 1 < MAX_RESUMES {
            return None;
        }
        let next = asked::after_error(model, error, tokens)?.clone();
        if error.remedy().fall_back != Some(Fallback::LargeContext) {
            self.taken_over.insert(role, next.clone());
        }
        self.emit(asked::takes_over(error.to_string(), &next));
        // What came is stored first; the model that took over goes on from it.
        (!broken).then_some(next)
    }

    /// Which builds a request has to wait for: those of the files that it shows.
    fn needed(&self, task: Option<EntityId>) -> Wait {
        match task {
            Some(task) if self.settings.bool(Key::SmartContext) => Wait::Paths(used_paths(&self.snapshot.plan, task)),
            _ => Wait::All,
        }
    }

    fn messages(&self, material: &Material, continues: Option<EntityId>, earlier: &str) -> Vec<ChatMessage> {
        let plan = &self.snapshot.plan;
        let until = continues.and_then(|id| chain(plan, id).first().map(|m| m.id));
        let limit = self.conversation_limit(material.stage);
        let Conversation { summary, mut turns } = Talk { plan, stage: material.stage, until, limit }.told();
        let tasks = task_views(plan);
        let open = crate::reply::parse(earlier).open_block.map(|block| block.path);
        let reason = continues.and_then(|id| plan.message(id)).and_then(|m| m.stop_reason.as_deref()).unwrap_or_default();
        let ask = match (continues, material.stage, turns.last().copied()) {
            (Some(_), ..) => resume_ask(reason, earlier, open.as_deref()),
            (None, Stage::Implementation, _) => Ask::ContinueImplementation,
            (None, _, Some(last)) if last.role == Author::User => {
                turns.pop();
                Ask::Prompt(&last.text)
            }
            // A chat that has chosen its files answers the prompt now that it sees them.
            (None, Stage::Chat, _) => {
                let at = turns.iter().rposition(|m| m.role == Author::User).expect("a chat begins with a prompt");
                let prompt = turns[at];
                turns.truncate(at);
                Ask::Prompt(&prompt.text)
            }
            _ => Ask::ContinuePlanning,
        };
        let mut scene = material.scene(plan, &tasks, &turns, ask);
        scene.summary = summary.map(|summary| summary.text.as_str());
        prompt::render(&scene)
    }

    fn announce(&mut self, stage: Stage, task: Option<EntityId>) {
        let model = self.models.for_role(role_of(stage)).id.clone();
        let (iteration, task) = (self.replies, task.map(|id| self.task_title(id)));
        self.emit(RunEvent::State { state: RunState::Replying });
        self.emit(RunEvent::Stage { stage, model, iteration, task });
    }

    fn facts(&self, stage: Stage, subtask: Option<EntityId>, continues: Option<EntityId>) -> ReplyFacts {
        let model = self.models.for_role(role_of(stage)).id.clone();
        let predecessor = self.snapshot.plan.messages.last().map(|m| m.id);
        ReplyFacts { subtask, continues, predecessor, ..ReplyFacts::new(stage, model, self.ws.clock.now()) }
    }

    /// What to do about a file that the reply has not seen: with auto-context it is loaded without asking.
    pub(super) fn missing(&self) -> Missing {
        let set = self.options.missing.unwrap_or_else(|| self.settings.missing());
        if set == Missing::Ask && self.options.missing.is_none() && self.settings.bool(Key::AutoLoadContext) { Missing::Load } else { set }
    }

    fn coder(&mut self, stage: Stage, held: Held) -> Coder<'_> {
        let (missing, builds) = (self.missing(), self.settings.bool(Key::AutoBuild));
        let most_tokens = budget(stage, self.models.for_role(role_of(stage)));
        Coder {
            store: &self.ws.store,
            plan: &self.snapshot.plan,
            project: &self.project,
            mask: self.models.mask(),
            held,
            queue: &mut self.queue,
            skipped: &mut self.skipped,
            overwrite: &mut self.overwrite,
            events: &mut *self.events,
            ask: &mut *self.ask,
            missing,
            most_tokens,
            writes: matches!(stage, Stage::Implementation),
            builds,
            proposed: Vec::new(),
            allowed: Vec::new(),
            choice: None,
        }
    }

    fn count(&mut self, model: &Model, facts: &mut ReplyFacts, streamed: &Streamed, began: std::time::Instant) {
        let used = streamed.usage;
        // A request that was turned down costs nothing.
        let refused = matches!(streamed.ended, Ended::Failed(_)) && streamed.text.is_empty() && used.is_zero();
        let cost = if refused { Cost::default() } else { self.budget.pay(model, &used) };
        let role = model.role.as_str().to_owned();
        let call = Call { role, model: model.id.clone(), usage: used, cost, millis: asked::millis(began) };
        self.emit(call.event());
        if !refused {
            facts.calls.push(call);
        }
    }

    /// Stores the reply; `None` when nothing arrived that is worth storing.
    fn store_reply(
        &mut self,
        facts: &mut ReplyFacts,
        streamed: &Streamed,
        proposed: Vec<Proposed>,
        choice: Option<Missing>,
    ) -> Result<Option<Recorded>, Error> {
        facts.text.clone_from(&streamed.text);
        facts.finished = self.ws.clock.now();
        facts.operations = proposed;
        facts.stop_reason = why_stopped(&streamed.ended, choice);
        let whole_is_empty = facts.text.trim().is_empty() && facts.continues.is_none();
        if whole_is_empty {
            return Ok(None);
        }
        if facts.stage == Stage::Context && facts.stop_reason.is_none() {
            self.choose_files(facts, &streamed.reply)?;
        }
        if let (Ended::MissingFile(path), Some(Missing::Load)) = (&streamed.ended, choice) {
            facts.added = self.load_missing(path)?;
        }
        self.append_reply(facts, &streamed.reply).map(Some)
    }

    fn append_reply(&mut self, facts: &ReplyFacts, reply: &crate::reply::Reply) -> Result<Recorded, Error> {
        let subject = subject(facts, facts.subtask.map(|id| self.task_title(id)).as_deref());
        let record_of_call = self.call_record(EventKind::Reply, subject, facts.stage, &facts.calls);
        let mut recorded = Recorded::default();
        let (ws, snapshot) = (self.ws, &mut self.snapshot);
        ws.store.append(snapshot, &record_of_call, &mut |plan| {
            let mut next_id = ws.ids(plan);
            recorded = record(plan, facts, reply, &mut next_id)?;
            Ok(std::mem::take(&mut recorded.changes))
        })?;
        Ok(recorded)
    }

    fn tell_recorded(&mut self, recorded: &Recorded) {
        use crate::plan::SubtaskState;
        if !recorded.added.is_empty() || !recorded.removed.is_empty() {
            let tasks = self.snapshot.plan.tasks();
            let done = tasks.iter().filter(|t| t.state == SubtaskState::Done).count();
            let open = tasks.len() - done;
            let (added, removed) = (recorded.added.clone(), recorded.removed.clone());
            self.emit(RunEvent::Tasks { added, removed, open, done });
        }
        if let Some((id, title)) = recorded.done.clone() {
            if recorded.gave_up {
                let message = format!("'{title}' took too many replies and counts as done; look at its changes");
                self.emit(RunEvent::Error { message, hint: Some("git plandex diff".into()) });
            }
            self.task_done(id, title);
        }
    }

    /// Decides what follows a reply that has been stored.
    fn after(&mut self, stage: Stage, streamed: Streamed, choice: Option<Missing>) -> Result<Option<RunEnd>, Error> {
        match streamed.ended {
            Ended::Cancelled => Ok(Some(RunEnd::Cancelled)),
            Ended::MissingFile(path) if choice.is_none() || choice == Some(Missing::Ask) => {
                Ok(Some(RunEnd::MissingFile(path.parse().map_err(Error::Path)?)))
            }
            Ended::MissingFile(_) => Ok(None),
            Ended::Failed(error) => self.after_failure(error, streamed.text.is_empty()),
            Ended::Length => self.after_length(stage, streamed.text.trim().is_empty()),
            Ended::Complete if streamed.is_empty() => Err(Error::EmptyReply { model: self.models.for_role(role_of(stage)).id.clone() }),
            Ended::Complete => {
                self.resumes = 0;
                Ok(self.pauses_after(stage).then_some(RunEnd::Paused))
            }
        }
    }

    /// Goes on by itself after a stream that broke midway, a few times.
    fn after_failure(&mut self, error: crate::llm::Error, nothing_came: bool) -> Result<Option<RunEnd>, Error> {
        self.resumes += 1;
        if nothing_came || !error.breaks_midway() || self.resumes > MAX_RESUMES {
            return Err(error.into());
        }
        let message = format!("{error}; going on from what arrived");
        self.emit(RunEvent::Error { message, hint: None });
        Ok(None)
    }

    fn after_length(&mut self, stage: Stage, nothing_came: bool) -> Result<Option<RunEnd>, Error> {
        self.resumes += 1;
        let most = if stage == Stage::Implementation { MAX_PARTS } else { MAX_RESUMES };
        if nothing_came || self.resumes > most {
            return Err(Error::OutputLimit);
        }
        // A person who talks can say themselves whether an answer is to go on.
        Ok((stage == Stage::Chat).then_some(RunEnd::Paused))
    }
}

fn why_stopped(ended: &Ended, choice: Option<Missing>) -> Option<String> {
    match ended {
        Ended::Complete => None,
        Ended::Cancelled => Some(stop_reason::USER.into()),
        Ended::Length => Some(stop_reason::LENGTH.into()),
        Ended::MissingFile(path) if choice == Some(Missing::Skip) => Some(format!("{}{path}", stop_reason::SKIPPED_FILE)),
        Ended::MissingFile(path) => Some(format!("{}{path}", stop_reason::MISSING_FILE)),
        Ended::Failed(error) => Some(format!("{}{error}", stop_reason::FAILED)),
    }
}

fn resume_ask<'a>(reason: &'a str, partial: &'a str, open_block: Option<&'a str>) -> Ask<'a> {
    if let Some(path) = reason.strip_prefix(stop_reason::MISSING_FILE) {
        return Ask::After { partial, path, choice: MissingFile::Added };
    }
    if let Some(path) = reason.strip_prefix(stop_reason::SKIPPED_FILE) {
        return Ask::After { partial, path, choice: MissingFile::Skipped };
    }
    if let Some(path) = reason.strip_prefix(stop_reason::OVERWRITTEN_FILE) {
        return Ask::After { partial, path, choice: MissingFile::Overwrite };
    }
    Ask::Resume { partial, block: open_block }
}

/// What the history says about a reply.
fn subject(facts: &ReplyFacts, task: Option<&str>) -> String {
    let what = match (facts.stage, task) {
        (Stage::Context, _) => "Choose files".to_owned(),
        (Stage::Tasks, _) => "Plan the tasks".to_owned(),
        (Stage::Implementation, Some(task)) => format!("Work on: {task}"),
        (Stage::Chat, _) => "Answer".to_owned(),
        (stage, _) => format!("Reply ({stage})"),
    };
    match facts.stop_reason {
        Some(_) => format!("{what} (stopped)"),
        None => what,
    }
}
