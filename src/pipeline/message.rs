//! The message of the user's commit.

use crate::config::{Role, Settings};
use crate::plan::{Operation, OperationState, Plan, RepoPath, RunEvent};
use crate::prompt;
use crate::store::Snapshot;
use crate::worktree::FileChange;

use super::apply::CommitWish;
use super::workspace::Workspace;
use super::{Cancel, Error, asked};

/// Writes a message for a commit of `changes`: by a model, or from the tasks when none answers.
pub async fn commit_message(
    ws: &Workspace,
    settings: &Settings,
    snapshot: &Snapshot,
    changes: &[FileChange],
    mut cancel: Cancel,
    say: &mut dyn FnMut(RunEvent),
) -> Result<CommitWish, Error> {
    let plan = &snapshot.plan;
    let paths: Vec<&RepoPath> = changes.iter().map(|change| &change.path).collect();
    let client = ws.client().clone();
    if crate::worktree::is_committed(ws.store.repo(), changes)? {
        // A model is not paid for the message of a commit that will not be made.
        return Ok(CommitWish { message: from_tasks(plan, &paths), hide: ws.env().key_variables(), calls: Vec::new() });
    }
    let Ok(models) = cancel.unless(ws.models(&client, settings, Some(&plan.meta))).await? else {
        return Ok(CommitWish { message: from_tasks(plan, &paths), hide: ws.env().key_variables(), calls: Vec::new() });
    };
    let operations = operations(plan, &paths);
    let explanations: Vec<&str> = operations.iter().map(|op| op.explanation.as_str()).filter(|text| !text.is_empty()).collect();
    let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
    let messages = prompt::commit_message(&explanations, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let client = client.with_mask(models.mask().clone());
    let (model, budget) = (models.for_role(Role::CommitMessages), ws.budget(settings));
    let answer = asked::answer(&client, model, &messages, &budget, &cancel, say).await;
    if matches!(answer, Err(Error::Cancelled)) {
        return Err(Error::Cancelled);
    }
    let calls = answer.iter().map(|answer| answer.call.clone()).collect();
    let written = answer.ok().and_then(|answer| crate::reply::commit_message(&answer.text)).filter(|text| !text.trim().is_empty());
    let message = written.unwrap_or_else(|| from_tasks(plan, &paths));
    Ok(CommitWish {
        message: models.mask().text(&message).into_owned(),
        hide: models.key_variables().iter().cloned().chain(ws.env().key_variables()).collect(),
        calls,
    })
}

fn operations<'a>(plan: &'a Plan, paths: &[&RepoPath]) -> Vec<&'a Operation> {
    let about = |op: &&Operation| paths.contains(&&op.path) || op.destination.as_ref().is_some_and(|to| paths.contains(&to));
    plan.operations.iter().map(|op| &**op).filter(|op| op.state == OperationState::Built).filter(about).collect()
}

/// The plan's title, and the titles of the tasks that the changes belong to.
fn from_tasks(plan: &Plan, paths: &[&RepoPath]) -> String {
    let mut tasks: Vec<_> = operations(plan, paths).iter().filter_map(|op| op.subtask).collect();
    tasks.dedup();
    let titles: Vec<&str> = plan.subtasks.iter().filter(|task| tasks.contains(&task.id)).map(|task| task.title.as_str()).collect();
    let title = if plan.meta.title.trim().is_empty() { "Apply a plan" } else { plan.meta.title.trim() };
    match titles.as_slice() {
        [] => title.to_owned(),
        [one] => (*one).to_owned(),
        many => format!("{title}\n\n{}", many.iter().map(|title| format!("- {title}")).collect::<Vec<_>>().join("\n")),
    }
}
