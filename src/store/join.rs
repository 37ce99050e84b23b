//! The commit that joins two histories of a plan.

use crate::git::{Commit, Oid};
use crate::plan::{Change, EventKind, ObjectId, Plan, PlanRef, Record, Slug};

use super::read::{object_id, oid};
use super::{Apart, Error, Store, merge, message, write};

impl Store {
    /// Joins two commits of one plan and returns the commit that has both histories, or why they stay apart.
    ///
    /// No ref moves. The commit is the same whoever makes it: its parents are sorted, its author and dates are those of the
    /// younger parent. When one commit is an ancestor of the other, that is the other one.
    pub fn join(&self, one: &ObjectId, two: &ObjectId) -> Result<Result<ObjectId, Apart>, Error> {
        let (a, b) = if one <= two { (oid(one), oid(two)) } else { (oid(two), oid(one)) };
        let base = self.repo.merge_base(&a, &b)?;
        match base {
            Some(base) if base == a => return Ok(Ok(object_id(&b))),
            Some(base) if base == b => return Ok(Ok(object_id(&a))),
            _ => {}
        }
        // Histories without a common commit have nothing in common; everything is then an addition.
        let old = base.map_or_else(|| Ok(Plan::default()), |base| self.plan_of(&base))?;
        match merge(&old, &self.plan_of(&a)?, &self.plan_of(&b)?) {
            Ok(plan) => Ok(Ok(object_id(&self.write_joined(&plan, a, b)?))),
            Err(apart) => Ok(Err(apart)),
        }
    }

    fn plan_of(&self, commit: &Oid) -> Result<Plan, Error> {
        // The name is only carried along.
        Ok(self.load_commit(&PlanRef::main_of(Slug::main()), commit)?.plan)
    }

    fn write_joined(&self, plan: &Plan, a: Oid, b: Oid) -> Result<Oid, Error> {
        let empty = Plan { meta: plan.meta.clone(), ..Plan::default() };
        let tree = write::next_tree(&self.repo, &write::first_tree(&self.repo, &plan.meta)?, &empty, &everything(plan))?;
        let (first, second) = (self.repo.read_commit(&a)?, self.repo.read_commit(&b)?);
        let younger = if first.committer.seconds > second.committer.seconds { first } else { second };
        let record = Record::new(EventKind::Merge, "Merge two histories of the plan");
        let commit = Commit { tree, parents: vec![a, b], message: message::write(&record), ..younger };
        Ok(self.repo.write_commit(&commit)?)
    }
}

/// All that a plan holds beside `plan.yml`, as changes of an empty one.
fn everything(plan: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    changes.extend(plan.messages.iter().map(|entity| Change::Message((**entity).clone())));
    changes.extend(plan.summaries.iter().map(|entity| Change::Summary((**entity).clone())));
    changes.extend(plan.subtasks.iter().map(|entity| Change::Subtask((**entity).clone())));
    changes.extend(plan.context.iter().map(|entity| Change::Context((**entity).clone())));
    changes.extend(plan.operations.iter().map(|entity| Change::Operation((**entity).clone())));
    changes.extend(plan.base.iter().map(|(path, entry)| Change::Base(path.clone(), Some(entry.clone()))));
    changes.extend(plan.result.iter().map(|(path, entry)| Change::Result(path.clone(), Some(entry.clone()))));
    changes
}
