//! What every command starts from: the terminal, the environment, and the plan that was named.

use std::path::PathBuf;

use crate::config::{Environment, FlagValue, Mask, looks_like_key, mask_of};
use crate::pipeline::{self, Adopted, Recovered, Workspace};
use crate::plan::{ObjectId, PlanRef};
use crate::store::{Holder, Snapshot};
use crate::ui::{Line, Question, Ui, style};

use super::signals::while_asking;
use super::{CliError, Kind};

/// The environment of one command, read once.
pub struct Session {
    /// All output goes through here.
    pub ui: Ui,
    /// The answer to every confirmation.
    pub yes: bool,
    /// Where the command was typed.
    pub cwd: PathBuf,
    /// The environment's variables.
    pub env: Environment,
    plan: Option<String>,
}

impl Session {
    /// Reads the process's environment.
    pub fn from_process(plan: Option<String>, yes: bool) -> Result<Self, CliError> {
        let cwd = std::env::current_dir().map_err(|error| CliError::failed(format!("cannot tell the current directory: {error}")))?;
        Ok(Self { ui: Ui::from_env(), yes, cwd, env: Environment::from_process(), plan: plan.filter(|name| !name.is_empty()) })
    }

    /// Opens the repository for reading.
    pub fn reading(&self) -> Result<Workspace, CliError> {
        self.open(Vec::new())
    }

    /// Opens the repository with settings from flags.
    pub fn open(&self, flags: Vec<FlagValue>) -> Result<Workspace, CliError> {
        Ok(Workspace::open(&self.cwd, self.env.clone(), flags)?)
    }

    /// Opens the repository for writing: what killed commands left unfinished is finished first.
    pub fn writing(&self, flags: Vec<FlagValue>) -> Result<Workspace, CliError> {
        let (ws, adopted) = self.finishing(flags)?;
        self.say_how_to_go_on(&ws, &adopted);
        Ok(ws)
    }

    /// The same for a command that goes on with what was left.
    pub fn going_on(&self, flags: Vec<FlagValue>) -> Result<Workspace, CliError> {
        self.finishing(flags).map(|(ws, _)| ws)
    }

    fn finishing(&self, flags: Vec<FlagValue>) -> Result<(Workspace, Adopted), CliError> {
        let ws = self.open(flags)?;
        ws.store.recover()?;
        if let Some(recovered) = pipeline::finish_interrupted(&ws)? {
            self.say_recovered(&recovered);
        }
        let adopted = pipeline::adopt(&ws)?;
        self.say_kept(&adopted);
        Ok((ws, adopted))
    }

    /// Says what became of replies that killed runs had received, and what goes on with them.
    pub fn say_adopted(&self, ws: &Workspace, adopted: &Adopted) {
        self.say_kept(adopted);
        self.say_how_to_go_on(ws, adopted);
    }

    fn say_kept(&self, adopted: &Adopted) {
        adopted.kept.iter().for_each(|at| self.ui.note(format!("kept what an interrupted run of '{at}' had received")));
        for path in &adopted.aside {
            self.ui.note(format!("a reply that was interrupted has no place in the plan any more; it stands in {}", path.display()));
        }
        for (at, error) in &adopted.left {
            self.ui.warn(&format!("what an interrupted run of '{at}' had received waits: {}", CliError::words_of(error)));
        }
    }

    fn say_how_to_go_on(&self, ws: &Workspace, adopted: &Adopted) {
        let current = ws.store.current().ok().flatten();
        for at in &adopted.kept {
            let which = if current.as_ref() == Some(at) { String::new() } else { format!(" --plan {at}") };
            self.ui.hint(&format!("git plandex continue{which} goes on from there"));
        }
    }

    /// Says that a plan branch is deleted, and with which commit it can be brought back, as git does for its branches.
    pub fn say_deleted(&self, at: &PlanRef, commit: &ObjectId) {
        self.ui.note(format!("deleted '{at}' (was {})", commit.short()));
    }

    /// Says where no plan is current any more.
    pub fn say_left(&self, worktrees: &[PathBuf]) {
        for dir in worktrees {
            self.ui.note(format!("no plan is current in {} any more; git plandex cd PLAN chooses one", dir.display()));
        }
    }

