//! How a reply's tasks change the list.

use crate::plan::{Change, EntityId, Plan, Subtask, SubtaskState};
use crate::reply::{Listed, Reply, TaskDraft, TaskMove, merge_tasks};

/// The list as a reply leaves it.
#[derive(Debug, Default)]
pub struct TaskChanges {
    /// What to store.
    pub changes: Vec<Change>,
    /// Titles that were not open before.
    pub added: Vec<String>,
    /// Titles that were open and are not any more.
    pub removed: Vec<String>,
}

/// Merges a reply's tasks into the plan's list; new ids come from `next_id`.
pub fn task_changes(plan: &Plan, reply: &Reply, next_id: &mut dyn FnMut() -> EntityId, now: &str) -> TaskChanges {
    let tasks: Vec<&Subtask> = plan.tasks().into_iter().map(|task| &**task).collect();
    let listed: Vec<_> = tasks.iter().map(|task| Listed { title: &task.title, done: task.state == SubtaskState::Done }).collect();
    let mut out = TaskChanges::default();
    for (order, step) in merge_tasks(&listed, reply).into_iter().enumerate() {
        let order = order as u64;
        match step {
            TaskMove::Keep(at) => out.keep(tasks[at], order),
            TaskMove::Redefine { existing, draft } => out.put(tasks[existing].clone(), &reply.tasks[draft], order),
            TaskMove::Add(draft) => {
                let draft = &reply.tasks[draft];
                out.added.push(draft.title.clone());
                out.put(new_task(next_id(), draft, now), draft, order);
            }
            TaskMove::Remove(at) => {
                out.removed.push(tasks[at].title.clone());
                out.changes.push(Change::Subtask(Subtask { state: SubtaskState::Removed, ..tasks[at].clone() }));
            }
        }
    }
    out
}

impl TaskChanges {
    fn keep(&mut self, task: &Subtask, order: u64) {
        if task.order != order {
            self.changes.push(Change::Subtask(Subtask { order, ..task.clone() }));
        }
    }

    fn put(&mut self, mut task: Subtask, draft: &TaskDraft, order: u64) {
        task.order = order;
        task.description.clone_from(&draft.description);
        task.uses.clone_from(&draft.uses);
        self.changes.push(Change::Subtask(task));
    }
}

fn new_task(id: EntityId, draft: &TaskDraft, now: &str) -> Subtask {
    Subtask {
        id,
        title: draft.title.clone(),
        description: String::new(),
        uses: Vec::new(),
        order: 0,
        state: SubtaskState::Open,
        tries: 0,
        created: Some(now.to_owned()),
        started: None,
        completed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::IdSource;

    fn with(plan: &Plan, text: &str) -> (Plan, TaskChanges) {
        let mut ids = IdSource::after(plan.last_id());
        let merged = task_changes(plan, &crate::reply::parse(text), &mut || ids.next(1, 1), "now");
        let mut after = plan.clone();
        merged.changes.iter().cloned().for_each(|change| after.apply(change));
        (after, merged)
    }

    fn titles(plan: &Plan) -> Vec<&str> {
        plan.tasks().into_iter().map(|t| t.title.as_str()).collect()
    }

    fn finish(plan: &mut Plan, at: usize) {
        let mut done = (*plan.subtasks[at]).clone();
        done.state = SubtaskState::Done;
        plan.apply(Change::Subtask(done));
    }

    #[test]
    fn a_new_list_replaces_the_open_tasks_and_keeps_the_done() {
        let (mut plan, _) = with(&Plan::default(), "### Tasks\n\n1. a\n2. b\n3. c\n");
        finish(&mut plan, 0);
        let (after, merged) = with(&plan, "### Tasks\n\n1. c\n2. d\n");
        assert_eq!(titles(&after), ["a", "c", "d"]);
        assert_eq!((merged.added, merged.removed), (vec!["d".to_owned()], vec!["b".to_owned()]));
    }

    #[test]
    fn an_open_task_that_is_listed_again_is_not_dropped_as_a_duplicate() {
        let (plan, _) = with(&Plan::default(), "### Tasks\n\n1. a\n");
        let (after, merged) = with(&plan, "### Tasks\n\n1. a\n");
        assert_eq!(after.tasks().len(), 1);
        assert_eq!(after.tasks()[0].id, plan.tasks()[0].id);
        assert!(merged.removed.is_empty() && merged.added.is_empty());
    }

    #[test]
    fn only_open_tasks_can_be_removed() {
        let (mut plan, _) = with(&Plan::default(), "### Tasks\n\n1. a\n2. b\n");
        finish(&mut plan, 0);
        let (after, merged) = with(&plan, "### Remove Tasks\n\n- a\n- b\n");
        assert_eq!(titles(&after), ["a"]);
        assert_eq!(merged.removed, ["b"]);
    }
}
