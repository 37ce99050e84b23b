//! `git plandex apply`.

use crate::config::{FlagValue, Key, Settings};
use crate::context::resolve_argument;
use crate::pipeline::{
    Applied, AppliedPlan, ApplyRequest, CommitOutcome, CommitWish, ConflictMode, Prepared, Survey, UndoOutcome, Workspace, acquire, apply,
    build_pending, builder, commit_message, prepare, runs_by_itself, undo,
};
use crate::plan::{OperationKind, PlanRef, RepoPath, RunEvent, RunState, Stage, SubtaskState, Usage};
use crate::store::Snapshot;
use crate::ui::{JsonView, Question, View, escape_visible};

use super::running::flag_value;

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
    /// Print one event per line
    #[arg(long)]
    json: bool,
}

/// Whether to commit what is applied.
#[derive(Debug, clap::Args)]
pub struct CommitFlags {
    /// Commit what is applied
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
    json: bool,
}

/// Applies what is pending.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let root = ws.store.repo().require_work_dir()?.to_owned();
    if args.undo {
        return take_back(session, &ws);
    }
    let paths = args.paths.iter().map(|arg| resolve_argument(&root, &session.cwd, arg)).collect::<Result<Vec<_>, _>>()?;
    let snapshot = session.snapshot(&ws)?;
    let settings = ws.settings(Some(&snapshot.plan.meta))?;
    let conflicts = if args.conflicts == "markers" { ConflictMode::Markers } else { ConflictMode::Stop };
    Job { session, ws: &ws, settings: &settings, commit: &args.commit, conflicts, json: args.json }.run(snapshot, &paths)
}

/// Applies what a run left pending.
pub fn after_run(
    session: &Session,
    ws: &Workspace,
    at: &PlanRef,
    settings: &Settings,
    after: &AfterRun,
    json: bool,
) -> Result<u8, CliError> {
    let snapshot = ws.store.load(at)?;
    Job { session, ws, settings, commit: &after.commit, conflicts: ConflictMode::Stop, json }.run(snapshot, &[])
}

