//! Asks a model whether a task is complete when the reply did not say so.

use crate::config::Role;
use crate::plan::{Change, EntityId, EventKind, Message, Refusal, RunEvent, Stage, Subtask, SubtaskState};
use crate::prompt::{self, VerdictScene};

use super::Error;
use super::run::Run;
use super::scene::task_views;

impl Run<'_> {
    /// Decides about `task` and stores the verdict; a verdict that cannot be read means not complete.
    pub(super) async fn verdict(&mut self, task: EntityId, message: EntityId) -> Result<(), Error> {
        let messages = {
            let plan = &self.snapshot.plan;
            let at = plan.tasks().iter().position(|t| t.id == task).ok_or(Error::TaskGone)?;
            let view = task_views(plan).swap_remove(at);
            let replies: Vec<&str> = plan.messages.iter().filter(|m| m.subtask == Some(task)).map(|m| m.text.as_str()).collect();
            prompt::verdict(&VerdictScene { task: view, replies: &replies })
        };
        let (text, calls) = match self.helper(Role::AutoContinue, &messages).await {
            Ok((text, call)) => (text, vec![call]),
            Err(Error::Llm(error)) => {
                self.emit(RunEvent::Error { message: format!("no verdict on the task: {error}"), hint: None });
                (String::new(), Vec::new())
            }
            Err(error) => return Err(error),
        };
        let verdict = crate::reply::verdict(&text);
        let finished = verdict.as_ref().is_some_and(|v| v.finished);
        let reasoning = verdict.map_or_else(|| "the task was not named as completed".to_owned(), |v| v.reasoning);
        let title = self.task_title(task);
        let subject = if finished { format!("Complete the task: {title}") } else { format!("Go on with the task: {title}") };
        let record = self.call_record(EventKind::Tasks, subject, Stage::Implementation, &calls);
        let now = self.ws.clock.now();
        self.ws.store.append(&mut self.snapshot, &record, &mut |plan| {
            let reply = plan.message(message).ok_or_else(|| Refusal("the reply is gone".into()))?;
            let open = plan.subtasks.iter().find(|t| t.id == task && t.state == SubtaskState::Open);
            // Somebody has dropped or finished it meanwhile: the next step sees that.
            let Some(open) = open else { return Ok(Vec::new()) };
            Ok(vec![if finished {
                Change::Subtask(Subtask { state: SubtaskState::Done, completed: Some(now.clone()), ..(**open).clone() })
            } else {
                Change::Message(Message { unfinished: Some(reasoning.clone()), ..(**reply).clone() })
            }])
        })?;
        if finished {
            self.task_done(task, title);
        }
        Ok(())
    }

    pub(super) fn task_title(&self, task: EntityId) -> String {
        self.snapshot.plan.subtasks.iter().find(|t| t.id == task).map(|t| t.title.clone()).unwrap_or_default()
    }

    pub(super) fn task_done(&mut self, id: EntityId, title: String) {
        let open = self.snapshot.plan.tasks().iter().filter(|t| t.state == SubtaskState::Open).count();
        self.emit(RunEvent::TaskDone { id, title, open });
    }
}
