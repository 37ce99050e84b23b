//! What a finished or stopped reply changes in the plan (pure).

use crate::plan::{
    Call, Change, ContextItem, EntityId, Message, ObjectId, Operation, OperationKind, OperationState, Plan, Refusal, RepoPath, Role, Sight,
    Stage, Subtask, SubtaskState, used_together,
};
use crate::reply::{Reply, same_title};

use super::tasks::task_changes;

/// How many finished replies a task may take before it counts as done all the same.
pub const MAX_TRIES: u32 = 4;

/// A proposed operation before it has an id.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// What it does.
    pub kind: OperationKind,
    /// Its path.
    pub path: RepoPath,
    /// Where a move goes.
    pub destination: Option<RepoPath>,
    /// The prose that explained it.
    pub explanation: String,
    /// The proposal's blob.
    pub body: Option<ObjectId>,
    /// Whether the proposal replaces a file that the model was not shown.
    pub overwrite: bool,
    /// Whether a key was hidden in it.
    pub masked: bool,
    /// What its files were when it was proposed, as far as that is known.
    pub shown: Vec<Sight>,
    /// Why it cannot be done, if it is refused already.
    pub error: Option<String>,
}

/// Everything about a reply that goes into the store.
#[derive(Debug, Clone)]
pub struct ReplyFacts {
    /// The stage.
    pub stage: Stage,
    /// The task at hand, for the implementation.
    pub subtask: Option<EntityId>,
    /// The stopped reply that this one goes on with.
    pub continues: Option<EntityId>,
    /// The last message when the request was made; a reply for the same place is stored only once.
    pub predecessor: Option<EntityId>,
    /// The new text.
    pub text: String,
    /// Why it was stopped, if it was.
    pub stop_reason: Option<String>,
    /// The model that is asked.
    pub model: String,
    /// The calls that were answered.
    pub calls: Vec<Call>,
    /// When the request was sent, RFC 3339 UTC.
    pub started: String,
    /// When the reply ended, RFC 3339 UTC.
    pub finished: String,
    /// The operations that were complete in the new text.
    pub operations: Vec<Proposed>,
    /// Files that the reply may write anew without having seen them, as the user chose.
    pub overwrites: Vec<RepoPath>,
    /// Paths that the reply chose.
    pub activated: Vec<RepoPath>,
    /// Paths that the reply chose and that do not exist.
    pub unknown: Vec<String>,
    /// Directories that it wants to look into.
    pub opened: Vec<RepoPath>,
    /// The context items that come of the chosen paths; they replace what was loaded automatically before.
    pub loaded: Option<Vec<ContextItem>>,
    /// Context items that join what is there.
    pub added: Vec<ContextItem>,
}

impl ReplyFacts {
    /// Facts of a reply of `stage` that begins at `started`, with nothing in it yet.
    pub fn new(stage: Stage, model: String, started: String) -> Self {
        Self {
            stage,
            model,
            calls: Vec::new(),
            finished: started.clone(),
            started,
            subtask: None,
            continues: None,
            predecessor: None,
            text: String::new(),
            stop_reason: None,
            operations: Vec::new(),
            overwrites: Vec::new(),
            activated: Vec::new(),
            unknown: Vec::new(),
            opened: Vec::new(),
            loaded: None,
            added: Vec::new(),
        }
    }
}

/// What a stored reply did.
#[derive(Debug, Default)]
pub struct Recorded {
    /// What to store.
    pub changes: Vec<Change>,
    /// The message's id.
    pub message: Option<EntityId>,
    /// The ids of the operations that are new and to be built, in order.
    pub operations: Vec<EntityId>,
    /// Titles of tasks that joined the list.
    pub added: Vec<String>,
    /// Titles of tasks that left it.
    pub removed: Vec<String>,
    /// The task that the reply completed.
    pub done: Option<(EntityId, String)>,
    /// Whether the task counts as done only because it took too many replies.
    pub gave_up: bool,
}

