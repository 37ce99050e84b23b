//! `git plandex apply`.

use crate::config::{FlagValue, Key, Settings};
use crate::context::resolve_argument;
use crate::pipeline::{
    Applied, AppliedPlan, ApplyRequest, BuildTalk, CommitOutcome, CommitWish, ConflictMode, Error, Prepared, Survey, UndoOutcome,
    Workspace, acquire, apply, build_pending, builder, cancel, commit_message, last_applied, prepare, runs_by_itself, undo,
};
use crate::plan::{OperationKind, PlanRef, RepoPath, RunEvent, Stage};
use crate::store::Snapshot;
use crate::ui::{Line, Question, counted, escape_visible, style};

use super::running::flag_value;
use super::tape::TapeFlags;

use crate::cli::frame::Frame;
use crate::cli::{CliError, Kind, session::Session, signals::with_cancel};

/// Merge the pending changes into your files
///
/// Every file is merged three ways between what the plan saw, what you have now and what the plan proposes.
/// Your uncommitted work stays. On a conflict nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these files or directories
    #[arg(conflicts_with = "undo")]
    paths: Vec<String>,
    /// On a conflict: stop, or write conflict markers
    #[arg(long, value_name = "HOW", default_value = "stop", value_parser = ["stop", "markers"])]
    conflicts: String,
    /// Take the last apply back
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    commit: CommitFlags,
    #[command(flatten)]
    tape: TapeFlags,
    /// Print one event per line
    #[arg(long)]
    json: bool,
}

/// Whether to commit what is applied.
#[derive(Debug, clap::Args)]
pub struct CommitFlags {
    /// Commit what is applied [default: as the setting auto-commit says]
    #[arg(long, overrides_with = "no_commit")]
    commit: bool,
    /// Do not commit what is applied
    #[arg(long)]
    no_commit: bool,
}

/// What happens after a run.
#[derive(Debug, clap::Args)]
#[group(id = "after")]
pub struct AfterRun {
    /// Apply the changes when every task is done
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    commit: CommitFlags,
}

impl AfterRun {
    /// The settings that the flags stand for.
    pub fn settings(&self) -> Vec<FlagValue> {
        if self.apply { vec![flag_value(Key::AutoApply, "true", "--apply")] } else { Vec::new() }
    }
}

struct Job<'a> {
    session: &'a Session,
    ws: &'a Workspace,
    settings: &'a Settings,
    commit: &'a CommitFlags,
    conflicts: ConflictMode,
}

/// Applies what is pending.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let mut frame = Frame::new(&session.ui, args.json);
    let ended = apply_or_undo(session, args, &mut frame);
    frame.end(&ended);
    ended
}

fn apply_or_undo(session: &Session, args: &Args, frame: &mut Frame) -> Result<u8, CliError> {
    let mut ws = session.writing(Vec::new())?;
    args.tape.put_into(session, &mut ws)?;
    let root = ws.store.repo().require_work_dir()?.to_owned();
    if args.undo {
        return take_back(session, &ws, frame);
    }
    let paths = args.paths.iter().map(|arg| resolve_argument(&root, &session.cwd, arg)).collect::<Result<Vec<_>, _>>()?;
    let snapshot = session.snapshot(&ws)?;
    let settings = ws.settings(Some(&snapshot.plan.meta))?;
    let conflicts = if args.conflicts == "markers" { ConflictMode::Markers } else { ConflictMode::Stop };
    Job { session, ws: &ws, settings: &settings, commit: &args.commit, conflicts }.run(snapshot, &paths, frame)
}

/// Applies what a run left pending.
pub fn after_run(
    session: &Session,
    ws: &Workspace,
    at: &PlanRef,
    settings: &Settings,
    after: &AfterRun,
    frame: &mut Frame,
) -> Result<u8, CliError> {
    let snapshot = ws.store.load(at)?;
    Job { session, ws, settings, commit: &after.commit, conflicts: ConflictMode::Stop }.run(snapshot, &[], frame)
}

