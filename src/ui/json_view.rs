//! A run as events, one JSON object on each line.

use super::error::OutputError;
use super::run_view::View;
use super::terminal::Ui;
use crate::plan::RunEvent;

/// Prints every event as it comes.
pub struct JsonView(Ui);

impl JsonView {
    /// Prints to standard output.
    pub fn new(ui: &Ui) -> Self {
        Self(ui.clone())
    }
}

impl View for JsonView {
    fn event(&mut self, event: &RunEvent) -> Result<(), OutputError> {
        self.0.json(event)
    }
}
