//! A run: reply after reply until the plan is done or the user is wanted.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Key, LostApply, Missing, Model, Models, Role, Settings};
use crate::context::{Project, ProjectMap};
use crate::llm::Client;
use crate::plan::{Call, Cost, EntityId, EventKind, Plan, Record, RepoPath, RunEvent, RunState, Stage, SubtaskState, Usage};
use crate::store::{Lease, Snapshot};

use super::build::{BuildQueue, Wait};
use super::chain::chain_text;
use super::lost::Lost;
use super::step::{Rest, Step, in_chat, next_step, open_task};
use super::workspace::Workspace;
use super::{Budget, Cancel, Error, asked};

/// The most replies of one run, whatever the settings say.
pub const MAX_REPLIES: u32 = 200;

/// How often a run goes on by itself after a stream broke off midway.
pub(super) const MAX_RESUMES: u32 = 3;

/// What a run is asked for.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// End after one reply.
    pub stop: bool,
    /// End with the tasks.
    pub plan_only: bool,
    /// Take up the open tasks although a chat or an answer came after them.
    pub go_on: bool,
    /// What to do about a file that the reply writes without having seen it; the setting if nothing.
    pub missing: Option<Missing>,
    /// What to do about applied files that are no longer in the working tree; the setting if nothing.
    pub lost: Option<LostApply>,
}

/// Why a run ended without an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// Every task is done.
    AllDone,
    /// The prompt was answered without tasks, in a chat or because the model had none.
    Answered,
    /// The last reply of a `tell` made no tasks and no chat was asked for.
    NoTasks,
    /// One reply was asked for, or the settings end here.
    Paused,
    /// The tasks stand, and no more was asked for.
    Planned,
    /// The user stopped it.
    Cancelled,
    /// The most replies of a run were made.
    Limit(u32),
    /// The reply wants a file that it has not seen, and the user is to choose.
    MissingFile(RepoPath),
    /// Applied files are no longer in the working tree, and the user is to choose; nothing was begun.
    LostApply(Lost),
    /// Applied files that are gone cannot be brought back, as these have been changed in the same places; nothing was begun.
    NotRestored(Vec<RepoPath>),
    /// There is no prompt to go on with.
    NoPrompt,
}

/// A run at work.
pub struct Run<'a> {
    pub(super) ws: &'a Workspace,
    pub(super) snapshot: Snapshot,
    pub(super) lease: Lease,
    pub(super) settings: &'a Settings,
    pub(super) models: &'a Models,
    pub(super) client: &'a Client,
    pub(super) options: RunOptions,
    pub(super) events: &'a mut dyn FnMut(RunEvent),
    pub(super) ask: &'a mut dyn FnMut(&RepoPath) -> Option<Missing>,
    pub(super) cancel: Cancel,
    pub(super) project: Project<'a>,
    /// The map of the project, made when the architect is first asked.
    pub(super) map: Option<ProjectMap>,
    pub(super) queue: BuildQueue,
    pub(super) skipped: BTreeSet<RepoPath>,
    pub(super) overwrite: BTreeSet<RepoPath>,
    pub(super) budget: Budget,
    /// The models that took over for the rest of the run, by role.
    pub(super) taken_over: BTreeMap<Role, Model>,
    pub(super) replies: u32,
    pub(super) resumes: u32,
}