impl Job<'_> {
    fn run(&self, mut snapshot: Snapshot, paths: &[RepoPath]) -> Result<u8, CliError> {
        self.event(RunEvent::Stage { stage: Stage::Apply, model: String::new(), iteration: 0, task: None });
        let ended = self.work(&mut snapshot, paths);
        if let Err(error) = &ended {
            self.event(RunEvent::Error { message: error.message.clone(), hint: error.hint.clone() });
        }
        let state = match ended {
            Ok(0) => RunState::Finished,
            Ok(_) => RunState::Stopped,
            Err(_) => RunState::Error,
        };
        let plan = &snapshot.plan;
        let open_tasks = plan.tasks().iter().filter(|task| task.state == SubtaskState::Open).count();
        let pending = plan.changed_paths().into_iter().cloned().collect();
        self.event(RunEvent::Done { state, open_tasks, pending, usage: Usage::default() });
        ended
    }

    fn work(&self, snapshot: &mut Snapshot, paths: &[RepoPath]) -> Result<u8, CliError> {
        self.build_first(snapshot)?;
        // Held until the plan says what was applied, so that no run builds on what is being applied.
        let (_lease, adopted) = acquire(self.ws, &snapshot.at, "apply", &mut |_| ())?;
        self.session.say_adopted(&adopted);
        self.ws.store.refresh(snapshot)?;
        let prepared = prepare(self.ws, snapshot, paths)?;
        if prepared.changes.is_empty() {
            self.session.ui.note(if prepared.script { "only a script is pending; it stays in the plan" } else { "nothing is pending" });
            return Ok(0);
        }
        if !self.agreed(snapshot, &prepared)? {
            self.session.ui.note("nothing was applied");
            return Ok(Kind::Failed.code());
        }
        let commit = self.wish(snapshot, &prepared)?;
        let script = prepared.script;
        let request = ApplyRequest { conflicts: self.conflicts, commit };
        let code = match apply(self.ws, snapshot, prepared, &request)? {
            AppliedPlan::Applied { applied, commit } => self.say_applied(&applied, commit.as_ref()),
            AppliedPlan::Conflict(survey) => self.say_conflict(&survey),
            AppliedPlan::Refused(survey) => self.say_refused(&survey),
        };
        if script {
            self.session.ui.note("the plan's script was not written and not run; git plandex diff shows it");
        }
        Ok(code)
    }

    /// Says what stands in the way, to people and to programs.
    fn stop(&self, message: &str, hint: &str) -> u8 {
        self.session.ui.error(message, Some(hint));
        self.event(RunEvent::Error { message: message.to_owned(), hint: Some(hint.to_owned()) });
        Kind::Failed.code()
    }

    fn event(&self, event: RunEvent) {
        if self.json {
            // A reader that has gone does not stop an apply halfway.
            drop(JsonView::new(&self.session.ui).event(&event));
        }
    }

    fn build_first(&self, snapshot: &mut Snapshot) -> Result<(), CliError> {
        let waiting = snapshot.plan.unbuilt().filter(|op| op.error.is_none()).count();
        if waiting == 0 {
            return Ok(());
        }
        let question = Question { text: &format!("{waiting} proposed changes are not built yet. Build them?"), flag: "-y", default: true };
        if self.session.ui.confirm(&question, self.session.yes)? {
            let at = snapshot.at.clone();
            let build = async |_, _| build_pending(self.ws, &at, builder(self.ws, &at).await?, &mut |event| self.event(event)).await;
            *snapshot = with_cancel(build)?;
        }
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
            questions.push(format!("Apply {} files that may be wrong?", prepared.doubtful.len()));
        }
        if !commands.is_empty() {
            questions.push("Write files that run commands by themselves?".to_owned());
        }
        for text in questions {
            if !ui.confirm(&Question { text: &text, flag: "-y", default: false }, self.session.yes)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether to commit, and with which message.
    fn wish(&self, snapshot: &Snapshot, prepared: &Prepared) -> Result<Option<CommitWish>, CliError> {
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
            (false, false) if self.session.ui.err().terminal => {
                let question = Question { text: "Commit what is applied?", flag: "--commit or --no-commit", default: false };
                self.session.ui.confirm(&question, self.session.yes)?
            }
            (false, false) => false,
        };
        if !wanted || !prepared.survey.is_clean() {
            return Ok(None);
        }
        Ok(Some(with_cancel(async |cancel, _| commit_message(self.ws, self.settings, snapshot, &prepared.changes, cancel).await)?))
    }

    fn say_applied(&self, applied: &Applied, commit: Option<&CommitOutcome>) -> u8 {
        let ui = &self.session.ui;
        let done = [
            ("wrote", OperationKind::File, &applied.written),
            ("removed", OperationKind::Remove, &applied.removed),
            ("unchanged", OperationKind::File, &applied.unchanged),
        ];
        for (verb, kind, path) in done.into_iter().flat_map(|(verb, kind, paths)| paths.iter().map(move |path| (verb, kind, path))) {
            ui.note(format!("{verb} {path}"));
            self.event(RunEvent::Operation { kind, path: path.clone(), destination: None });
        }
        for path in &applied.conflicts {
            ui.warn(&format!("{path} has conflict markers"));
        }
        match commit {
            Some(CommitOutcome::Committed { commit, left_out }) => {
                ui.note(format!("committed {}", commit.short()));
                for path in left_out {
                    ui.warn(&format!("{path} is not in the commit: it was not tracked before"));
                }
            }
            Some(CommitOutcome::Conflict(paths)) => {
                let names = paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                return self.stop(&format!("not committed: your own changes overlap in {names}"), "git add -p and git commit, as you like");
            }
            Some(CommitOutcome::Nothing) | None => {}
        }
        if applied.conflicts.is_empty() {
            ui.hint("git plandex apply --undo takes it back");
            return 0;
        }
        ui.hint("edit the marked places; git plandex apply --undo takes it back");
        Kind::Failed.code()
    }

    fn say_conflict(&self, survey: &Survey) -> u8 {
        for finding in survey.conflicts() {
            self.session.ui.warn(&format!("conflict: {}", finding.path));
        }
        self.stop(
            "your files and the plan changed the same places; nothing was written",
            "git plandex apply --conflicts=markers writes both for you to choose, git plandex reject PATH turns the plan's down",
        )
    }

    fn say_refused(&self, survey: &Survey) -> u8 {
        for refused in &survey.refused {
            self.session.ui.warn(&refused.to_string());
        }
        self.stop(
            "some paths cannot be written; nothing was",
            "git plandex apply PATH applies others, git plandex reject PATH turns these down",
        )
    }
}

fn take_back(session: &Session, ws: &Workspace) -> Result<u8, CliError> {
    let ui = &session.ui;
    match undo(ws)? {
        UndoOutcome::Undone(undone) => {
            for path in &undone.restored {
                ui.note(format!("restored {path}"));
            }
            for path in &undone.removed {
                ui.note(format!("removed {path}"));
            }
            if let Some(commit) = &undone.commit {
                ui.hint(&format!("the commit {} stays; git add and git commit record that it was taken back", commit.short()));
            }
            Ok(0)
        }
        UndoOutcome::Conflict(survey) => {
            for finding in survey.conflicts() {
                ui.warn(&format!("changed since: {}", finding.path));
            }
            ui.error(
                "your later changes overlap with the apply; nothing was taken back",
                Some("commit or move your changes away, then try again"),
            );
            Ok(Kind::Failed.code())
        }
        UndoOutcome::Refused(survey) => {
            for refused in &survey.refused {
                ui.warn(&refused.to_string());
            }
            ui.error("some paths cannot be written; nothing was taken back", None);
            Ok(Kind::Failed.code())
        }
        UndoOutcome::Nothing => {
            ui.error("there is no apply to take back", None);
            Ok(Kind::Failed.code())
        }
    }
}