/// Works out what the reply changes; refused when the conversation has moved on without it.
pub fn record(plan: &Plan, facts: &ReplyFacts, reply: &Reply, next_id: &mut dyn FnMut() -> EntityId) -> Result<Recorded, Refusal> {
    let last = plan.messages.last().map(|m| m.id);
    if last != facts.predecessor {
        return Err(Refusal("the conversation has moved on since the reply was asked for".into()));
    }
    let mut out = Recorded::default();
    let complete = facts.stop_reason.is_none();
    let mut message = message_of(facts, next_id());
    out.message = Some(message.id);
    if complete && facts.stage == Stage::Tasks {
        let tasks = task_changes(plan, reply, next_id, &facts.finished);
        message.did_make_plan = reply.has_tasks && !reply.tasks.is_empty() || !reply.removed_tasks.is_empty();
        (out.added, out.removed) = (tasks.added, tasks.removed);
        out.changes.extend(tasks.changes);
    }
    out.changes.push(Change::Message(message.clone()));
    add_operations(facts, message.id, &mut out, next_id);
    load(plan, facts, &mut out, next_id);
    let open = |task: &&std::sync::Arc<Subtask>| Some(task.id) == facts.subtask && task.state == SubtaskState::Open;
    if let Some(task) = plan.subtasks.iter().find(open) {
        work_on(task, facts, reply, &mut out);
    }
    Ok(out)
}

fn message_of(facts: &ReplyFacts, id: EntityId) -> Message {
    let mut message = Message::new(id, Role::Assistant, facts.text.clone());
    message.predecessor = facts.predecessor;
    message.stage = Some(facts.stage);
    message.subtask = facts.subtask;
    message.continues = facts.continues;
    message.was_context_stage = facts.stage == Stage::Context;
    message.activated_paths = facts.activated.clone();
    message.unknown_paths = facts.unknown.clone();
    message.opened_paths = facts.opened.clone();
    message.overwrite_paths = facts.overwrites.clone();
    message.stopped = facts.stop_reason.is_some();
    message.stop_reason = facts.stop_reason.clone();
    message.model = Some(facts.model.clone());
    message.usage = used_together(&facts.calls);
    message.started = Some(facts.started.clone());
    message.finished = Some(facts.finished.clone());
    message
}

/// Adds the operations.
fn add_operations(facts: &ReplyFacts, message: EntityId, out: &mut Recorded, next_id: &mut dyn FnMut() -> EntityId) {
    for proposed in &facts.operations {
        let id = next_id();
        if proposed.error.is_none() {
            out.operations.push(id);
        }
        out.changes.push(Change::Operation(Operation {
            id,
            message,
            subtask: facts.subtask,
            kind: proposed.kind,
            path: proposed.path.clone(),
            destination: proposed.destination.clone(),
            explanation: proposed.explanation.clone(),
            overwrite: proposed.overwrite,
            masked: proposed.masked,
            shown: proposed.shown.clone(),
            state: if proposed.error.is_some() { OperationState::Rejected } else { OperationState::Pending },
            error: proposed.error.clone(),
            attempts: Vec::new(),
            commit: None,
            body: proposed.body.clone(),
        }));
    }
}

/// Puts the chosen files in place of what an earlier context phase loaded, keeping items that are chosen again.
fn load(plan: &Plan, facts: &ReplyFacts, out: &mut Recorded, next_id: &mut dyn FnMut() -> EntityId) {
    let mut changes: Vec<_> = facts.added.iter().map(|item| put(plan, item, next_id)).collect();
    if let Some(loaded) = &facts.loaded {
        let chosen = |item: &ContextItem| loaded.iter().any(|new| new.path == item.path);
        let stale = plan.context.iter().filter(|item| item.auto_loaded && !chosen(item));
        changes.extend(stale.map(|item| Change::RemoveContext(item.id)));
        changes.extend(loaded.iter().map(|item| put(plan, item, next_id)));
    }
    out.changes.append(&mut changes);
}

/// Puts a file into the context under the id that it has there, or a new one.
pub fn put(plan: &Plan, item: &ContextItem, next_id: &mut dyn FnMut() -> EntityId) -> Change {
    let known = plan.context.iter().find(|known| known.path.is_some() && known.path == item.path);
    let id = known.map_or_else(next_id, |known| known.id);
    let auto_loaded = known.map_or(item.auto_loaded, |known| known.auto_loaded);
    Change::Context(ContextItem { id, auto_loaded, ..item.clone() })
}

