//! How a reply changes the task list.

use std::collections::BTreeMap;

use super::completion::key;
use super::value::Reply;

/// A task that stands on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Its title.
    pub title: &'a str,
    /// Whether it is done.
    pub done: bool,
}

/// What becomes of a task; numbers are places in the list and in the reply's drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskMove {
    /// It stays as it is.
    Keep(usize),
    /// The draft takes its place and keeps its identity.
    Redefine {
        /// The place of the task in the list.
        existing: usize,
        /// The place of its new wording in the reply.
        draft: usize,
    },
    /// The draft is a new task.
    Add(usize),
    /// It leaves the list.
    Remove(usize),
}

/// The new list in its order, then the removals.
///
/// Tasks that are done stay. A task list in the reply replaces all open tasks, where one of the same title is the same
/// task; without one, only the titles to remove go. A draft that repeats a task that is done adds nothing.
pub fn merge_tasks(existing: &[Listed<'_>], reply: &Reply) -> Vec<TaskMove> {
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let done = |title: &str| existing.iter().any(|task| task.done && key(task.title) == title);
    for (at, _) in existing.iter().enumerate().filter(|(_, task)| !task.done) {
        open.entry(key(existing[at].title)).or_insert(at);
    }
    let removed: Vec<String> = reply.removed_tasks.iter().map(|title| key(title)).collect();
    let stays = |task: &Listed<'_>| task.done || reply.tasks.is_empty() && !removed.contains(&key(task.title));
    let mut moves: Vec<TaskMove> = (0..existing.len()).filter(|at| stays(&existing[*at])).map(TaskMove::Keep).collect();
    for (draft, task) in reply.tasks.iter().enumerate() {
        let title = key(&task.title);
        match open.remove(&title) {
            Some(existing) => moves.push(TaskMove::Redefine { existing, draft }),
            None if done(&title) => {}
            None => moves.push(TaskMove::Add(draft)),
        }
    }
    let kept = |at: &usize| moves.iter().any(|one| matches!(one, TaskMove::Keep(n) | TaskMove::Redefine { existing: n, .. } if n == at));
    let gone: Vec<TaskMove> = (0..existing.len()).filter(|at| !kept(at)).map(TaskMove::Remove).collect();
    moves.extend(gone);
    moves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::parse;

    const OPEN: bool = false;
    const DONE: bool = true;

    fn merge(existing: &[(&str, bool)], reply: &str) -> Vec<TaskMove> {
        let listed: Vec<Listed<'_>> = existing.iter().map(|(title, done)| Listed { title, done: *done }).collect();
        merge_tasks(&listed, &parse(reply))
    }

    #[test]
    fn an_open_task_that_is_listed_again_unchanged_stays_on_the_list() {
        let moves = merge(&[("A", DONE), ("B", OPEN), ("C", OPEN)], "### Tasks\n1. C\n2. B\n3. D\n");
        let redefined = |existing, draft| TaskMove::Redefine { existing, draft };
        assert_eq!(moves, [TaskMove::Keep(0), redefined(2, 0), redefined(1, 1), TaskMove::Add(2)]);
    }

    #[test]
    fn a_new_list_replaces_what_is_open_and_repeats_nothing_that_is_done() {
        let moves = merge(&[("A", DONE), ("B", OPEN)], "### Tasks\n1. A\n2. E\n");
        assert_eq!(moves, [TaskMove::Keep(0), TaskMove::Add(1), TaskMove::Remove(1)]);
    }

    #[test]
    fn removal_takes_open_tasks_alone() {
        let moves = merge(&[("A", DONE), ("B", OPEN), ("C", OPEN)], "### Remove Tasks\n- A\n- `b`\n- Z\n");
        assert_eq!(moves, [TaskMove::Keep(0), TaskMove::Keep(2), TaskMove::Remove(1)]);
    }

    #[test]
    fn an_empty_list_removes_nothing() {
        assert_eq!(merge(&[("B", OPEN)], "### Tasks\nNothing to do.\n"), [TaskMove::Keep(0)]);
    }
}
