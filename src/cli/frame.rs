//! What a command that works shows while it works: words for people, or one event a line for programs.
//!
//! For programs the first line is `start` and the last is `done`, whatever happens; what could not begin has no `start`.

use crate::plan::{Call, Cost, Plan, RepoPath, RunEvent, RunState, SubtaskState, Usage, cost_together, used_together};
use crate::ui::{JsonView, OutputError, RunView, Ui, View, usage_line};

use super::{CliError, Kind};

/// Shows what a command does.
pub struct Frame {
    ui: Ui,
    /// Whether programs read it.
    json: bool,
    view: Box<dyn View>,
    started: bool,
    /// What went wrong before the start, which programs are told after it.
    early: Vec<RunEvent>,
    left: Left,
}

/// What the command leaves behind, for its last event.
#[derive(Default)]
struct Left {
    state: Option<RunState>,
    open_tasks: usize,
    pending: Vec<RepoPath>,
    usage: Usage,
    cost: Cost,
}

impl Frame {
    /// Begins a command; `json` is its flag.
    pub fn new(ui: &Ui, json: bool) -> Self {
        let view: Box<dyn View> = if json { Box::new(JsonView::new(ui)) } else { Box::new(RunView::new(ui)) };
        Self { ui: ui.clone(), json, view, started: false, early: Vec::new(), left: Left::default() }
    }

    /// Shows an event; the ends of parts are held back from programs until the whole ends.
    pub fn event(&mut self, event: &RunEvent) -> Result<(), OutputError> {
        match event {
            RunEvent::Start { .. } if std::mem::replace(&mut self.started, true) => return Ok(()),
            RunEvent::Start { .. } => {
                self.view.event(event)?;
                return std::mem::take(&mut self.early).iter().try_for_each(|early| self.view.event(early));
            }
            RunEvent::Error { .. } | RunEvent::Retry { .. } | RunEvent::Fallback { .. } | RunEvent::Usage { .. }
                if self.json && !self.started =>
            {
                self.early.push(event.clone());
                return Ok(());
            }
            RunEvent::Done { state, open_tasks, pending, usage, cost } => {
                self.left.state = Some(*state);
                (self.left.open_tasks, self.left.pending) = (*open_tasks, pending.clone());
                self.left.usage += *usage;
                self.left.cost += *cost;
                if self.json {
                    return Ok(());
                }
            }
            _ => {}
        }
        self.view.event(event)
    }

    /// Shows an event that people are told in other words.
    pub fn for_programs(&mut self, event: &RunEvent) {
        if self.json {
            // A reader that has gone does not stop what is half done.
            drop(self.event(event));
        }
    }

    /// Says what failed although the command goes on to its end, and what to type next.
    pub fn fail(&mut self, message: &str, hint: Option<&str>) {
        self.ui.error(message, hint);
        self.for_programs(&RunEvent::Error { message: message.to_owned(), hint: hint.map(str::to_owned) });
    }

    /// Tells what calls outside of a run used and cost, and counts them.
    pub fn spent(&mut self, calls: &[Call]) {
        for call in calls {
            self.left.usage += call.usage;
            self.left.cost += call.cost;
            self.for_programs(&call.event());
        }
        if !self.json && !calls.is_empty() {
            self.ui.note(usage_line(&used_together(calls), &cost_together(calls)));
        }
    }

    /// Notes how the plan stands now.
    pub fn leaves(&mut self, plan: &Plan) {
        self.left.open_tasks = plan.tasks().iter().filter(|task| task.state == SubtaskState::Open).count();
        self.left.pending = plan.changed_paths().into_iter().cloned().collect();
    }

    /// Ends the command for programs: the failure that ended it, and `done`.
    pub fn end(mut self, ended: &Result<u8, CliError>) {
        if !self.json {
            return;
        }
        if let Err(CliError { message, hint, .. }) = ended {
            self.for_programs(&RunEvent::Error { message: message.clone(), hint: hint.clone() });
        }
        // A reader that has gone misses nothing that the exit code does not say.
        std::mem::take(&mut self.early).iter().for_each(|early| drop(self.view.event(early)));
        let state = match (ended, self.left.state) {
            (Err(error), _) if error.kind != Kind::Interrupted => RunState::Error,
            (Ok(0), Some(state)) => state,
            (Ok(0), None) => RunState::Finished,
            _ => RunState::Stopped,
        };
        let Left { open_tasks, pending, usage, cost, .. } = self.left;
        drop(self.view.event(&RunEvent::Done { state, open_tasks, pending, usage, cost }));
    }
}
