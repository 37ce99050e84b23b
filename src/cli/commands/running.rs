//! What the commands that run a model share: prompts, flags, and the end of a run in words.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use crate::config::{FlagValue, Key, LostApply, Missing, Settings};
use crate::pipeline::{
    self, Cancel, Canceller, Lost, MAX_REPLIES, Prompt, RunEnd, RunOptions, Talk, Tools, Workspace, has_prompt, plan_for,
};
use crate::plan::{Change, EventKind, PlanRef, Record, RepoPath, RunEvent};
use crate::store::Snapshot;
use crate::ui::counted;

use super::tape::TapeFlags;

use crate::cli::frame::Frame;
use crate::cli::{CliError, Kind, session::Session, signals::with_cancel};

/// The prompt: words, a file, standard input, or what a person writes in an editor.
#[derive(Debug, clap::Args)]
pub struct PromptArgs {
    /// What you want; `-` reads standard input. Without it: what is piped in, else your editor opens
    #[arg(value_name = "PROMPT", conflicts_with = "file")]
    text: Vec<String>,
    /// Read the prompt from a file
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl PromptArgs {
    /// Reads the prompt; what is piped in besides words is appended after a line of dashes.
    ///
    /// `command` is the one that it is for.
    pub fn read(&self, session: &Session, command: &str) -> Result<String, CliError> {
        let text = self.text(session)?.filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| {
            CliError::usage("the prompt is empty").with_hint(format!("git plandex {command} \"what you want\", -f FILE, or a pipe"))
        })?;
        // Within a text the value of a key is masked; a key alone was meant for something else.
        if !text.trim().contains(char::is_whitespace) {
            session.not_a_key("prompt", &text)?;
        }
        Ok(text)
    }

    fn text(&self, session: &Session) -> Result<Option<String>, CliError> {
        if let Some(path) = &self.file {
            let read = std::fs::read_to_string(session.cwd.join(path));
            return read.map(Some).map_err(|error| CliError::failed(format!("cannot read '{}': {error}", path.display())));
        }
        let words = self.text.join(" ");
        if words == "-" || self.text.is_empty() {
            return match piped()? {
                None if words.is_empty() => crate::cli::editor::prompt(session),
                text => Ok(text),
            };
        }
        if words.trim().is_empty() {
            return Ok(None);
        }
        let more = if is_fed() { piped()? } else { None };
        Ok(Some(match more.filter(|text| !text.trim().is_empty()) {
            Some(text) => format!("{words}\n\n---\n\n{text}"),
            None => words,
        }))
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
    /// Limit what models choose and change to a directory
    #[arg(long, value_name = "DIRECTORY")]
    context_dir: Option<PathBuf>,
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
        // Settings know nothing of where the command was typed.
        let from_here = |dir: &PathBuf| std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        let dir = self.context_dir.iter().map(|dir| flag_value(Key::ContextDir, &from_here(dir).to_string_lossy(), "--context-dir"));
        level.chain(pack).chain(dir).collect()
    }

