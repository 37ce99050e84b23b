//! What the commands that run a model share: prompts, flags, and the end of a run in words.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use crate::config::{FlagValue, Key, Missing, Settings};
use crate::pipeline::{self, MAX_REPLIES, Prompt, RunEnd, RunOptions, Talk, Tools, Workspace, has_prompt, plan_for};
use crate::plan::{Change, EventKind, PlanRef, Record, RepoPath, RunEvent};
use crate::store::Snapshot;
use crate::ui::{JsonView, OutputError, RunView, View};

use crate::cli::{CliError, Kind, session::Session, signals::with_cancel};

/// The prompt: words, a file, or standard input.
#[derive(Debug, clap::Args)]
pub struct PromptArgs {
    /// What you want; `-` or nothing reads standard input
    #[arg(value_name = "PROMPT", conflicts_with = "file")]
    text: Vec<String>,
    /// Read the prompt from a file
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl PromptArgs {
    /// Reads the prompt; what is piped in besides words is appended after a line of dashes.
    pub fn read(&self, session: &Session) -> Result<String, CliError> {
        if let Some(path) = &self.file {
            let read = std::fs::read_to_string(session.cwd.join(path));
            return not_empty(read.map_err(|error| CliError::failed(format!("cannot read '{}': {error}", path.display())))?);
        }
        let words = self.text.join(" ");
        if words == "-" || words.is_empty() {
            return not_empty(
                piped()?.ok_or_else(|| CliError::usage("no prompt").with_hint("git plandex tell \"what you want\", -f FILE, or a pipe"))?,
            );
        }
        let more = if is_fed() { piped()? } else { None };
        not_empty(match more.filter(|text| !text.trim().is_empty()) {
            Some(text) => format!("{words}\n\n---\n\n{text}"),
            None => words,
        })
    }
}

/// Whether standard input is a pipe or a file; anything else is not waited for when there is a prompt already.
pub(super) fn is_fed() -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata("/dev/stdin").is_ok_and(|meta| meta.file_type().is_fifo() || meta.is_file())
}

pub(super) fn piped() -> Result<Option<String>, CliError> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    stdin.read_to_string(&mut text).map_err(|error| CliError::failed(format!("cannot read standard input: {error}")))?;
    Ok(Some(text))
}

fn not_empty(text: String) -> Result<String, CliError> {
    if text.trim().is_empty() {
        return Err(CliError::usage("the prompt is empty").with_hint("git plandex tell \"what you want\""));
    }
    Ok(text)
}

/// How much happens without asking, and with which models.
#[derive(Debug, clap::Args)]
pub struct PlanFlags {
    /// Level none: end after every reply, and build nothing by itself
    #[arg(long, group = "level")]
    no_auto: bool,
    /// Level basic: go on from task to task, and build changes
    #[arg(long, group = "level")]
    basic: bool,
    /// Level plus: also keep the context up to date, show each task only its files, and commit what is applied
    #[arg(long, group = "level")]
    plus: bool,
    /// Level semi, the default: also let the model choose files
    #[arg(long, group = "level")]
    semi: bool,
    /// Level full: also apply the changes when every task is done
    #[arg(long, group = "level")]
    full: bool,
    /// The model pack to use
    #[arg(long, value_name = "NAME")]
    pack: Option<String>,
}

impl PlanFlags {
    fn settings(&self) -> Vec<FlagValue> {
        let levels = [
            (self.no_auto, "none", "--no-auto"),
            (self.basic, "basic", "--basic"),
            (self.plus, "plus", "--plus"),
            (self.semi, "semi", "--semi"),
            (self.full, "full", "--full"),
        ];
        let level = levels.into_iter().filter(|(set, ..)| *set).map(|(_, word, flag)| flag_value(Key::AutoMode, word, flag));
        let pack = self.pack.iter().map(|name| flag_value(Key::ModelPack, name, "--pack"));
        level.chain(pack).collect()
    }

    /// Keeps the flags in the plan.
    pub fn store(&self, ws: &Workspace, snapshot: &mut Snapshot) -> Result<(), CliError> {
        let settings = self.settings();
        if settings.is_empty() {
            return Ok(());
        }
        let record = Record::new(EventKind::Settings, "Set the plan's autonomy and models");
        let place = crate::config::Place::Plan { id: snapshot.plan.meta.id.clone() };
        let mut edits = Vec::new();
        for set in &settings {
            edits.push(crate::config::edit_setting(set.key.name(), Some(&set.value), &place)?);
        }
        for edit in &edits {
            edit.write_git(ws.store.repo().git_dir())?;
        }
        ws.store.append(snapshot, &record, &mut |plan| {
            let mut meta = plan.meta.clone();
            edits.iter().for_each(|edit| edit.change_meta(&mut meta));
            Ok(vec![Change::Meta(meta)])
        })?;
        Ok(())
    }
}