    /// Says what came of an apply or undo that was interrupted.
    fn say_recovered(&self, recovered: &Recovered) {
        let what = if recovered.undo { "apply --undo" } else { "apply" };
        let at = &recovered.label;
        let (words, paths, hint) = match (recovered.finished, recovered.undo) {
            (true, false) => {
                ("finished it, without a commit", &recovered.paths, "git diff shows it, git plandex apply --undo takes it back")
            }
            (true, true) => ("finished it", &recovered.paths, "git plandex apply applies the changes again"),
            (false, _) => ("took it back, as files have changed since", &recovered.left, "git plandex status"),
        };
        let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        self.ui.note(Line::from(format!("an {what} of '{at}' was interrupted; {words}")).word(style::PLAIN, names));
        self.ui.hint(hint);
    }

    /// The plan branch that the command is about: the one named, or the current one.
    pub fn at(&self, ws: &Workspace) -> Result<PlanRef, CliError> {
        Ok(ws.store.resolve(self.plan.as_deref())?)
    }

    /// The plan branch that the command is about; `None` when none was named and none is current.
    pub fn at_if_any(&self, ws: &Workspace) -> Result<Option<PlanRef>, CliError> {
        if self.plan.is_some() {
            return self.at(ws).map(Some);
        }
        match ws.store.current() {
            Err(error) if error.is_gone() => {
                self.ui.note(format!("{error}, so none is current"));
                Ok(None)
            }
            current => Ok(current?),
        }
    }

    /// Loads the plan that the command is about.
    pub fn snapshot(&self, ws: &Workspace) -> Result<Snapshot, CliError> {
        let at = self.at(ws)?;
        Ok(ws.store.load(&at)?)
    }

    /// The directory that paths are typed in, relative to the root: empty or with a slash at its end.
    pub fn prefix(&self, ws: &Workspace) -> String {
        let cwd = self.cwd.canonicalize().unwrap_or_else(|_| self.cwd.clone());
        let below = ws.store.repo().work_dir().and_then(|root| cwd.strip_prefix(root).ok());
        match below.map(|path| path.to_string_lossy()) {
            Some(path) if !path.is_empty() => format!("{path}/"),
            _ => String::new(),
        }
    }

    /// Refuses a word that is to be stored and is a key, or looks like one; `what` it was given as.
    pub fn not_a_key(&self, what: &str, word: &str) -> Result<(), CliError> {
        let mask = mask_of(&self.env).unwrap_or_else(|_| Mask::of(&self.env, []));
        if mask.text(word) == word && !looks_like_key(word) {
            return Ok(());
        }
        let hint = "export ANTHROPIC_API_KEY=… (or the variable that `git plandex models` misses): keys belong in the environment";
        Err(CliError::failed(format!("the {what} looks like a key, so it was not stored")).with_hint(hint))
    }

    /// Asks whether to go on, unless that was answered on the command line.
    pub fn confirm(&self, question: &Question<'_>) -> Result<bool, CliError> {
        Ok(while_asking(|| self.ui.confirm(question, self.yes))?)
    }

    /// Asks a person, whatever was answered on the command line.
    pub fn confirm_in_person(&self, question: &Question<'_>) -> Result<bool, CliError> {
        Ok(while_asking(|| self.ui.confirm(question, false))?)
    }

    /// Lets the person choose one of `choices`; `instead` says what to type without a terminal.
    pub fn pick(&self, prompt: &str, choices: &[String], instead: &str) -> Result<Option<usize>, CliError> {
        Ok(while_asking(|| self.ui.pick(prompt, choices, instead))?)
    }

    /// Says that a run which may have ended is watched.
    pub fn watches(&self, holder: &Holder) {
        let since = &holder.since;
        self.ui.note(format!("watching a run on {} that has held '{}' since {since} and may have ended", holder.host, holder.at));
    }

    /// Says that the user has stopped the command, and how to go on; returns the exit code.
    pub fn stopped(&self, hint: &str) -> u8 {
        if self.ui.is_closed() {
            // Whoever closes the pipe has seen enough.
            return Kind::Closed.code();
        }
        self.ui.note("what was received is kept");
        self.ui.hint(hint);
        Kind::Interrupted.code()
    }

    /// Whether the plan was named on the command line or in the environment.
    pub fn names_plan(&self) -> bool {
        self.plan.is_some()
    }
}
