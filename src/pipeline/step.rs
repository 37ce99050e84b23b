//! What comes next, from the stored history alone.
//!
//! Any process can go on with any plan: nothing about the stage is kept anywhere else.
//!
//! | last message | next |
//! |---|---|
//! | prompt of `tell` | context if there is something to choose from, else tasks |
//! | prompt of `chat` | context if there is something to choose from, else chat |
//! | stopped reply | the same reply goes on |
//! | context reply that names what is not there, or a directory | context again, a few times |
//! | other context reply | tasks; for `chat`, chat if files were chosen |
//! | tasks reply that made tasks | the first open task |
//! | implementation reply | a verdict on its task if it is open and has none, else the first open task |

use std::sync::Arc;

use crate::plan::{EntityId, Message, Plan, Role, Stage};

use super::rounds::asks_again;

/// The next thing that a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The architect chooses files.
    Context,
    /// The planner writes the tasks.
    Tasks,
    /// An answer that touches no files.
    Chat,
    /// The coder works on a task.
    Implementation {
        /// The task.
        task: EntityId,
    },
    /// A model is asked whether the task that the last reply worked on is complete.
    Verdict {
        /// The task.
        task: EntityId,
        /// The reply.
        message: EntityId,
    },
    /// A stopped reply goes on.
    Resume {
        /// The stopped reply.
        message: EntityId,
    },
    /// Nothing is left to do.
    Rest(Rest),
}

/// Why nothing is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// There is no prompt yet.
    NoPrompt,
    /// The last prompt was answered, and no tasks came of it.
    Answered,
    /// Every task is done.
    AllDone,
}

/// Decides the next step; `can_choose` says whether auto-context is on and there are files to choose from.
pub fn next_step(plan: &Plan, can_choose: bool) -> Step {
    let Some(last) = plan.messages.last() else { return Step::Rest(Rest::NoPrompt) };
    if last.role == Role::User {
        return match (can_choose, is_chat(last)) {
            (true, _) => Step::Context,
            (false, true) => Step::Chat,
            (false, false) => Step::Tasks,
        };
    }
    if last.stopped {
        return Step::Resume { message: last.id };
    }
    match last.stage {
        Some(Stage::Context) if can_choose && asks_again(plan) => Step::Context,
        Some(Stage::Context) => after_context(plan, last),
        Some(Stage::Tasks) if last.did_make_plan => open_task(plan),
        Some(Stage::Implementation) => after_implementation(plan, last),
        _ => Step::Rest(Rest::Answered),
    }
}

/// Whether the conversation's last prompt was one of `chat`.
pub fn in_chat(plan: &Plan) -> bool {
    plan.messages.iter().rev().find(|m| m.role == Role::User).is_some_and(|m| is_chat(m))
}

fn is_chat(prompt: &Message) -> bool {
    prompt.stage == Some(Stage::Chat)
}

fn after_context(plan: &Plan, last: &Arc<Message>) -> Step {
    match (in_chat(plan), last.activated_paths.is_empty()) {
        (false, _) => Step::Tasks,
        (true, false) => Step::Chat,
        (true, true) => Step::Rest(Rest::Answered),
    }
}

fn after_implementation(plan: &Plan, last: &Arc<Message>) -> Step {
    let worked_on = last.subtask.filter(|_| last.unfinished.is_none());
    match (worked_on, open_task(plan)) {
        (Some(done), Step::Implementation { task }) if done == task => Step::Verdict { task, message: last.id },
        (_, next) => next,
    }
}

/// The first open task, or that there is none.
pub fn open_task(plan: &Plan) -> Step {
    plan.current_task().map_or(Step::Rest(Rest::AllDone), |task| Step::Implementation { task: task.id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, IdSource, Subtask, SubtaskState};

    struct History {
        plan: Plan,
        ids: IdSource,
    }

    impl History {
        fn new() -> Self {
            Self { plan: Plan::default(), ids: IdSource::after(None) }
        }

        fn say(&mut self, role: Role, stage: Option<Stage>, change: impl FnOnce(&mut Message)) -> EntityId {
            let mut message = Message::new(self.ids.next(1, 1), role, "text");
            message.stage = stage;
            change(&mut message);
            let id = message.id;
            self.plan.apply(Change::Message(message));
            id
        }

        fn task(&mut self, state: SubtaskState) -> EntityId {
            let id = self.ids.next(1, 1);
            let task = Subtask {
                id,
                title: id.to_string(),
                description: String::new(),
                uses: vec![],
                order: 0,
                state,
                tries: 0,
                created: None,
                started: None,
                completed: None,
            };
            self.plan.apply(Change::Subtask(task));
            id
        }
    }

    #[test]
    fn a_tell_goes_through_its_stages() {
        let mut h = History::new();
        assert_eq!(next_step(&h.plan, true), Step::Rest(Rest::NoPrompt));
        h.say(Role::User, None, |_| ());
        assert_eq!(next_step(&h.plan, true), Step::Context);
        assert_eq!(next_step(&h.plan, false), Step::Tasks);
        h.say(Role::Assistant, Some(Stage::Context), |_| ());
        assert_eq!(next_step(&h.plan, true), Step::Tasks);
        h.say(Role::Assistant, Some(Stage::Tasks), |m| m.did_make_plan = true);
        let task = h.task(SubtaskState::Open);
        assert_eq!(next_step(&h.plan, true), Step::Implementation { task });
        let message = h.say(Role::Assistant, Some(Stage::Implementation), |m| m.subtask = Some(task));
        assert_eq!(next_step(&h.plan, true), Step::Verdict { task, message });
        h.say(Role::Assistant, Some(Stage::Implementation), |m| {
            m.subtask = Some(task);
            m.unfinished = Some("the tests are missing".into());
        });
        assert_eq!(next_step(&h.plan, true), Step::Implementation { task });
        let mut done = (*h.plan.subtasks[0]).clone();
        done.state = SubtaskState::Done;
        h.plan.apply(Change::Subtask(done));
        assert_eq!(next_step(&h.plan, true), Step::Rest(Rest::AllDone));
        let next = h.task(SubtaskState::Open);
        assert_eq!(next_step(&h.plan, true), Step::Implementation { task: next });
    }

    #[test]
    fn a_stopped_reply_goes_on_and_a_new_prompt_begins_anew() {
        let mut h = History::new();
        h.say(Role::User, None, |_| ());
        let message = h.say(Role::Assistant, Some(Stage::Tasks), |m| m.stopped = true);
        assert_eq!(next_step(&h.plan, true), Step::Resume { message });
        h.say(Role::User, None, |_| ());
        assert_eq!(next_step(&h.plan, true), Step::Context);
    }

    #[test]
    fn a_reply_without_tasks_is_an_answer() {
        let mut h = History::new();
        h.say(Role::User, None, |_| ());
        h.say(Role::Assistant, Some(Stage::Tasks), |_| ());
        assert_eq!(next_step(&h.plan, true), Step::Rest(Rest::Answered));
    }

    #[test]
    fn a_chat_reads_files_only_when_it_chose_some() {
        let mut h = History::new();
        h.say(Role::User, Some(Stage::Chat), |_| ());
        assert_eq!(next_step(&h.plan, false), Step::Chat);
        assert_eq!(next_step(&h.plan, true), Step::Context);
        h.say(Role::Assistant, Some(Stage::Context), |_| ());
        assert_eq!(next_step(&h.plan, true), Step::Rest(Rest::Answered));
        h.say(Role::Assistant, Some(Stage::Context), |m| m.activated_paths = vec!["a".parse().expect("valid")]);
        assert_eq!(next_step(&h.plan, true), Step::Chat);
    }
}
