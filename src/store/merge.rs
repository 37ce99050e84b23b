//! Merging two histories of a plan, entity by entity, as a pure function.
//!
//! Git's own merge of trees looks for renames and obeys the project's attributes; between files of a plan both do harm.
//! What this cannot merge without losing something is kept apart, as two branches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::plan::{EntityId, Entry, Operation, OperationState, Plan, PlanMeta, RepoPath, Subtask};

/// Why two histories are kept apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Apart {
    /// Both sides talked on.
    #[error("both sides have new messages")]
    Messages,
    /// Both sides changed an entity, in ways of which neither is further.
    #[error("both sides changed {0}")]
    Entity(String),
    /// Both sides changed a pending file.
    #[error("both sides changed the pending content of '{0}'")]
    Path(RepoPath),
}

/// What a plan has for a path: as it first saw it, and as it proposes it.
type Pair<'p> = (Option<&'p Entry>, Option<&'p Entry>);

/// Merges what `a` and `b` made of `base`; the order of the two does not matter.
pub fn merge(base: &Plan, a: &Plan, b: &Plan) -> Result<Plan, Apart> {
    let [new_a, new_b] = [a, b].map(|side| new_messages(base, side));
    if !new_a.is_subset(&new_b) && !new_b.is_subset(&new_a) {
        return Err(Apart::Messages);
    }
    let mut merged = Plan {
        meta: meta(&base.meta, &a.meta, &b.meta)?,
        messages: list("a message", |m| m.id, &base.messages, &a.messages, &b.messages, |_, _, _| None)?,
        summaries: list("a summary", |s| s.id, &base.summaries, &a.summaries, &b.summaries, |_, _, _| None)?,
        subtasks: list("a task", |t| t.id, &base.subtasks, &a.subtasks, &b.subtasks, subtask)?,
        context: list("a context item", |c| c.id, &base.context, &a.context, &b.context, |_, _, _| None)?,
        operations: list("an operation", |o| o.id, &base.operations, &a.operations, &b.operations, operation)?,
        ..Plan::default()
    };
    for path in [base, a, b].into_iter().flat_map(|plan| plan.base.keys().chain(plan.result.keys())).collect::<BTreeSet<_>>() {
        let (first, proposed) = pair(path, base, a, b)?;
        merged.base.extend(first.map(|entry| (path.clone(), entry.clone())));
        merged.result.extend(proposed.map(|entry| (path.clone(), entry.clone())));
    }
    match clash(&merged.base).or_else(|| clash(&merged.result)) {
        Some(path) => Err(Apart::Path(path)),
        None => Ok(merged),
    }
}

fn new_messages(base: &Plan, side: &Plan) -> BTreeSet<EntityId> {
    side.messages.iter().map(|message| message.id).filter(|id| base.message(*id).is_none()).collect()
}

/// A path cannot be a file on one side and a directory on the other.
fn clash(files: &BTreeMap<RepoPath, Entry>) -> Option<RepoPath> {
    files.keys().find(|path| path.ancestors().any(|dir| files.contains_key(&dir))).cloned()
}

/// Three versions of one thing: the changed side wins, an edit wins over a deletion, and `resolve` settles two edits.
///
/// The outer option is empty when the two stay apart, the inner one when the thing is gone.
fn three_way<T: PartialEq + Clone>(
    base: Option<&T>,
    a: Option<&T>,
    b: Option<&T>,
    resolve: impl FnOnce(&T, &T, &T) -> Option<T>,
) -> Option<Option<T>> {
    if a == b || b == base {
        return Some(a.cloned());
    }
    if a == base {
        return Some(b.cloned());
    }
    match (base, a, b) {
        (_, None, edited) | (_, edited, None) => Some(edited.cloned()),
        (Some(base), Some(a), Some(b)) => resolve(base, a, b).map(Some),
        (None, Some(_), Some(_)) => None,
    }
}

