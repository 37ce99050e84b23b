//! What is asked of a model.

use crate::config::Model;
use crate::plan::ChatMessage;

/// A request, with the model's own settings wherever nothing else is said.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The model.
    pub model: &'a Model,
    /// The messages, in order.
    pub messages: &'a [ChatMessage],
    /// Texts that end the reply; none of them is part of it. Not sent to a model that takes none.
    pub stop: &'a [&'a str],
    /// A limit for the answer, in tokens.
    pub max_output_tokens: Option<u64>,
    /// A temperature; not sent to a model that takes none.
    pub temperature: Option<f64>,
    /// A nucleus sampling limit; not sent to a model that takes none.
    pub top_p: Option<f64>,
}

impl<'a> Request<'a> {
    /// A request with the model's own settings.
    pub fn new(model: &'a Model, messages: &'a [ChatMessage]) -> Self {
        Self { model, messages, stop: &[], max_output_tokens: None, temperature: None, top_p: None }
    }

    /// The output limit to send, if one is known.
    pub(super) fn limit(&self) -> Option<u64> {
        let own = self.model.limit_known.then_some(self.model.max_output_tokens);
        match (self.max_output_tokens, own) {
            (Some(asked), Some(own)) => Some(asked.min(own)),
            (asked, own) => asked.or(own),
        }
    }

    /// The temperature to send.
    pub(super) fn temperature(&self) -> Option<f64> {
        self.model.temperature.map(|own| self.temperature.unwrap_or(own))
    }

    /// The nucleus sampling limit to send.
    pub(super) fn top_p(&self) -> Option<f64> {
        self.model.top_p.map(|own| self.top_p.unwrap_or(own))
    }

    /// The stop sequences to send, of which the format takes `most`.
    pub(super) fn stops(&self, most: usize) -> &'a [&'a str] {
        if self.model.stop { &self.stop[..self.stop.len().min(most)] } else { &[] }
    }

    /// A rough count of the input's tokens, four bytes each.
    pub(super) fn estimated_tokens(&self) -> u64 {
        let bytes: usize = self.messages.iter().flat_map(|message| &message.parts).map(|part| part.text.len()).sum();
        bytes as u64 / 4
    }
}
