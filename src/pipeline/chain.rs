//! Replies that go on where an earlier one was stopped.

use std::sync::Arc;

use crate::plan::{EntityId, Message, Plan};

/// The messages that make up one reply, first to last, ending with `last`.
pub fn chain(plan: &Plan, last: EntityId) -> Vec<&Arc<Message>> {
    let mut chain = Vec::new();
    let mut next = Some(last);
    while let Some(message) = next.and_then(|id| plan.message(id)) {
        // Ids only grow, so a link that points forward is damage and ends the chain.
        next = message.continues.filter(|earlier| *earlier < message.id);
        chain.push(message);
    }
    chain.reverse();
    chain
}

/// The whole text of the reply that ends with `last`.
pub fn chain_text(plan: &Plan, last: EntityId) -> String {
    chain(plan, last).iter().map(|m| m.text.as_str()).collect()
}