fn list<T: PartialEq + Clone>(
    what: &str,
    id: impl Fn(&T) -> EntityId,
    base: &[Arc<T>],
    a: &[Arc<T>],
    b: &[Arc<T>],
    resolve: impl Fn(&T, &T, &T) -> Option<T>,
) -> Result<Vec<Arc<T>>, Apart> {
    let index = |side: &[Arc<T>]| side.iter().map(|entity| (id(entity), entity.clone())).collect::<BTreeMap<_, _>>();
    let [base, a, b] = [base, a, b].map(index);
    let mut merged = Vec::new();
    for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
        let settle = |base: &Arc<T>, a: &Arc<T>, b: &Arc<T>| resolve(base, a, b).map(Arc::new);
        let entity = three_way(base.get(key), a.get(key), b.get(key), settle);
        merged.extend(entity.ok_or_else(|| Apart::Entity(format!("{what} ({key})")))?);
    }
    Ok(merged)
}

/// The further state and the larger number of tries; the rest field by field.
fn subtask(base: &Subtask, a: &Subtask, b: &Subtask) -> Option<Subtask> {
    fn field<T: PartialEq + Clone>(base: &T, a: &T, b: &T) -> Option<T> {
        three_way(Some(base), Some(a), Some(b), |_, _, _| None)?
    }
    let further = if a.state >= b.state { a } else { b };
    Some(Subtask {
        id: base.id,
        title: field(&base.title, &a.title, &b.title)?,
        description: field(&base.description, &a.description, &b.description)?,
        uses: field(&base.uses, &a.uses, &b.uses)?,
        order: field(&base.order, &a.order, &b.order)?,
        state: further.state,
        tries: a.tries.max(b.tries),
        created: base.created.clone(),
        started: earlier(&a.started, &b.started),
        completed: if a.state == b.state { earlier(&a.completed, &b.completed) } else { further.completed.clone() },
    })
}

/// The earlier of two times that may be missing; RFC 3339 in UTC sorts as text.
fn earlier(a: &Option<String>, b: &Option<String>) -> Option<String> {
    a.iter().chain(b).min().cloned()
}

/// The operation that is further: applied, rejected, built, pending.
fn operation(_: &Operation, a: &Operation, b: &Operation) -> Option<Operation> {
    match a.state.cmp(&b.state) {
        std::cmp::Ordering::Greater => Some(a.clone()),
        std::cmp::Ordering::Less => Some(b.clone()),
        std::cmp::Ordering::Equal => None,
    }
}

fn meta(base: &PlanMeta, a: &PlanMeta, b: &PlanMeta) -> Result<PlanMeta, Apart> {
    let field = |name: &str, base: &String, a: &String, b: &String| {
        three_way(Some(base), Some(a), Some(b), |_, _, _| None).flatten().ok_or_else(|| Apart::Entity(format!("the {name}")))
    };
    Ok(PlanMeta {
        id: base.id.clone(),
        created: base.created.clone(),
        base: three_way(base.base.as_ref(), a.base.as_ref(), b.base.as_ref(), |_, _, _| None)
            .ok_or_else(|| Apart::Entity("the commit that the plan was begun on".into()))?,
        title: field("title", &base.title, &a.title, &b.title)?,
        config: keys("setting", &base.config, &a.config, &b.config)?,
        models: keys("model", &base.models, &a.models, &b.models)?,
    })
}

fn keys(
    what: &str,
    base: &BTreeMap<String, String>,
    a: &BTreeMap<String, String>,
    b: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Apart> {
    let mut merged = BTreeMap::new();
    for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
        let value = three_way(base.get(key), a.get(key), b.get(key), |_, _, _| None);
        merged.extend(value.ok_or_else(|| Apart::Entity(format!("the {what} '{key}'")))?.map(|value| (key.clone(), value)));
    }
    Ok(merged)
}

