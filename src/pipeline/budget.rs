//! What a run may cost, and what it has cost so far.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::config::{Key, Model, Settings};
use crate::plan::{Call, Cost, RunEvent, Usage, nano_dollars};

use super::Error;

/// The money of one run; clones share what was spent.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    limit: Option<u64>,
    spent: Rc<Cell<Cost>>,
    used: Rc<Cell<Usage>>,
    /// The calls of builds that stand in no commit yet.
    builds: Rc<RefCell<Vec<Call>>>,
    /// What there is to tell of them.
    news: Rc<RefCell<Vec<RunEvent>>>,
}

impl Budget {
    /// The same money with the limit of these settings.
    pub fn limited(&self, settings: &Settings) -> Self {
        Self { limit: settings.text(Key::MaxCost).and_then(nano_dollars), ..self.clone() }
    }

    /// Refuses a call when the limit is reached, or when nobody knows what the call would cost.
    pub(super) fn allow(&self, model: &Model) -> Result<(), Error> {
        let Some(limit) = self.limit else { return Ok(()) };
        let spent = self.spent.get();
        if spent.nanos >= limit {
            return Err(Error::MaxCost { spent, limit: Cost::of_call(Some(limit)) });
        }
        // After a call that nobody could price the limit means nothing any more.
        if model.prices.is_none() || spent.unpriced > 0 {
            return Err(Error::UnknownPrice { model: model.id.clone() });
        }
        Ok(())
    }

    /// Counts a call, and returns its cost in nano-dollars if that is known.
    pub(super) fn pay(&self, model: &Model, usage: &Usage) -> Cost {
        let cost = match (model.prices, usage.is_zero()) {
            (Some(prices), false) => Some(prices.cost(usage)),
            // Nothing is paid on one's own hardware, whether it counts or not.
            (Some(prices), true) if prices == crate::plan::Prices::FREE => Some(0),
            _ => None,
        };
        let cost = Cost::of_call(cost);
        let mut spent = self.spent.get();
        spent += cost;
        self.spent.set(spent);
        let mut used = self.used.get();
        used += *usage;
        self.used.set(used);
        cost
    }

    /// Notes a call of a build, which the next commit of builds tells.
    pub(super) fn made_by_build(&self, call: Call) {
        self.tell_later(call.event());
        self.builds.borrow_mut().push(call);
    }

    /// The calls of builds since this was asked last.
    pub(super) fn take_builds(&self) -> Vec<Call> {
        self.builds.take()
    }

    /// Notes what is told when the builds are stored: they run beside a reply.
    pub(super) fn tell_later(&self, event: RunEvent) {
        self.news.borrow_mut().push(event);
    }

    /// What there is to tell since this was asked last.
    pub(super) fn take_events(&self) -> Vec<RunEvent> {
        self.news.take()
    }

    /// What all calls used so far.
    pub(super) fn used(&self) -> Usage {
        self.used.get()
    }

    /// What was spent so far.
    pub fn spent(&self) -> Cost {
        self.spent.get()
    }
}
