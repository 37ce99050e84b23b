//! One call of a model, as the commit that comes of it tells.

use super::{Cost, RunEvent, Usage};

/// A call of a model that was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// The job that the model was asked for, in the word for its role.
    pub role: String,
    /// The id of the model.
    pub model: String,
    /// What it used.
    pub usage: Usage,
    /// What it cost.
    pub cost: Cost,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

impl Call {
    /// The event that tells of it.
    pub fn event(&self) -> RunEvent {
        let Usage { input_tokens, cached_tokens, output_tokens, .. } = self.usage;
        let (role, model, cost) = (self.role.clone(), self.model.clone(), self.cost);
        // Milliseconds of a lifetime fit into a float's 53 bits.
        let seconds = self.millis as f64 / 1000.0;
        RunEvent::Usage { role, model, input_tokens, cached_tokens, output_tokens, seconds, cost }
    }
}

/// What several calls used together.
pub fn used_together(calls: &[Call]) -> Usage {
    let mut usage = Usage::default();
    calls.iter().for_each(|call| usage += call.usage);
    usage
}

/// What several calls cost together.
pub fn cost_together(calls: &[Call]) -> Cost {
    let mut cost = Cost::default();
    calls.iter().for_each(|call| cost += call.cost);
    cost
}