impl Run<'_> {
    /// Works until the run ends; what was stored until then stays, whatever happens.
    pub async fn work(&mut self) -> Result<RunEnd, Error> {
        let limit = MAX_REPLIES.min(u32::try_from(self.settings.int(Key::MaxReplies)).unwrap_or(MAX_REPLIES));
        loop {
            if self.cancel.is_cancelled() {
                return Ok(RunEnd::Cancelled);
            }
            let mut step = next_step(&self.snapshot.plan, self.can_choose());
            let go_on = std::mem::take(&mut self.options.go_on);
            if go_on && step == Step::Rest(Rest::Answered) && self.snapshot.plan.current_task().is_some() {
                step = open_task(&self.snapshot.plan);
            }
            if self.options.plan_only && self.is_past_planning(step) {
                return Ok(RunEnd::Planned);
            }
            if let Step::Rest(rest) = step {
                return Ok(self.rest(rest));
            }
            if self.replies >= limit {
                return Ok(RunEnd::Limit(limit));
            }
            if let Some(end) = self.step(step).await? {
                return Ok(end);
            }
        }
    }

    /// Works, and waits for all builds however the work ends.
    pub async fn work_and_build(&mut self) -> Result<RunEnd, Error> {
        if self.settings.bool(Key::AutoBuild) {
            self.build_waiting().await?;
        }
        let end = self.work().await;
        if self.queue.is_busy() {
            self.emit(RunEvent::State { state: RunState::Building });
        }
        let built = self.finish_builds(&Wait::All).await;
        end_of(end, built, self.cancel.is_cancelled())
    }

    async fn step(&mut self, step: Step) -> Result<Option<RunEnd>, Error> {
        match step {
            Step::Context => self.reply(Stage::Context, None, None).await,
            Step::Tasks => self.reply(Stage::Tasks, None, None).await,
            Step::Chat => self.reply(Stage::Chat, None, None).await,
            Step::Implementation { task } => self.reply(Stage::Implementation, Some(task), None).await,
            Step::Resume { message } => self.resume(message).await,
            Step::Verdict { task, message } => self.verdict(task, message).await.map(|()| None),
            Step::Rest(rest) => Ok(Some(self.rest(rest))),
        }
    }

    async fn resume(&mut self, message: EntityId) -> Result<Option<RunEnd>, Error> {
        if let Some(path) = self.settle_missing(message)? {
            return Ok(Some(RunEnd::MissingFile(path)));
        }
        self.leave_out_unshown(message)?;
        let stopped = self.snapshot.plan.message(message).expect("the step names a message of this plan");
        let (stage, task) = (stopped.stage.unwrap_or(Stage::Chat), stopped.subtask);
        if crate::reply::parse(&chain_text(&self.snapshot.plan, message)).finished {
            return self.conclude(stage, task, message);
        }
        self.reply(stage, task, Some(message)).await
    }

    fn rest(&self, rest: Rest) -> RunEnd {
        match rest {
            Rest::NoPrompt => RunEnd::NoPrompt,
            Rest::AllDone => RunEnd::AllDone,
            Rest::Answered if in_chat(&self.snapshot.plan) => RunEnd::Answered,
            Rest::Answered => RunEnd::NoTasks,
        }
    }

    /// Whether the tasks stand, so that what comes next is work on them.
    fn is_past_planning(&self, step: Step) -> bool {
        let of_a_task = |message| self.snapshot.plan.message(message).is_some_and(|m| m.stage == Some(Stage::Implementation));
        match step {
            Step::Implementation { .. } | Step::Verdict { .. } | Step::Rest(Rest::AllDone) => true,
            Step::Resume { message } => of_a_task(message),
            _ => false,
        }
    }

    /// Whether the architect has anything to choose from.
    pub(super) fn can_choose(&self) -> bool {
        self.settings.bool(Key::AutoLoadContext) && !self.project.paths().is_empty()
    }

    /// Whether the run ends after a reply of `stage` although more is left to do.
    pub(super) fn pauses_after(&self, stage: Stage) -> bool {
        let goes_on = self.settings.bool(Key::AutoContinue) || stage == Stage::Context;
        self.options.stop || !goes_on
    }

    pub(super) fn emit(&mut self, event: RunEvent) {
        (self.events)(event);
    }

    /// A record of this run.
    pub(super) fn record(&self, event: EventKind, subject: impl Into<String>) -> Record {
        Record { run: Some(self.lease.nonce().to_owned()), ..Record::new(event, subject) }
    }

    /// A record of this run with the calls that it paid for.
    pub(super) fn call_record(&self, event: EventKind, subject: impl Into<String>, stage: Stage, calls: &[Call]) -> Record {
        let model = calls.last().map(|call| call.model.clone());
        Record { stage: Some(stage), model, calls: calls.to_vec(), ..self.record(event, subject) }
    }

    /// Tells the user what the run left behind.
    pub(super) fn done(&mut self, state: RunState) {
        let event = done(&self.snapshot.plan, state, self.budget.used(), self.budget.spent());
        self.emit(event);
    }

    /// Asks a helper model and counts what it used.
    pub(super) async fn helper(&mut self, role: Role, messages: &[crate::plan::ChatMessage]) -> Result<(String, Call), Error> {
        let model = self.models.for_role(role);
        let answer = asked::answer(self.client, model, messages, &self.budget, &self.cancel, &mut *self.events).await?;
        self.emit(answer.call.event());
        Ok((self.models.mask().text(&answer.text).into_owned(), answer.call))
    }
}

/// How a run ended whose last builds were stored or not: its own error says more than one that came after it.
fn end_of(end: Result<RunEnd, Error>, built: Result<(), Error>, cancelled: bool) -> Result<RunEnd, Error> {
    match (end, built) {
        (Err(error), _) if !matches!(error, Error::Cancelled) => Err(error),
        (_, Err(error)) => Err(error),
        (Err(_), Ok(())) => Ok(RunEnd::Cancelled),
        (Ok(_), Ok(())) if cancelled => Ok(RunEnd::Cancelled),
        (Ok(end), Ok(())) => Ok(end),
    }
}

/// The event that ends a run, with what it left behind.
pub(super) fn done(plan: &Plan, state: RunState, usage: Usage, cost: Cost) -> RunEvent {
    let open_tasks = plan.tasks().iter().filter(|task| task.state == SubtaskState::Open).count();
    RunEvent::Done { state, open_tasks, pending: plan.changed_paths().into_iter().cloned().collect(), usage, cost }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_of_a_run_is_told_not_that_of_the_builds_after_it() {
        let empty = || Error::EmptyReply { model: "m".into() };
        assert!(matches!(end_of(Err(empty()), Err(Error::OutputLimit), false), Err(Error::EmptyReply { .. })));
        assert!(matches!(end_of(Ok(RunEnd::AllDone), Err(empty()), false), Err(Error::EmptyReply { .. })));
        assert!(matches!(end_of(Err(Error::Cancelled), Err(empty()), true), Err(Error::EmptyReply { .. })));
        assert_eq!(end_of(Err(Error::Cancelled), Ok(()), true).expect("no error"), RunEnd::Cancelled);
        assert_eq!(end_of(Ok(RunEnd::Paused), Ok(()), true).expect("no error"), RunEnd::Cancelled);
        assert_eq!(end_of(Ok(RunEnd::Paused), Ok(()), false).expect("no error"), RunEnd::Paused);
    }
}