/// Counts the reply on its task, and completes the task when the reply says so or the task has taken too many.
fn work_on(task: &Subtask, facts: &ReplyFacts, reply: &Reply, out: &mut Recorded) {
    let mut task = task.clone();
    task.started.get_or_insert_with(|| facts.started.clone());
    if let Some(path) = facts.added.iter().find_map(|item| item.path.as_ref()).map(ToString::to_string)
        && !task.uses.contains(&path)
    {
        task.uses.push(path);
    }
    if facts.stop_reason.is_none() {
        let said = reply.completed_tasks.iter().any(|title| same_title(title, &task.title));
        out.gave_up = !said && task.tries >= MAX_TRIES;
        task.tries += 1;
        if said || out.gave_up {
            task.state = SubtaskState::Done;
            task.completed = Some(facts.finished.clone());
            out.done = Some((task.id, task.title.clone()));
        }
    }
    out.changes.push(Change::Subtask(task));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::IdSource;

    fn facts(stage: Stage, plan: &Plan, text: &str) -> ReplyFacts {
        let predecessor = plan.messages.last().map(|m| m.id);
        ReplyFacts { predecessor, text: text.into(), ..ReplyFacts::new(stage, "m".into(), "s".into()) }
    }

    fn store(plan: &mut Plan, facts: &ReplyFacts) -> Recorded {
        let mut ids = IdSource::after(plan.last_id());
        let recorded = record(plan, facts, &crate::reply::parse(&facts.text), &mut || ids.next(1, 1)).expect("not refused");
        recorded.changes.iter().cloned().for_each(|change| plan.apply(change));
        recorded
    }

    fn planned() -> Plan {
        let mut plan = Plan::default();
        let tasks = facts(Stage::Tasks, &plan, "### Tasks\n\n1. Write it\n\n2. Test it\n");
        let recorded = store(&mut plan, &tasks);
        assert_eq!(recorded.added, ["Write it", "Test it"]);
        plan
    }

    #[test]
    fn a_task_is_done_when_the_reply_says_so() {
        let mut plan = planned();
        let mut reply = facts(Stage::Implementation, &plan, "**Write it** has been completed.\n");
        reply.subtask = plan.current_task().map(|t| t.id);
        let recorded = store(&mut plan, &reply);
        assert_eq!(recorded.done.map(|(_, title)| title), Some("Write it".into()));
        assert_eq!(plan.current_task().map(|t| t.title.as_str()), Some("Test it"));
    }

    #[test]
    fn another_tasks_sentence_does_not_complete_this_one() {
        let mut plan = planned();
        let mut reply = facts(Stage::Implementation, &plan, "**Test it** has been completed.\n");
        reply.subtask = plan.current_task().map(|t| t.id);
        assert!(store(&mut plan, &reply).done.is_none());
    }

    #[test]
    fn a_task_that_takes_too_many_replies_counts_as_done() {
        let mut plan = planned();
        for n in 0..=MAX_TRIES {
            let mut reply = facts(Stage::Implementation, &plan, "still at it\n");
            reply.subtask = plan.current_task().map(|t| t.id);
            let recorded = store(&mut plan, &reply);
            assert_eq!(recorded.gave_up, n == MAX_TRIES);
        }
        assert_eq!(plan.current_task().map(|t| t.title.as_str()), Some("Test it"));
    }

    #[test]
    fn a_continuation_is_joined_and_brings_only_new_operations() {
        let mut plan = planned();
        let operation = |path: &str| Proposed {
            kind: OperationKind::File,
            path: path.parse().expect("valid"),
            destination: None,
            explanation: String::new(),
            body: None,
            overwrite: false,
            masked: false,
            shown: Vec::new(),
            error: None,
        };
        let mut first = facts(Stage::Implementation, &plan, "one\nhal");
        first.subtask = plan.current_task().map(|t| t.id);
        first.stop_reason = Some("user".into());
        first.operations = vec![operation("a")];
        store(&mut plan, &first);
        let mut second = facts(Stage::Implementation, &plan, "f a line\n");
        second.subtask = first.subtask;
        second.continues = plan.messages.last().map(|m| m.id);
        second.operations = vec![operation("b")];
        store(&mut plan, &second);
        let paths: Vec<_> = plan.operations.iter().map(|op| op.path.to_string()).collect();
        assert_eq!(paths, ["a", "b"]);
        let last = plan.messages.last().expect("stored").id;
        assert_eq!(crate::pipeline::chain::chain_text(&plan, last), "one\nhalf a line\n");
    }

    #[test]
    fn a_reply_for_a_place_that_is_taken_is_refused() {
        let plan = planned();
        let reply = facts(Stage::Chat, &Plan::default(), "late");
        let mut ids = IdSource::after(plan.last_id());
        assert!(record(&plan, &reply, &crate::reply::parse("late"), &mut || ids.next(1, 1)).is_err());
    }
}
