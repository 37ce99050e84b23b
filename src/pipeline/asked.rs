//! Which model is asked, and which one takes over when it cannot answer. The only place that calls a model for a whole answer.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::config::{Fallback, MAX_FALLBACKS, Model};
use crate::llm::{self, Client, Completion, Request};
use crate::plan::{Call, ChatMessage, RunEvent};

use super::{Budget, Cancel, Error};

/// A whole answer.
#[derive(Debug)]
pub struct Answered {
    /// The text.
    pub text: String,
    /// The call that gave it.
    pub call: Call,
}

/// The model for a request of about `tokens`: `model`, or the first one with a window that is large enough.
///
/// A request that is too long for all of them goes to the largest: the count is an estimate, and the provider has the last word.
pub fn large_enough(model: &Model, tokens: u64) -> &Model {
    if tokens <= model.max_input_tokens() {
        return model;
    }
    let largest = || model.chain(Fallback::LargeContext).max_by_key(|next| next.max_input_tokens());
    let larger = model.fallback(Fallback::LargeContext, tokens).or_else(largest);
    larger.filter(|next| next.max_input_tokens() > model.max_input_tokens()).unwrap_or(model)
}

/// The longest request, in tokens, that a model or one that takes over from it can read.
pub fn largest_input(model: &Model) -> u64 {
    model.chain(Fallback::LargeContext).map(Model::max_input_tokens).fold(model.max_input_tokens(), u64::max)
}

/// The model that takes over after an error.
pub fn after_error<'a>(model: &'a Model, error: &llm::Error, tokens: u64) -> Option<&'a Model> {
    next(model, error.remedy().fall_back?, tokens)
}

/// The model that takes over for a reason, or for one that comes near to it.
pub fn next(model: &Model, reason: Fallback, tokens: u64) -> Option<&Model> {
    let first = |kinds: &[Fallback]| kinds.iter().find_map(|kind| model.fallback(*kind, 0));
    match reason {
        // The provider counts otherwise than we do, so a larger window than this one is asked for in any case.
        Fallback::LargeContext => model.fallback(Fallback::LargeContext, tokens.max(model.max_input_tokens() + 1)),
        Fallback::LargeOutput => model.fallback(Fallback::LargeOutput, model.max_output_tokens + 1),
        Fallback::Error => first(&[Fallback::Error, Fallback::Provider]),
        Fallback::Provider => first(&[Fallback::Provider, Fallback::Error]),
        Fallback::Strong => first(&[Fallback::Strong, Fallback::Error]),
    }
}

/// What the user is told when another model takes over.
pub fn takes_over(reason: String, next: &Model) -> RunEvent {
    RunEvent::Fallback { reason, model: next.id.clone(), provider: next.provider.clone() }
}

/// What the user is told when a request is sent again.
pub fn tries_again(reason: String, attempt: u32, wait: Duration) -> RunEvent {
    RunEvent::Retry { reason, attempt, wait: wait.as_secs_f64() }
}

/// The models that were tried for one request, so that they are neither asked again nor too many.
#[derive(Debug, Default)]
pub struct Tried(BTreeSet<(String, String)>);

impl Tried {
    /// Takes up the next model, unless it was tried or enough were.
    pub fn admits(&mut self, model: &Model) -> bool {
        self.0.len() <= MAX_FALLBACKS && self.0.insert((model.provider.clone(), model.model.clone()))
    }
}

/// About how many tokens a request has, four bytes each.
pub fn estimate(messages: &[ChatMessage]) -> u64 {
    let bytes: usize = messages.iter().flat_map(|message| &message.parts).map(|part| part.text.len()).sum();
    bytes as u64 / 4
}

/// How long ago that was, in milliseconds.
pub fn millis(began: std::time::Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

async fn whole(client: &Client, request: &Request<'_>, say: &mut dyn FnMut(RunEvent)) -> Result<Completion, llm::Error> {
    client.complete_telling(request, &mut |attempt, wait, reason| say(tries_again(reason, attempt, wait))).await
}

/// Waits for a whole answer of `model`, or of one that takes over; `say` is told why.
pub async fn answer(
    client: &Client,
    model: &Model,
    messages: &[ChatMessage],
    budget: &Budget,
    cancel: &Cancel,
    say: &mut dyn FnMut(RunEvent),
) -> Result<Answered, Error> {
    let tokens = estimate(messages);
    let mut tried = Tried::default();
    let mut model = large_enough(model, tokens);
    tried.admits(model);
    loop {
        budget.allow(model)?;
        let began = std::time::Instant::now();
        let error = match cancel.clone().unless(whole(client, &Request::new(model, messages), say)).await? {
            Ok(answer) => {
                let cost = budget.pay(model, &answer.usage);
                let role = model.role.as_str().to_owned();
                let call = Call { role, model: model.id.clone(), usage: answer.usage, cost, millis: millis(began) };
                return Ok(Answered { text: answer.text, call });
            }
            Err(error) => error,
        };
        let Some(next) = after_error(model, &error, tokens).filter(|next| tried.admits(next)) else { return Err(error.into()) };
        say(takes_over(error.to_string(), next));
        model = next;
    }
}
