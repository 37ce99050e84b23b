//! `tell`, `chat` and `continue`: a prompt joins the conversation, and a run works on it.

use std::rc::Rc;

use crate::config::{Key, LostApply, Missing, Models, Role, Settings};
use crate::context::Project;
use crate::llm::Client;
use crate::plan::{
    Call, Change, EventKind, Message, Plan, PlanMeta, PlanRef, Record, RepoPath, Role as Author, RunEvent, RunState, Slug, Stage,
};
use crate::prompt;
use crate::store::{Holder, Naming, Snapshot};

use super::build::BuildQueue;
use super::builder::ModelBuilder;
use super::lost::{Lost, Settlement, names, settle_lost};
use super::missing::{overwritten, skipped};
use super::run::{Run, RunEnd, RunOptions};
use super::workspace::Workspace;
use super::{Budget, Cancel, Error, asked};

/// How many words of a prompt make a plan's name when no model does.
const NAME_WORDS: usize = 4;

/// What joins the conversation before a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A task.
    Tell(String),
    /// A question.
    Chat(String),
    /// Nothing: the run goes on where the plan is.
    Continue,
}

/// The user's side of a run.
pub struct Talk<'a> {
    /// Takes the events.
    pub events: &'a mut dyn FnMut(RunEvent),
    /// Chooses what to do about a file that a reply writes unseen; `None` leaves the choice for later.
    pub ask: &'a mut dyn FnMut(&RepoPath) -> Option<Missing>,
    /// Chooses what becomes of applied files that are gone; `None` ends the run before it begins.
    pub ask_lost: &'a mut dyn FnMut(&Lost) -> Option<LostApply>,
    /// Is told once that another machine's run is being watched.
    pub waiting: &'a mut dyn FnMut(&Holder),
    /// The wish to stop.
    pub cancel: Cancel,
}

/// What a run works with.
pub struct Tools<'a> {
    /// The settings in force.
    pub settings: &'a Settings,
    /// The models in force.
    pub models: &'a Models,
    /// The client.
    pub client: &'a Client,
    /// What may be spent.
    pub budget: &'a Budget,
}

/// The most characters of a title.
const TITLE_CHARS: usize = 70;

/// Makes a plan for a prompt, named by a model or by the prompt's words.
pub async fn plan_for(
    ws: &Workspace,
    tools: &Tools<'_>,
    prompt: &str,
    cancel: Cancel,
    say: &mut dyn FnMut(RunEvent),
) -> Result<Snapshot, Error> {
    let prompt = &*tools.models.mask().text(prompt);
    let (slug, calls) = name(tools, prompt, &cancel, say).await?;
    let slug = match slug {
        Some(slug) => slug,
        None => Slug::from_text(prompt, NAME_WORDS).unwrap_or_else(|| "plan".parse().expect("'plan' is a name")),
    };
    begun(ws, Naming::Numbered(slug), title(prompt), calls)
}

/// The first line of a prompt, cut to a fair length: a plan's title.
pub fn title(prompt: &str) -> String {
    let line = first_line(prompt);
    match line.char_indices().nth(TITLE_CHARS) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line.to_owned(),
    }
}

async fn name(tools: &Tools<'_>, prompt: &str, cancel: &Cancel, say: &mut dyn FnMut(RunEvent)) -> Result<(Option<Slug>, Vec<Call>), Error> {
    let messages = prompt::plan_name(prompt);
    let model = tools.models.for_role(Role::Names);
    let answer = match asked::answer(tools.client, model, &messages, tools.budget, cancel, say).await {
        Ok(answer) => answer,
        Err(Error::Cancelled) => return Err(Error::Cancelled),
        Err(_) => return Ok((None, Vec::new())),
    };
    say(answer.call.event());
    let words = crate::reply::plan_name(&tools.models.mask().text(&answer.text));
    Ok((words.and_then(|words| Slug::from_text(&words, NAME_WORDS)), vec![answer.call]))
}

/// Makes an empty plan and its first commit.
pub fn new_plan(ws: &Workspace, naming: Naming, title: String) -> Result<Snapshot, Error> {
    begun(ws, naming, title, Vec::new())
}

fn begun(ws: &Workspace, naming: Naming, title: String, calls: Vec<Call>) -> Result<Snapshot, Error> {
    let base = ws.store.head_commit()?;
    let meta = PlanMeta { title: title.clone(), created: ws.clock.now(), base, ..PlanMeta::default() };
    let subject = if title.is_empty() { "Begin a plan".to_owned() } else { format!("Begin a plan: {title}") };
    let snapshot = ws.store.create(naming, meta, &Record { calls, ..Record::new(EventKind::New, subject) })?;
    Ok(snapshot)
}