    /// Keeps the flags in the plan.
    pub fn store(&self, ws: &Workspace, snapshot: &mut Snapshot) -> Result<(), CliError> {
        let mut settings = self.settings();
        if let Some(dir) = settings.iter_mut().find(|set| set.key == Key::ContextDir) {
            dir.value = ws.directory(&dir.value)?.map_or_else(|| ".".to_owned(), |dir| dir.to_string());
        }
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

/// The flags of everything that asks a model.
#[derive(Debug, clap::Args)]
pub struct TalkFlags {
    #[command(flatten)]
    plan: PlanFlags,
    /// End after one reply
    #[arg(short, long)]
    stop: bool,
    /// Stop before the next call of a model when the run has cost this many dollars
    #[arg(long, value_name = "DOLLARS")]
    max_cost: Option<String>,
    #[command(flatten)]
    tape: TapeFlags,
    /// Print one event per line, see git-plandex-events(5)
    #[arg(long)]
    json: bool,
}

/// The flags of a run that may write.
#[derive(Debug, clap::Args)]
pub struct RunFlags {
    #[command(flatten)]
    talk: TalkFlags,
    /// Leave proposed changes unbuilt, for git plandex build
    #[arg(short, long)]
    no_build: bool,
    /// What to do when a reply writes a file that it was not shown [default: the setting missing]
    #[arg(long, value_name = "WHAT", value_parser = ["load", "skip", "overwrite", "ask"])]
    missing: Option<String>,
    /// What to do first when applied files are no longer in the working tree [default: the setting lost-apply]
    #[arg(long, value_name = "WHAT", value_parser = ["ask", "restore", "rebase", "warn"])]
    lost_apply: Option<String>,
}

/// What a command asks of a run.
pub struct Front<'a> {
    flags: &'a TalkFlags,
    /// Nothing for a chat.
    run: Option<&'a RunFlags>,
    plan_only: bool,
    /// What happens afterwards; nothing for a chat.
    apply: Option<&'a super::apply::AfterRun>,
}

impl<'a> Front<'a> {
    /// Only talks.
    pub fn chat(flags: &'a TalkFlags) -> Self {
        Self { flags, run: None, plan_only: false, apply: None }
    }

    /// Writes, or with `plan_only` ends with the tasks.
    pub fn run(flags: &'a RunFlags, plan_only: bool, apply: &'a super::apply::AfterRun) -> Self {
        Self { flags: &flags.talk, run: Some(flags), plan_only, apply: Some(apply) }
    }

    /// Only talks, with the flags of a command that may do both.
    pub fn chat_of(flags: &'a RunFlags) -> Self {
        Self::chat(&flags.talk)
    }

    fn settings(&self) -> Vec<FlagValue> {
        let mut settings = self.flags.plan.settings();
        if self.run.is_some_and(|flags| flags.no_build) {
            settings.push(flag_value(Key::AutoBuild, "false", "--no-build"));
        }
        settings.extend(self.flags.max_cost.iter().map(|dollars| flag_value(Key::MaxCost, dollars, "--max-cost")));
        if let Some(apply) = self.apply {
            settings.extend(apply.settings());
        }
        settings
    }

    fn missing(&self) -> Option<Missing> {
        self.run.and_then(|flags| flags.missing.as_deref()).and_then(Missing::from_word)
    }