/// A setting that a flag gives.
pub fn flag_value(key: Key, value: &str, flag: &'static str) -> FlagValue {
    FlagValue { key, value: value.to_owned(), flag }
}

/// The flags of one run.
#[derive(Debug, clap::Args)]
pub struct RunFlags {
    #[command(flatten)]
    plan: PlanFlags,
    /// End after one reply
    #[arg(short, long)]
    stop: bool,
    /// Leave proposed changes unbuilt, for git plandex build
    #[arg(short, long)]
    no_build: bool,
    /// What to do when a reply writes a file that it was not shown
    #[arg(long, value_name = "WHAT", value_parser = ["load", "skip", "overwrite", "ask"])]
    missing: Option<String>,
    /// Print one event per line
    #[arg(long)]
    pub json: bool,
}

/// What a command asks of a run.
pub struct Front<'a> {
    /// The flags.
    pub flags: &'a RunFlags,
    /// End with the tasks.
    pub plan_only: bool,
    /// What happens afterwards; nothing for a chat.
    pub apply: Option<&'a super::apply::AfterRun>,
}

impl Front<'_> {
    fn settings(&self) -> Vec<FlagValue> {
        let mut settings = self.flags.plan.settings();
        if self.flags.no_build {
            settings.push(flag_value(Key::AutoBuild, "false", "--no-build"));
        }
        if let Some(apply) = self.apply {
            settings.extend(apply.settings());
        }
        settings
    }
}

/// Runs a prompt and says how it ended.
pub fn run_prompt(session: &Session, prompt: &Prompt, front: &Front<'_>) -> Result<u8, CliError> {
    let ws = session.writing(front.settings())?;
    let ended = if front.flags.json {
        let mut view = DoneLast { view: JsonView::new(&session.ui), done: None };
        let ended = go(session, &ws, prompt, front, &mut view);
        // A reader that has gone misses nothing that the exit code does not say.
        drop(view.end(ended.as_ref().err()));
        ended
    } else {
        go(session, &ws, prompt, front, &mut RunView::new(&session.ui))
    };
    let (at, settings, end) = ended?;
    let code = say(session, &ws, &at, &end)?;
    let wants_apply = front.apply.is_some() && settings.bool(Key::AutoApply);
    if end == RunEnd::AllDone && wants_apply && code == 0 {
        let after = front.apply.expect("checked above");
        return super::apply::after_run(session, &ws, &at, &settings, after, front.flags.json);
    }
    Ok(code)
}

/// Prints the event that the run is done after the failure that ended it.
struct DoneLast {
    view: JsonView,
    done: Option<RunEvent>,
}

impl View for DoneLast {
    fn event(&mut self, event: &RunEvent) -> Result<(), OutputError> {
        if matches!(event, RunEvent::Done { .. }) {
            self.done = Some(event.clone());
            return Ok(());
        }
        self.view.event(event)
    }
}

impl DoneLast {
    fn end(mut self, error: Option<&CliError>) -> Result<(), OutputError> {
        if let Some(error) = error {
            self.view.event(&RunEvent::Error { message: error.message.clone(), hint: error.hint.clone() })?;
        }
        self.done.take().map_or(Ok(()), |done| self.view.event(&done))
    }
}

type Ended = (PlanRef, Settings, RunEnd);

fn go(session: &Session, ws: &Workspace, prompt: &Prompt, front: &Front<'_>, view: &mut dyn View) -> Result<Ended, CliError> {
    let present = session.at_if_any(ws)?;
    let snapshot = present.map(|at| ws.store.load(&at)).transpose()?;
    if *prompt == Prompt::Continue && !snapshot.as_ref().is_some_and(|s| has_prompt(&s.plan)) {
        session.at(ws)?;
        return Err(CliError::failed("there is nothing to continue").with_hint("git plandex tell \"what you want\""));
    }
    let meta = snapshot.as_ref().map(|snapshot| snapshot.plan.meta.clone());
    let settings = ws.settings(meta.as_ref())?;
    for notice in settings.notices() {
        session.ui.warn(&notice.to_string());
    }
    if let Some(snapshot) = &snapshot {
        warn_of_lost_apply(session, ws, &snapshot.at);
    }
    let options = RunOptions {
        stop: front.flags.stop,
        plan_only: front.plan_only,
        go_on: *prompt == Prompt::Continue,
        missing: front.flags.missing.as_deref().and_then(Missing::from_word),
    };
    let client = pipeline::new_client();
    let (at, end) = with_cancel(async |cancel, canceller| {
        let models = ws.models(&client, &settings, meta.as_ref()).await?;
        let client = client.with_mask(models.mask().clone());
        let tools = Tools { settings: &settings, models: &models, client: &client };
        let at = match (snapshot, prompt) {
            (Some(snapshot), _) => snapshot.at,
            (None, Prompt::Tell(text) | Prompt::Chat(text)) => new_plan(session, ws, &tools, text).await?,
            (None, Prompt::Continue) => unreachable!("a plan to continue was found above"),
        };
        super::update::before_run(session, ws, &at, &settings, prompt)?;
        let mut events = |event| {
            // Nobody reads any more, so nothing more is asked of the model.
            if view.event(&event).is_err() {
                canceller.cancel();
            }
        };
        let mut ask = |path: &RepoPath| ask_missing(session, path);
        let mut waiting = |holder: &crate::store::Holder| session.ui.note(format!("watching a run on {} that may have ended", holder.host));
        let talk = Talk { events: &mut events, ask: &mut ask, waiting: &mut waiting, cancel };
        let end = pipeline::run(ws, &at, prompt, &tools, options, talk).await?;
        Ok((at, end))
    })?;
    Ok((at, settings, end))
}