impl Job<'_> {
    fn run(&self, mut snapshot: Snapshot, paths: &[RepoPath], frame: &mut Frame) -> Result<u8, CliError> {
        let ended = self.work(&mut snapshot, paths, frame);
        frame.leaves(&snapshot.plan);
        match ended {
            Err(CliError { kind: Kind::Interrupted, .. }) => {
                let message = "interrupted; nothing was applied".to_owned();
                Err(CliError { kind: Kind::Interrupted, message, hint: Some("git plandex apply".into()) })
            }
            ended => ended,
        }
    }

    fn work(&self, snapshot: &mut Snapshot, paths: &[RepoPath], frame: &mut Frame) -> Result<u8, CliError> {
        self.build_first(snapshot, frame)?;
        // Held until the plan says what was applied, so that no run builds on what is being applied.
        let (_canceller, cancel) = cancel();
        let (lease, adopted) = acquire(self.ws, &snapshot.at, "apply", &mut |holder| self.session.watches(holder), &cancel)?;
        self.session.say_adopted(self.ws, &adopted);
        let (plan, branch) = (snapshot.at.plan.to_string(), snapshot.at.branch.to_string());
        frame.for_programs(&RunEvent::Start { plan, branch, run: lease.nonce().to_owned(), prompt: String::new() });
        frame.for_programs(&RunEvent::Stage { stage: Stage::Apply, model: String::new(), iteration: 0, task: None });
        self.ws.store.refresh(snapshot)?;
        let prepared = prepare(self.ws, snapshot, paths)?;
        if prepared.changes.is_empty() {
            self.session.ui.note(if prepared.script { "only a script is pending; it stays in the plan" } else { "nothing is pending" });
            return Ok(0);
        }
        if !self.agreed(snapshot, &prepared)? {
            self.session.ui.note("nothing was applied");
            frame.for_programs(&RunEvent::Error { message: "nothing was applied, as the answer was no".to_owned(), hint: None });
            return Ok(Kind::Failed.code());
        }
        let commit = self.wish(snapshot, &prepared, frame)?;
        let script = prepared.script;
        let subject = commit.as_ref().and_then(|wish| wish.message.lines().next()).unwrap_or_default().to_owned();
        let request = ApplyRequest { conflicts: self.conflicts, commit };
        let code = match apply(self.ws, snapshot, prepared, &request)? {
            AppliedPlan::Applied { applied, commit } => {
                self.say_applied(&applied, commit.as_ref().map(|outcome| (outcome, &*subject)), frame)
            }
            AppliedPlan::Conflict(survey) => self.say_conflict(&survey, frame),
            AppliedPlan::Refused(survey) => self.say_refused(&survey, frame),
        };
        if script {
            self.session.ui.note("the plan's script was not written and not run; git plandex diff shows it");
        }
        Ok(code)
    }

    fn build_first(&self, snapshot: &mut Snapshot, frame: &mut Frame) -> Result<(), CliError> {
        let waiting = snapshot.plan.unbuilt().filter(|op| op.error.is_none()).count();
        if waiting == 0 {
            return Ok(());
        }
        let text = match waiting {
            1 => "1 proposed change is not built yet. Build it?".to_owned(),
            many => format!("{many} proposed changes are not built yet. Build them?"),
        };
        if !self.session.confirm(&Question { text: &text, flag: "-y", default: true })? {
            return Ok(());
        }
        let at = snapshot.at.clone();
        *snapshot = with_cancel(async |cancel, _| {
            let mut events = |event: RunEvent| match event {
                RunEvent::Start { .. } | RunEvent::Done { .. } => frame.for_programs(&event),
                // A reader that has gone does not stop an apply halfway.
                event => drop(frame.event(&event)),
            };
            let mut waiting = |holder: &_| self.session.watches(holder);
            let talk = BuildTalk { events: &mut events, waiting: &mut waiting, cancel: cancel.clone() };
            let built = build_pending(self.ws, &at, builder(self.ws, &at, cancel.clone()).await?, talk).await?;
            if cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(built) }
        })?;
        Ok(())
    }

    /// Asks about what needs a decision: doubtful contents, and files that git or the shell run by themselves.
    fn agreed(&self, snapshot: &Snapshot, prepared: &Prepared) -> Result<bool, CliError> {
        let ui = &self.session.ui;
        for (path, reasons) in &prepared.doubtful {
            ui.warn(&format!("{path} may be wrong: {}", reasons.replace('\n', "; ")));
        }
        let commands = runs_by_itself(self.ws, &snapshot.plan, &prepared.changes)?;
        for command in &commands {
            ui.warn(&format!("{} {}", command.path, command.why));
            ui.note(escape_visible(&command.text));
        }
        let mut questions = Vec::new();
        if !prepared.doubtful.is_empty() {
            questions.push(format!("Apply {} that may be wrong?", counted(prepared.doubtful.len(), "file")));
        }
        if !commands.is_empty() {
            questions.push("Write files that run commands by themselves?".to_owned());
        }
        for text in questions {
            if !self.session.confirm(&Question { text: &text, flag: "-y", default: false })? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether to commit, and with which message.
    fn wish(&self, snapshot: &Snapshot, prepared: &Prepared, frame: &mut Frame) -> Result<Option<CommitWish>, CliError> {
        if self.commit.no_commit || self.settings.bool(Key::SkipCommit) && !self.commit.commit {
            return Ok(None);
        }
        let commands = !runs_by_itself(self.ws, &snapshot.plan, &prepared.changes)?.is_empty();
        let wanted = match (self.commit.commit, self.settings.bool(Key::AutoCommit)) {
            (true, _) => true,
            (false, true) if commands => {
                self.session.ui.note("not committed, as some files run commands by themselves; git plandex apply --commit would have");
                false
            }
            (false, true) => true,
            // A yes given beforehand is one to the apply: only a flag, a setting or a person makes a commit of it.
            (false, false) if self.session.ui.is_interactive() && !self.session.yes => {
                let question = Question { text: "Commit what is applied?", flag: "--commit or --no-commit", default: false };
                self.session.confirm(&question)?
            }
            (false, false) => false,
        };
        if !wanted {
            return Ok(None);
        }
        if !prepared.survey.is_clean() {
            if self.conflicts == ConflictMode::Markers && prepared.survey.refused.is_empty() {
                self.session.ui.note("not committed, as conflicts are marked; git add and git commit when they are resolved");
            }
            return Ok(None);
        }
        let _busy = self.session.ui.progress("writing the commit message");
        let mut say = |event| drop(frame.event(&event));
        let wish =
            with_cancel(async |cancel, _| commit_message(self.ws, self.settings, snapshot, &prepared.changes, cancel, &mut say).await)?;
        frame.spent(&wish.calls);
        Ok(Some(wish))
    }

    fn say_applied(&self, applied: &Applied, commit: Option<(&Result<CommitOutcome, Error>, &str)>, frame: &mut Frame) -> u8 {
        let ui = &self.session.ui;
        let done = [
            ("wrote", OperationKind::File, &applied.written),
            ("removed", OperationKind::Remove, &applied.removed),
            ("unchanged", OperationKind::File, &applied.unchanged),
        ];
        for (verb, kind, path) in done.into_iter().flat_map(|(verb, kind, paths)| paths.iter().map(move |path| (verb, kind, path))) {
            ui.note(Line::from(format!("{verb} ")).word(style::PLAIN, path.to_string()));
            frame.for_programs(&RunEvent::Operation { kind, path: path.clone(), destination: None });
        }
        match commit {
            Some((Ok(CommitOutcome::Committed { commit, left_out }), subject)) => {
                ui.note(Line::from(format!("committed {} ", commit.short())).word(style::PLAIN, subject.to_owned()));
                for path in left_out {
                    ui.warn(&format!("{path} is not in the commit: it was not tracked before"));
                }
            }
            Some((Err(error), _)) => {
                let message = format!("the files are applied, but not committed: {}", CliError::words_of(error));
                frame.fail(&message, Some("git add and git commit when that is mended, or git plandex apply --undo takes it back"));
                return Kind::Failed.code();
            }
            Some((Ok(CommitOutcome::Conflict(paths)), _)) => {
                frame.fail(
                    &format!("not committed: your own changes overlap in {}", list(paths)),
                    Some("git add -p and git commit, as you like"),
                );
                return Kind::Failed.code();
            }
            Some((Ok(CommitOutcome::Nothing), _)) => ui.note("nothing to commit: HEAD has it all"),
            None => {}
        }
        if applied.conflicts.is_empty() {
            if !applied.written.is_empty() || !applied.removed.is_empty() {
                ui.hint("git plandex apply --undo takes it back");
            }
            return 0;
        }
        let message = format!("your files and the plan changed the same places of {}", list(&applied.conflicts));
        let hint = "edit the marked places; where one side removed a file, yours is kept; git plandex apply --undo takes it back";
        frame.fail(&message, Some(hint));
        Kind::Failed.code()
    }

    fn say_conflict(&self, survey: &Survey, frame: &mut Frame) -> u8 {
        let paths: Vec<_> = survey.conflicts().into_iter().map(|finding| &finding.path).collect();
        frame.fail(
            &format!("your files and the plan changed the same places of {}; nothing was written", list(paths)),
            Some("git plandex apply --conflicts=markers writes both for you to choose, git plandex reject PATH turns the plan's down"),
        );
        Kind::Failed.code()
    }

    fn say_refused(&self, survey: &Survey, frame: &mut Frame) -> u8 {
        let reasons: Vec<_> = survey.refused.iter().map(ToString::to_string).collect();
        frame.fail(
            &format!("nothing was written: {}", reasons.join("; ")),
            Some("git plandex apply PATH applies others, git plandex reject PATH turns these down"),
        );
        Kind::Failed.code()
    }
}

fn list<'p>(paths: impl IntoIterator<Item = &'p RepoPath>) -> String {
    paths.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether the last apply may be taken back although it is of another plan than the one at hand.
fn is_meant(session: &Session, ws: &Workspace) -> Result<bool, CliError> {
    let Some(last) = last_applied(ws)? else { return Ok(true) };
    let here = session.at_if_any(ws)?.filter(|at| *at != last);
    match here {
        Some(named) if session.names_plan() => {
            let message = format!("the last apply of this worktree is of '{last}', not of '{named}'");
            Err(CliError::failed(message).with_hint(format!("git plandex apply --undo --plan {last}")))
        }
        Some(_) => {
            let text = format!("The last apply of this worktree is of '{last}'. Take it back?");
            session.confirm(&Question { text: &text, flag: &format!("--plan {last}"), default: false })
        }
        None => Ok(true),
    }
}

fn take_back(session: &Session, ws: &Workspace, frame: &mut Frame) -> Result<u8, CliError> {
    let ui = &session.ui;
    if !is_meant(session, ws)? {
        ui.note("nothing was taken back");
        return Ok(Kind::Failed.code());
    }
    match undo(ws)? {
        UndoOutcome::Undone(undone) => {
            start_undo(ws, &undone.label, frame)?;
            ui.note(format!("took back the last apply of this worktree, of '{}'", undone.label));
            for (verb, kind, paths) in
                [("restored", OperationKind::File, &undone.restored), ("removed", OperationKind::Remove, &undone.removed)]
            {
                for path in paths {
                    ui.note(Line::from(format!("{verb} ")).word(style::PLAIN, path.to_string()));
                    frame.for_programs(&RunEvent::Operation { kind, path: path.clone(), destination: None });
                }
            }
            if let Some(commit) = &undone.commit {
                ui.hint(&format!("the commit {} stays; git commit -a records that it was taken back", commit.short()));
            }
            Ok(0)
        }
        UndoOutcome::Conflict(survey) => {
            for finding in survey.conflicts() {
                ui.warn(&format!("changed since: {}", finding.path));
            }
            frame.fail(
                "your later changes overlap with the apply; nothing was taken back",
                Some("those files have to be taken back by hand; git diff and git log -p show what changed since"),
            );
            Ok(Kind::Failed.code())
        }
        UndoOutcome::Refused(survey) => {
            for refused in &survey.refused {
                ui.warn(&refused.to_string());
            }
            frame.fail("some paths cannot be written; nothing was taken back", None);
            Ok(Kind::Failed.code())
        }
        UndoOutcome::Nothing => {
            frame.fail("there is no apply to take back", None);
            Ok(Kind::Failed.code())
        }
    }
}

/// Tells programs which plan the apply was one of that has been taken back.
fn start_undo(ws: &Workspace, label: &str, frame: &mut Frame) -> Result<(), CliError> {
    let Ok(at) = label.parse::<PlanRef>() else { return Ok(()) };
    let (plan, branch) = (at.plan.to_string(), at.branch.to_string());
    frame.for_programs(&RunEvent::Start { plan, branch, run: String::new(), prompt: String::new() });
    frame.for_programs(&RunEvent::Stage { stage: Stage::Apply, model: String::new(), iteration: 0, task: None });
    match ws.store.load(&at) {
        Ok(snapshot) => frame.leaves(&snapshot.plan),
        // The plan may have been deleted since; the files are what counts.
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
