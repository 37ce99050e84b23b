//! `git plandex status`.

use serde::Serialize;

use crate::pipeline::{Rest, Step, Workspace, next_step, title};
use crate::plan::{Plan, Role, SubtaskState};
use crate::store::Holder;
use crate::ui::{Line, counted, style};

use crate::cli::{CliError, session::Session};

/// Show where the plan stands and what to type next
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Print an array of one object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Status {
    plan: String,
    branch: String,
    title: String,
    stage: &'static str,
    tasks_done: usize,
    tasks_open: usize,
    current_task: Option<String>,
    pending: Vec<String>,
    unbuilt: usize,
    running: Option<Running>,
    killed: Option<Running>,
    waiting: Option<String>,
    next: Vec<&'static str>,
}

#[derive(Serialize)]
struct Running {
    command: String,
    pid: u32,
    host: String,
    since: String,
}

impl Running {
    fn of(holder: Holder) -> Self {
        Self { command: holder.command, pid: holder.pid, host: holder.host, since: holder.since }
    }

    fn words(&self) -> String {
        format!("{} by process {} on {} since {}", self.command, self.pid, self.host, self.since)
    }
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    if session.at_if_any(&ws)?.is_none() {
        session.at(&ws).map_err(|error| error.with_hint("git plandex tell \"what you want\", or git plandex new"))?;
    }
    let status = status(session, &ws)?;
    if args.json {
        session.ui.json_pretty(&[status])?;
        return Ok(0);
    }
    print(session, &status)?;
    Ok(0)
}

fn status(session: &Session, ws: &Workspace) -> Result<Status, CliError> {
    let snapshot = session.snapshot(ws)?;
    let plan = &snapshot.plan;
    let (running, killed) = match ws.store.holder(&snapshot.at)? {
        Some(holder) if holder.is_alive() => (Some(Running::of(holder)), None),
        dead => (None, dead.map(Running::of)),
    };
    let tasks = plan.tasks();
    let done = tasks.iter().filter(|task| task.state == SubtaskState::Done).count();
    let (stage, next) = stage(plan, running.is_some());
    Ok(Status {
        plan: snapshot.at.plan.to_string(),
        branch: snapshot.at.branch.to_string(),
        title: plan.meta.title.clone(),
        stage,
        tasks_done: done,
        tasks_open: tasks.len() - done,
        current_task: plan.current_task().map(|task| task.title.clone()),
        pending: plan.changed_paths().into_iter().map(ToString::to_string).collect(),
        unbuilt: plan.unbuilt().count(),
        running,
        killed,
        waiting: unanswered(plan),
        next,
    })
}

/// The first line of the last prompt, if no reply has come to it.
fn unanswered(plan: &Plan) -> Option<String> {
    let last = plan.messages.last().filter(|message| message.role == Role::User)?;
    Some(title(&last.text))
}

/// The stage in a word, and what to type next, most useful first.
fn stage(plan: &Plan, running: bool) -> (&'static str, Vec<&'static str>) {
    let pending = !plan.changed_paths().is_empty();
    let (stage, first) = match next_step(plan, false) {
        Step::Rest(Rest::NoPrompt) => ("new", Some("git plandex tell \"what you want\"")),
        Step::Rest(Rest::Answered) if plan.current_task().is_some() => ("answered", Some("git plandex continue")),
        Step::Rest(Rest::Answered) => ("answered", Some("git plandex tell \"what you want\"")),
        Step::Rest(Rest::AllDone) if plan.unbuilt().next().is_some() => ("build", None),
        Step::Rest(Rest::AllDone) => ("done", None),
        Step::Resume { .. } => ("stopped", Some("git plandex continue")),
        Step::Implementation { .. } | Step::Verdict { .. } => ("implementation", Some("git plandex continue")),
        Step::Context | Step::Tasks => ("planning", Some("git plandex continue")),
        Step::Chat => ("chat", Some("git plandex continue")),
    };
    if running {
        return ("running", Vec::new());
    }
    let unbuilt = plan.unbuilt().next().is_some().then_some("git plandex build");
    let review = pending.then_some(["git plandex diff", "git plandex apply"]);
    let fresh = (stage == "done" && !pending).then_some("git plandex tell \"what you want next\"");
    (stage, first.into_iter().chain(unbuilt).chain(review.into_iter().flatten()).chain(fresh).collect())
}

fn print(session: &Session, status: &Status) -> Result<(), CliError> {
    let ui = &session.ui;
    let mut head = Line::new().styled(style::NAME, format!("{}/{}", status.plan, status.branch));
    if !status.title.is_empty() {
        head = head.text(format!("  {}", status.title));
    }
    ui.line(head)?;
    let total = status.tasks_done + status.tasks_open;
    if total > 0 {
        ui.line(format!("tasks     {} of {total} done", status.tasks_done))?;
    }
    if let Some(task) = &status.current_task {
        ui.line(format!("next task {task}"))?;
    }
    if !status.pending.is_empty() {
        ui.line(format!("pending   {}", status.pending.join(", ")))?;
    }
    if status.unbuilt > 0 {
        ui.line(format!("unbuilt   {}", counted(status.unbuilt, "proposed change")))?;
    }
    if let Some(prompt) = &status.waiting {
        ui.line(format!("no reply  to: {prompt}"))?;
    }
    if let Some(run) = &status.killed {
        ui.line(format!("killed    {}; what it had received is kept", run.words()))?;
    }
    match &status.running {
        Some(run) => ui.line(format!("running   {}", run.words()))?,
        None => ui.line(format!("stage     {}", status.stage))?,
    }
    for next in &status.next {
        ui.hint(next);
    }
    Ok(())
}