/// Says when the files of the last apply are not in the working tree any more, as after a checkout of another branch.
fn warn_of_lost_apply(session: &Session, ws: &Workspace, at: &PlanRef) {
    let Ok(missing) = pipeline::missing_from_worktree(ws, at) else { return };
    if let [first, rest @ ..] = missing.as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        session.ui.warn(&format!("what was applied last is not in the working tree: {first}{more}"));
        session.ui.hint("git checkout of the branch that has it brings it back; git plandex rewind takes the plan to before the apply; or go on with what is there");
    }
}

async fn new_plan(session: &Session, ws: &Workspace, tools: &Tools<'_>, text: &str) -> Result<PlanRef, pipeline::Error> {
    let snapshot = plan_for(ws, tools, text).await?;
    ws.store.set_current(&snapshot.at)?;
    session.ui.note(format!("new plan: {}", snapshot.at.plan));
    Ok(snapshot.at)
}

fn ask_missing(session: &Session, path: &RepoPath) -> Option<Missing> {
    let choices = [Missing::Load, Missing::Skip, Missing::Overwrite];
    let words = ["load it and go on", "leave it as it is", "let the reply overwrite it"].map(str::to_owned);
    let question = format!("the reply writes '{path}', which it has not seen");
    session.ui.pick(&question, &words, "--missing=load, skip or overwrite").ok().flatten().map(|at| choices[at])
}

/// Says how the run ended and what to type next; returns the exit code.
fn say(session: &Session, ws: &Workspace, at: &PlanRef, end: &RunEnd) -> Result<u8, CliError> {
    let ui = &session.ui;
    let go_on = "git plandex continue";
    match end {
        RunEnd::AllDone => {
            let plan = ws.store.load(at)?.plan;
            let failed = plan.unbuilt().filter(|op| op.error.is_some()).count();
            if failed > 0 {
                ui.error(
                    &format!("{failed} proposed changes could not be built"),
                    Some("git plandex build tries again, git plandex reject PATH turns them down"),
                );
                return Ok(Kind::Failed.code());
            }
            match (plan.unbuilt().count(), plan.changed_paths().len()) {
                (0, 0) => ui.note("every task is done; nothing is pending"),
                (0, _) => ui.hint("git plandex diff shows the changes, git plandex apply merges them into your files"),
                (unbuilt, _) => {
                    ui.note(format!("{unbuilt} proposed changes are not built"));
                    ui.hint("git plandex build");
                }
            }
            Ok(0)
        }
        RunEnd::Answered => Ok(0),
        RunEnd::Planned | RunEnd::Paused => {
            ui.hint(&format!("{go_on} goes on"));
            Ok(0)
        }
        RunEnd::NoTasks => {
            ui.error(
                "the reply made no tasks, so nothing was changed",
                Some("git plandex tell with more detail, or git plandex chat to talk it over"),
            );
            Ok(Kind::Failed.code())
        }
        RunEnd::Cancelled => {
            ui.note("stopped; what was received is kept");
            ui.hint(&format!("{go_on} goes on"));
            Ok(Kind::Interrupted.code())
        }
        RunEnd::Limit(limit) => {
            let most = if *limit == MAX_REPLIES { "the most of one run" } else { "as configured by max-replies" };
            ui.error(&format!("stopped after {limit} replies, {most}"), Some(go_on));
            Ok(Kind::Limit.code())
        }
        RunEnd::MissingFile(path) => {
            ui.error(
                &format!("the reply writes '{path}', which it has not seen"),
                Some("git plandex continue --missing=load, skip or overwrite"),
            );
            Ok(Kind::Failed.code())
        }
        RunEnd::NoPrompt => Err(CliError::failed("there is nothing to continue").with_hint("git plandex tell \"what you want\"")),
    }
}
