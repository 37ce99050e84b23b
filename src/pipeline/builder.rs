//! The builder's questions, asked of the models in force.

use crate::config::{Fallback, Model, Models, Role};
use crate::llm::Client;
use crate::plan::{Call, ChatMessage, RunEvent};

use super::repair::{Answer, Asked, Asking, Builder};
use super::{Budget, Cancel, asked};

/// Asks the builder's models over the wire.
pub struct ModelBuilder {
    client: Client,
    models: Models,
    cancel: Cancel,
    budget: Budget,
}

impl ModelBuilder {
    /// A builder with the models in force, until the user wishes to stop.
    pub fn new(client: &Client, models: &Models, cancel: Cancel, budget: Budget) -> Self {
        Self { client: client.clone(), models: models.clone(), cancel, budget }
    }

    /// The model for a question: a stronger one from the second round, the strongest in the third, where there is one.
    fn model(&self, asked: Asked) -> &Model {
        match asked {
            Asked::WholeFile => self.models.for_role(Role::WholeFileBuilder),
            Asked::Validate(round) => {
                let mut model = self.models.for_role(Role::Builder);
                for _ in 1..round {
                    model = model.fallback(Fallback::Strong, 0).unwrap_or(model);
                }
                model
            }
        }
    }
}

impl Builder for ModelBuilder {
    fn ask(&self, asked: Asked, messages: Vec<ChatMessage>) -> Asking<'_> {
        Box::pin(async move {
            let model = self.model(asked);
            let mut say = |event| self.budget.tell_later(event);
            let answered = asked::answer(&self.client, model, &messages, &self.budget, &self.cancel, &mut say).await;
            let asked::Answered { text, call } = answered.map_err(|error| error.to_string())?;
            let answer = Answer { text: self.models.mask().text(&text).into_owned(), model: call.model.clone(), usage: call.usage };
            self.budget.made_by_build(call);
            Ok(answer)
        })
    }

    fn take(&self) -> (Vec<Call>, Vec<RunEvent>) {
        (self.budget.take_builds(), self.budget.take_events())
    }

    fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
