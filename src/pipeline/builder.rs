//! The builder's questions, asked of the models in force.

use crate::config::{Fallback, Model, Models, Role};
use crate::llm::{Client, Request};
use crate::plan::ChatMessage;

use super::Cancel;
use super::repair::{Answer, Asked, Asking, Builder};

/// Asks the builder's models over the wire.
pub struct ModelBuilder {
    client: Client,
    models: Models,
    cancel: Cancel,
}

impl ModelBuilder {
    /// A builder with the models in force, until the user wishes to stop.
    pub fn new(client: &Client, models: &Models, cancel: Cancel) -> Self {
        Self { client: client.clone(), models: models.clone(), cancel }
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
            let request = Request::new(model, &messages);
            let answered = self.cancel.clone().unless(self.client.complete(&request)).await.map_err(|error| error.to_string())?;
            let answer = answered.map_err(|error| error.to_string())?;
            Ok(Answer { text: self.models.mask().text(&answer.text).into_owned(), model: model.id.clone(), usage: answer.usage })
        })
    }

    fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