    fn lost_apply(&self) -> Option<LostApply> {
        self.run.and_then(|flags| flags.lost_apply.as_deref()).and_then(LostApply::from_word)
    }
}

/// Runs a prompt and says how it ended.
pub fn run_prompt(session: &Session, prompt: &Prompt, front: &Front<'_>) -> Result<u8, CliError> {
    let mut frame = Frame::new(&session.ui, front.flags.json);
    let ended = run_and_apply(session, prompt, front, &mut frame);
    frame.end(&ended);
    ended
}

fn run_and_apply(session: &Session, prompt: &Prompt, front: &Front<'_>, frame: &mut Frame) -> Result<u8, CliError> {
    let mut ws = match prompt {
        // It goes on with what a killed run has left, so nobody has to be told to.
        Prompt::Continue => session.going_on(front.settings())?,
        Prompt::Tell(_) | Prompt::Chat(_) => session.writing(front.settings())?,
    };
    front.flags.tape.put_into(session, &mut ws)?;
    let (at, settings, end) = go(session, &ws, prompt, front, frame)?;
    let code = say(session, &ws, &at, &end, frame)?;
    let wants_apply = front.apply.is_some() && settings.bool(Key::AutoApply);
    if end == RunEnd::AllDone && wants_apply && code == 0 {
        let after = front.apply.expect("checked above");
        return super::apply::after_run(session, &ws, &at, &settings, after, frame);
    }
    Ok(code)
}

type Ended = (PlanRef, Settings, RunEnd);

fn go(session: &Session, ws: &Workspace, prompt: &Prompt, front: &Front<'_>, frame: &mut Frame) -> Result<Ended, CliError> {
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
    let options = RunOptions {
        stop: front.flags.stop,
        plan_only: front.plan_only,
        go_on: *prompt == Prompt::Continue,
        missing: front.missing(),
        lost: front.lost_apply(),
    };
    let client = ws.client().clone();
    let mut begun = false;
    let ran = with_cancel(async |mut cancel, canceller| {
        let models = cancel.unless(ws.models(&client, &settings, meta.as_ref())).await??;
        let client = client.with_mask(models.mask().clone());
        let budget = ws.budget(&settings);
        let tools = Tools { settings: &settings, models: &models, client: &client, budget: &budget };
        let at = match (snapshot, prompt) {
            (Some(snapshot), _) => snapshot.at,
            (None, Prompt::Tell(text) | Prompt::Chat(text)) => {
                let mut say = |event| drop(frame.event(&event));
                new_plan(session, ws, &tools, text, cancel.clone(), &mut say).await?
            }
            (None, Prompt::Continue) => unreachable!("a plan to continue was found above"),
        };
        super::update::before_run(session, ws, &at, &settings, prompt)?;
        let mut events = |event| {
            begun |= matches!(event, RunEvent::Start { .. });
            // Nobody reads any more, so nothing more is asked of the model.
            if frame.event(&event).is_err() {
                canceller.cancel();
            }
        };
        let mut ask = |path: &RepoPath| unless_broken_off(ask_missing(session, path), &canceller);
        let mut waiting = |holder: &_| session.watches(holder);
        let mut ask_lost = |lost: &Lost| unless_broken_off(ask_lost(session, lost), &canceller);
        let talk = Talk { events: &mut events, ask: &mut ask, ask_lost: &mut ask_lost, waiting: &mut waiting, cancel };
        let end = pipeline::run(ws, &at, prompt, &tools, options, talk).await?;
        Ok((at, end))
    });
    if let Err(error) = &ran
        && crate::cli::offer::program(session, ws, error)?
    {
        return go(session, ws, prompt, front, frame);
    }
    let (at, end) = ran.map_err(|error| if begun { to_be_continued(error.into()) } else { error.into() })?;
    Ok((at, settings, end))
}

/// Says with a provider's failure that the prompt is kept: typed once more it would be there twice.
fn to_be_continued(error: CliError) -> CliError {
    match (error.kind, &error.hint) {
        (Kind::Provider, Some(hint)) if !hint.contains("git plandex continue") => {
            let hint = format!("{hint}; then git plandex continue");
            error.with_hint(hint)
        }
        _ => error,
    }
}

fn list(paths: &[RepoPath]) -> String {
    paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The answer; who breaks a question off with Ctrl-C wants the run to stop.
fn unless_broken_off<T>(answer: Result<Option<T>, CliError>, canceller: &Canceller) -> Option<T> {
    if matches!(answer, Err(CliError { kind: Kind::Interrupted, .. })) {
        canceller.cancel();
    }
    answer.ok().flatten()
}

fn ask_lost(session: &Session, lost: &Lost) -> Result<Option<LostApply>, CliError> {
    let choices = [LostApply::Restore, LostApply::Rebase];
    let words = ["bring it back", "go on with what is there, without it", "stop"].map(str::to_owned);
    let question = format!("what was applied last is not in the working tree: {}", list(&lost.paths));
    let chosen = session.pick(&question, &words, "--lost-apply=restore or rebase")?;
    Ok(chosen.and_then(|at| choices.get(at).copied()))
}

async fn new_plan(
    session: &Session,
    ws: &Workspace,
    tools: &Tools<'_>,
    text: &str,
    cancel: Cancel,
    say: &mut dyn FnMut(RunEvent),
) -> Result<PlanRef, pipeline::Error> {
    let _busy = session.ui.progress("naming the plan");
    let snapshot = plan_for(ws, tools, text, cancel, say).await?;
    ws.store.set_current(&snapshot.at)?;
    session.ui.note(format!("new plan: {}", snapshot.at.plan));
    Ok(snapshot.at)
}

fn ask_missing(session: &Session, path: &RepoPath) -> Result<Option<Missing>, CliError> {
    let choices = [Missing::Load, Missing::Skip, Missing::Overwrite];
    let words = ["load it and go on", "leave it as it is", "let the reply overwrite it"].map(str::to_owned);
    let question = format!("the reply writes '{path}', which it has not seen");
    Ok(session.pick(&question, &words, "--missing=load, skip or overwrite")?.map(|at| choices[at]))
}

/// Says how the run ended and what to type next; returns the exit code.
fn say(session: &Session, ws: &Workspace, at: &PlanRef, end: &RunEnd, frame: &mut Frame) -> Result<u8, CliError> {
    let go_on = "git plandex continue";
    let (message, hint, kind) = match end {
        RunEnd::AllDone => return say_done(session, ws, at, frame),
        RunEnd::Answered => return Ok(0),
        RunEnd::Planned | RunEnd::Paused => {
            session.ui.hint(&format!("{go_on} goes on"));
            return Ok(0);
        }
        RunEnd::Cancelled => return Ok(session.stopped(&format!("{go_on} goes on"))),
        RunEnd::NoPrompt => return Err(CliError::failed("there is nothing to continue").with_hint("git plandex tell \"what you want\"")),
        RunEnd::NoTasks => {
            let hint = "git plandex tell with more detail, or git plandex chat to talk it over";
            ("the reply made no tasks, so nothing was changed".to_owned(), hint, Kind::Failed)
        }
        RunEnd::Limit(limit) => {
            let most = if *limit == MAX_REPLIES { "the most of one run" } else { "as configured by max-replies" };
            (
                format!("stopped after {}, {most}", if *limit == 1 { "1 reply".to_owned() } else { format!("{limit} replies") }),
                go_on,
                Kind::Limit,
            )
        }
        RunEnd::MissingFile(path) => {
            let hint = "git plandex continue --missing=load, skip or overwrite";
            (format!("the reply writes '{path}', which it has not seen"), hint, Kind::Failed)
        }
        RunEnd::LostApply(lost) => {
            let message = format!("what was applied last is not in the working tree: {}", list(&lost.paths));
            frame.fail(&message, Some(&lost.hint()));
            return Ok(Kind::Failed.code());
        }
        RunEnd::NotRestored(paths) => {
            let message = format!("what was applied last cannot be brought back: your own changes overlap in {}", list(paths));
            (message, "commit or move them away, or --lost-apply=rebase goes on without it", Kind::Failed)
        }
    };
    frame.fail(&message, Some(hint));
    Ok(kind.code())
}

/// Says what a run left that has done every task.
fn say_done(session: &Session, ws: &Workspace, at: &PlanRef, frame: &mut Frame) -> Result<u8, CliError> {
    let plan = ws.store.load(at)?.plan;
    let failed = plan.unbuilt().filter(|op| op.error.is_some()).count();
    if failed > 0 {
        let hint = "git plandex build tries again, git plandex reject PATH turns them down";
        frame.fail(&format!("{} could not be built", counted(failed, "proposed change")), Some(hint));
        return Ok(Kind::Failed.code());
    }
    match (plan.unbuilt().count(), plan.changed_paths().len()) {
        (0, 0) => session.ui.note("every task is done; nothing is pending"),
        (0, _) => session.ui.hint("git plandex diff shows the changes, git plandex apply merges them"),
        (unbuilt, _) => session.ui.hint(&format!("git plandex build builds {}", counted(unbuilt, "proposed change"))),
    }
    Ok(0)
}
