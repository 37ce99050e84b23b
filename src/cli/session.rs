//! What every command starts from: the terminal, the environment, and the plan that was named.

use std::path::PathBuf;

use crate::config::{Environment, FlagValue};
use crate::pipeline::{self, Workspace};
use crate::plan::PlanRef;
use crate::store::{Holder, Snapshot};
use crate::ui::Ui;

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
        let ws = self.open(flags)?;
        ws.store.recover()?;
        if let Some(paths) = pipeline::finish_interrupted(&ws)? {
            self.ui.note(format!("finished an interrupted apply of {} files", paths.len()));
        }
        self.adopt(&ws)?;
        Ok(ws)
    }

    /// Keeps replies that killed runs had received.
    pub fn adopt(&self, ws: &Workspace) -> Result<(), CliError> {
        let kept = pipeline::adopt(ws)?;
        if kept > 0 {
            self.ui.note("kept what an interrupted run had received; git plandex continue goes on from there");
        }
        Ok(())
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
        self.ui.note("stopped; what was received is kept");
        self.ui.hint(hint);
        Kind::Interrupted.code()
    }

    /// Whether the plan was named on the command line or in the environment.
    pub fn names_plan(&self) -> bool {
        self.plan.is_some()
    }
}
