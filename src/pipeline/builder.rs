//! The builder's questions, asked of the models in force.

use crate::config::{Fallback, Model, Models, Role};
use crate::llm::Client;
use crate::plan::{ChatMessage, Cost};

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
            let answered = asked::answer(&self.client, model, &messages, &self.budget, &self.cancel, &mut |_| {}).await;
            let answer = answered.map_err(|error| error.to_string())?;
            self.budget.pay_build(answer.cost);
            Ok(Answer { text: self.models.mask().text(&answer.text).into_owned(), model: answer.model, usage: answer.usage })
        })
    }

    fn take_cost(&self) -> Cost {
        self.budget.take_builds()
    }

    fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