/// The overlay entries of a path; where both sides moved it, it goes with the side whose operations are further.
fn pair<'p>(path: &RepoPath, base: &'p Plan, a: &'p Plan, b: &'p Plan) -> Result<Pair<'p>, Apart> {
    let of = |plan: &'p Plan| (plan.base.get(path), plan.result.get(path));
    let (old, ours, theirs) = (of(base), of(a), of(b));
    if ours == theirs || theirs == old {
        return Ok(ours);
    }
    if ours == old {
        return Ok(theirs);
    }
    let (a, b) = (states(path, a), states(path, b));
    match (leads(&a, &b), leads(&b, &a)) {
        (true, false) => Ok(ours),
        (false, true) => Ok(theirs),
        _ => Err(Apart::Path(path.clone())),
    }
}

/// How far the operations on a path are.
fn states(path: &RepoPath, plan: &Plan) -> BTreeMap<EntityId, OperationState> {
    let touches = |op: &&Arc<Operation>| op.path == *path || op.destination.as_ref() == Some(path);
    plan.operations.iter().filter(touches).map(|op| (op.id, op.state)).collect()
}

/// Whether one side has all operations of the other, each as far or further.
fn leads(one: &BTreeMap<EntityId, OperationState>, other: &BTreeMap<EntityId, OperationState>) -> bool {
    other.iter().all(|(id, state)| one.get(id).is_some_and(|mine| mine >= state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, ContextItem, FileMode, IdSource, Message, ObjectId, Role, SubtaskState};
    use crate::store::codec;

    fn id(n: u64) -> EntityId {
        IdSource::after(None).next(1_760_000_000_000 + n, 0)
    }

    fn blob(n: u8) -> ObjectId {
        ObjectId::from_hex(&format!("{n:040x}")).expect("hexadecimal")
    }

    fn file(n: u8) -> Option<Entry> {
        Some(Entry { mode: FileMode::Regular, oid: blob(n) })
    }

    fn path(text: &str) -> RepoPath {
        text.parse().expect("a path")
    }

    fn task(n: u64, state: SubtaskState, tries: u32) -> Subtask {
        let plain: Subtask = codec::from_yaml(format!("title: task {n}").as_bytes()).expect("a task");
        Subtask { id: id(n), order: n, state, tries, ..plain }
    }

    fn op(n: u64, at: &str, state: OperationState) -> Operation {
        let plain: Operation = codec::from_yaml(format!("message: {}\nkind: file\npath: {at}", id(1)).as_bytes()).expect("an operation");
        Operation { id: id(n), state, ..plain }
    }

    fn note(n: u64) -> ContextItem {
        let plain: ContextItem = codec::from_yaml(format!("type: note\nname: note {n}\noid: '{}'", blob(1)).as_bytes()).expect("a note");
        ContextItem { id: id(n), ..plain }
    }

    fn with(plan: &Plan, changes: Vec<Change>) -> Plan {
        let mut plan = plan.clone();
        changes.into_iter().for_each(|change| plan.apply(change));
        plan
    }

    /// A base with a message, an open task, a built operation on `f`, and its pending content.
    fn base() -> Plan {
        let meta = PlanMeta { id: "x".into(), title: "t".into(), ..PlanMeta::default() };
        let changes = vec![
            Change::Meta(meta),
            Change::Message(Message::new(id(1), Role::User, "hello")),
            Change::Subtask(task(2, SubtaskState::Open, 1)),
            Change::Operation(op(3, "f", OperationState::Built)),
            Change::Context(note(4)),
            Change::Base(path("f"), file(1)),
            Change::Result(path("f"), file(2)),
        ];
        with(&Plan::default(), changes)
    }

    /// Merges both ways round; the result must not depend on the order.
    fn both_ways(a: Vec<Change>, b: Vec<Change>) -> Result<Plan, Apart> {
        let base = base();
        let (a, b) = (with(&base, a), with(&base, b));
        let merged = merge(&base, &a, &b);
        assert_eq!(merged, merge(&base, &b, &a));
        merged
    }

    #[test]
    fn what_one_side_added_joins_what_the_other_added() {
        let reply = Change::Message(Message::new(id(9), Role::Assistant, "hi"));
        let merged = both_ways(vec![reply, Change::Context(note(10))], vec![Change::Context(note(11))]).expect("merged");
        assert_eq!(merged.messages.len(), 2);
        assert_eq!(merged.context.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["note 4", "note 10", "note 11"]);
    }

    #[test]
    fn new_messages_on_both_sides_stay_apart() {
        let say = |n| vec![Change::Message(Message::new(id(n), Role::User, "hi"))];
        assert_eq!(both_ways(say(9), say(10)), Err(Apart::Messages));
        assert!(both_ways(say(9), say(9)).is_ok());
    }

    #[test]
    fn a_task_takes_the_further_state_and_the_larger_tries() {
        let a = vec![Change::Subtask(task(2, SubtaskState::Done, 2))];
        let b = vec![Change::Subtask(task(2, SubtaskState::Open, 5))];
        let merged = both_ways(a, b).expect("merged");
        assert_eq!((merged.subtasks[0].state, merged.subtasks[0].tries), (SubtaskState::Done, 5));
    }

    #[test]
    fn a_new_task_stays_open_beside_one_that_was_done() {
        let merged =
            both_ways(vec![Change::Subtask(task(2, SubtaskState::Done, 1))], vec![Change::Subtask(task(9, SubtaskState::Open, 0))]);
        let states: Vec<_> = merged.expect("merged").subtasks.iter().map(|task| task.state).collect();
        assert_eq!(states, [SubtaskState::Done, SubtaskState::Open]);
    }

    #[test]
    fn the_pending_content_moves_with_the_operation_that_is_further() {
        let applied =
            vec![Change::Operation(op(3, "f", OperationState::Applied)), Change::Base(path("f"), None), Change::Result(path("f"), None)];
        let rejected = vec![
            Change::Operation(op(3, "f", OperationState::Rejected)),
            Change::Base(path("f"), file(7)),
            Change::Result(path("f"), file(7)),
        ];
        let merged = both_ways(applied, rejected).expect("merged");
        assert_eq!(merged.operations[0].state, OperationState::Applied);
        assert!(merged.base.is_empty() && merged.result.is_empty());
    }

    #[test]
    fn a_new_build_against_an_apply_of_the_old_one_stays_apart() {
        let applied =
            vec![Change::Operation(op(3, "f", OperationState::Applied)), Change::Base(path("f"), None), Change::Result(path("f"), None)];
        let built = vec![Change::Operation(op(9, "f", OperationState::Built)), Change::Result(path("f"), file(3))];
        assert_eq!(both_ways(applied, built), Err(Apart::Path(path("f"))));
    }

    #[test]
    fn an_edit_wins_over_a_deletion() {
        let mut refreshed = note(4);
        refreshed.tokens = 99;
        let merged = both_ways(vec![Change::RemoveContext(id(4))], vec![Change::Context(refreshed.clone())]).expect("merged");
        assert_eq!(*merged.context[0], refreshed);
        assert!(both_ways(vec![Change::RemoveContext(id(4))], Vec::new()).expect("merged").context.is_empty());
    }

    #[test]
    fn settings_merge_key_by_key() {
        let set = |key: &str, value: &str| {
            let mut meta = base().meta;
            meta.config.insert(key.into(), value.into());
            vec![Change::Meta(meta)]
        };
        let merged = both_ways(set("a", "1"), set("b", "2")).expect("merged");
        assert_eq!(merged.meta.config.len(), 2);
        assert_eq!(both_ways(set("a", "1"), set("a", "2")), Err(Apart::Entity("the setting 'a'".into())));
    }

    #[test]
    fn a_file_and_a_directory_of_one_name_stay_apart() {
        let a = vec![Change::Result(path("d"), file(1))];
        let b = vec![Change::Result(path("d/x"), file(1))];
        assert_eq!(both_ways(a, b), Err(Apart::Path(path("d/x"))));
    }

    #[test]
    fn merging_with_an_unchanged_side_changes_nothing() {
        let changes = vec![Change::Subtask(task(2, SubtaskState::Removed, 1)), Change::Result(path("f"), None)];
        assert_eq!(both_ways(changes.clone(), Vec::new()).expect("merged"), with(&base(), changes));
    }
}