/// Runs until the plan is done or the user is wanted.
pub async fn run(
    ws: &Workspace,
    at: &PlanRef,
    prompt: &Prompt,
    tools: &Tools<'_>,
    options: RunOptions,
    mut talk: Talk<'_>,
) -> Result<RunEnd, Error> {
    let command = match prompt {
        Prompt::Tell(_) => "tell",
        Prompt::Chat(_) => "chat",
        Prompt::Continue => "continue",
    };
    let (lease, adopted) = super::adopt::acquire(ws, at, command, talk.waiting, &talk.cancel)?;
    for path in &adopted.aside {
        let message = format!("a reply that was interrupted has no place in the plan any more; it stands in {}", path.display());
        (talk.events)(RunEvent::Error { message, hint: None });
    }
    let mut snapshot = ws.store.load(at)?;
    if let Some(end) = lost(ws, &mut snapshot, prompt, (tools, &options), &mut talk)? {
        return Ok(end);
    }
    begin(ws, &mut snapshot, lease.nonce(), prompt, tools)?;
    let (skipped, overwrite) = (skipped(&snapshot.plan), overwritten(&snapshot.plan));
    let builder = ModelBuilder::new(tools.client, tools.models, talk.cancel.clone(), tools.budget.clone());
    let mut run = Run {
        ws,
        snapshot,
        lease,
        settings: tools.settings,
        models: tools.models,
        client: tools.client,
        options,
        events: talk.events,
        ask: talk.ask,
        cancel: talk.cancel,
        project: Project::survey(ws.store.repo())?.within(ws.context_dir(tools.settings)?),
        map: None,
        queue: BuildQueue::new(tools.models.mask(), Some(Rc::new(builder))),
        skipped,
        overwrite,
        budget: tools.budget.clone(),
        taken_over: Default::default(),
        replies: 0,
        resumes: 0,
    };
    run.start(prompt);
    if tools.settings.bool(Key::AutoUpdateContext) {
        run.refresh_context()?;
    }
    let end = tokio::task::LocalSet::new().run_until(run.work_and_build()).await;
    run.done(state_of(&end));
    drop(run);
    ws.store.repo().maintenance_auto();
    end
}

/// Decides about applied files that are no longer in the working tree; returns the end of a run that cannot begin.
fn lost(
    ws: &Workspace,
    snapshot: &mut Snapshot,
    prompt: &Prompt,
    (tools, options): (&Tools<'_>, &RunOptions),
    talk: &mut Talk<'_>,
) -> Result<Option<RunEnd>, Error> {
    let set = options.lost.unwrap_or_else(|| tools.settings.lost_apply());
    // A talk touches no files, so there is nothing to decide yet.
    let choice = if matches!(prompt, Prompt::Chat(_)) { LostApply::Warn } else { set };
    let (settled, lost) = settle_lost(ws, snapshot, choice, talk.ask_lost)?;
    match settled {
        Settlement::Open(_) if talk.cancel.is_cancelled() => return Ok(Some(RunEnd::Cancelled)),
        Settlement::Open(lost) => return Ok(Some(RunEnd::LostApply(lost))),
        Settlement::Conflict(paths) => return Ok(Some(RunEnd::NotRestored(paths))),
        Settlement::GoOn => {}
    }
    if let Some(lost) = lost.filter(|_| choice == LostApply::Warn) {
        let message = format!("what was applied last is not in the working tree: {}", names(&lost.paths));
        (talk.events)(RunEvent::Error { message, hint: Some(lost.hint()) });
    }
    Ok(None)
}

fn state_of(end: &Result<RunEnd, Error>) -> RunState {
    match end {
        Ok(RunEnd::AllDone | RunEnd::Answered | RunEnd::Planned) => RunState::Finished,
        Ok(_) | Err(Error::Cancelled) => RunState::Stopped,
        Err(_) => RunState::Error,
    }
}

/// Stores the prompt and the start of the run in one event.
fn begin(ws: &Workspace, snapshot: &mut Snapshot, nonce: &str, prompt: &Prompt, tools: &Tools<'_>) -> Result<(), Error> {
    let (event, subject, message) = match prompt {
        Prompt::Tell(text) => (EventKind::Prompt, format!("Tell: {}", first_line(text)), Some((text, None))),
        Prompt::Chat(text) => (EventKind::Prompt, format!("Ask: {}", first_line(text)), Some((text, Some(Stage::Chat)))),
        Prompt::Continue => (EventKind::Run, "Continue".to_owned(), None),
    };
    let record = Record { run: Some(nonce.to_owned()), ..Record::new(event, tools.models.mask().text(&subject).into_owned()) };
    let Some((text, stage)) = message else { return Ok(ws.store.mark(snapshot, &record)?) };
    ws.store.append(snapshot, &record, &mut |plan| {
        let mut message = Message::new(ws.ids(plan)(), Author::User, tools.models.mask().text(text).into_owned());
        message.predecessor = plan.messages.last().map(|m| m.id);
        message.stage = stage;
        message.started = Some(ws.clock.now());
        Ok(vec![Change::Message(message)])
    })?;
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim()
}

/// Whether `continue` has anything to go on with.
pub fn has_prompt(plan: &Plan) -> bool {
    plan.messages.iter().any(|m| m.role == Author::User)
}

impl Run<'_> {
    fn start(&mut self, prompt: &Prompt) {
        let text = match prompt {
            Prompt::Tell(text) | Prompt::Chat(text) => self.models.mask().text(text).into_owned(),
            Prompt::Continue => String::new(),
        };
        let at = self.snapshot.at.clone();
        let run = self.lease.nonce().to_owned();
        self.emit(RunEvent::Start { plan: at.plan.to_string(), branch: at.branch.to_string(), run, prompt: text });
    }

    /// Brings the context up to date and lets go of files that are gone.
    fn refresh_context(&mut self) -> Result<(), Error> {
        let run = self.lease.nonce().to_owned();
        let done = super::refresh::refresh(self.ws, &mut self.snapshot, Some(&run), None)?;
        for (item, error) in &done.failed {
            self.emit(RunEvent::Error { message: format!("'{}' is not brought up to date: {error}", item.name), hint: error.hint() });
        }
        for (item, _) in &done.removed {
            self.emit(RunEvent::Error { message: format!("'{}' has left the context: it is gone or ignored", item.name), hint: None });
        }
        let (paths, tokens) = (done.paths(), done.updated.iter().map(|(_, new)| new.tokens).sum());
        if !paths.is_empty() {
            self.emit(RunEvent::Context { paths, opened: vec![], unknown: vec![], tokens });
        }
        Ok(())
    }
}
