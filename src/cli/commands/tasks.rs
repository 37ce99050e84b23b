//! `git plandex tasks`.

use serde::Serialize;

use crate::plan::{Change, EventKind, Plan, Record, Refusal, Subtask, SubtaskState};
use crate::ui::{Table, counted};

use crate::cli::{CliError, session::Session};

/// List the tasks, or change the open ones
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print an array of objects
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Change an open task
    Edit {
        /// The task's number
        task: usize,
        /// The new title
        #[arg(long)]
        title: Option<String>,
        /// The new description
        #[arg(long)]
        description: Option<String>,
        /// The files that it needs, separated by commas
        #[arg(long, value_delimiter = ',')]
        uses: Option<Vec<String>>,
    },
    /// Take open tasks off the list
    Drop {
        /// The tasks' numbers
        #[arg(required = true)]
        tasks: Vec<usize>,
    },
    /// Move an open task to another place
    Reorder {
        /// The task's number
        task: usize,
        /// The number that it gets
        to: usize,
    },
}

#[derive(Serialize)]
struct Row<'a> {
    index: usize,
    id: String,
    title: &'a str,
    description: &'a str,
    uses: &'a [String],
    state: SubtaskState,
    tries: u32,
    created: Option<&'a str>,
    started: Option<&'a str>,
    completed: Option<&'a str>,
}

fn row(index: usize, task: &Subtask) -> Row<'_> {
    Row {
        index,
        id: task.id.to_string(),
        title: &task.title,
        description: &task.description,
        uses: &task.uses,
        state: task.state,
        tries: task.tries,
        created: task.created.as_deref(),
        started: task.started.as_deref(),
        completed: task.completed.as_deref(),
    }
}

/// Lists or changes them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    match &args.action {
        None => list(session, args.json),
        Some(action) => change(session, action, args.json),
    }
}

fn list(session: &Session, json: bool) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let tasks = snapshot.plan.tasks();
    if json {
        let rows: Vec<_> = tasks.iter().enumerate().map(|(at, task)| row(at + 1, task)).collect();
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if tasks.is_empty() {
        session.ui.hint("git plandex tell \"what you want\"");
        return Ok(0);
    }
    let mut table = Table::new(&["#", "", "task", "tries", "uses"]).right("#").right("tries");
    for (at, task) in tasks.iter().enumerate() {
        let mark = if task.state == SubtaskState::Done { "done" } else { "open" };
        let cells = [(at + 1).to_string(), mark.into(), task.title.clone(), task.tries.to_string(), task.uses.join(", ")];
        table.row(cells);
    }
    session.ui.table(&table)?;
    Ok(0)
}

fn change(session: &Session, action: &Action, json: bool) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    let record = Record::new(EventKind::Tasks, subject(action));
    let mask = ws.mask();
    // The numbers are those of the list that was looked at, so they are turned into ids once.
    let named = snapshot.plan.clone();
    ws.store.append(&mut snapshot, &record, &mut |plan| match action {
        Action::Edit { task, title, description, uses } => {
            let mut task = open(plan, &named, *task)?.clone();
            let masked = |text: &String| mask.text(text).into_owned();
            task.title = title.as_ref().map_or(task.title, masked);
            task.description = description.as_ref().map_or(task.description, masked);
            task.uses = uses.clone().unwrap_or(task.uses);
            Ok(vec![Change::Subtask(task)])
        }
        Action::Drop { tasks } => {
            let drop = |number: &usize| open(plan, &named, *number).map(|task| Subtask { state: SubtaskState::Removed, ..task.clone() });
            tasks.iter().map(|number| drop(number).map(Change::Subtask)).collect()
        }
        Action::Reorder { task, to } => reorder(plan, &named, *task, *to),
    })?;
    list(session, json)
}

fn subject(action: &Action) -> String {
    match action {
        Action::Edit { task, .. } => format!("Edit task {task}"),
        Action::Drop { tasks } => format!("Drop {}", counted(tasks.len(), "task")),
        Action::Reorder { task, to } => format!("Move task {task} to {to}"),
    }
}

/// The open task that had this number in the list that was looked at.
fn open<'a>(plan: &'a Plan, named: &Plan, number: usize) -> Result<&'a Subtask, Refusal> {
    let tasks = named.tasks();
    let id = number.checked_sub(1).and_then(|at| tasks.get(at)).map(|task| task.id);
    let task =
        id.and_then(|id| plan.subtasks.iter().find(|task| task.id == id)).ok_or_else(|| Refusal(format!("there is no task {number}")))?;
    if task.state == SubtaskState::Open { Ok(task) } else { Err(Refusal(format!("task {number} is not open"))) }
}

fn reorder(plan: &Plan, named: &Plan, from: usize, to: usize) -> Result<Vec<Change>, Refusal> {
    let moving = open(plan, named, from)?;
    let mut tasks: Vec<&Subtask> = plan.tasks().into_iter().map(|task| &**task).filter(|task| task.id != moving.id).collect();
    if to == 0 || to > tasks.len() + 1 {
        return Err(Refusal(format!("there is no place {to}")));
    }
    tasks.insert(to - 1, moving);
    let moved = tasks.into_iter().enumerate().map(|(at, task)| (at as u64, task));
    Ok(moved.filter(|(order, task)| task.order != *order).map(|(order, task)| Change::Subtask(Subtask { order, ..task.clone() })).collect())
}
