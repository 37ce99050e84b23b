//! What a run may cost, and what it has cost so far.

use std::cell::Cell;
use std::rc::Rc;

use crate::config::{Key, Model, Settings};
use crate::plan::{Cost, Usage, nano_dollars};

use super::Error;

/// The money of one run; clones share what was spent.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    limit: Option<u64>,
    spent: Rc<Cell<Cost>>,
    /// The part of it that went into builds and stands in no commit yet.
    builds: Rc<Cell<Cost>>,
}

impl Budget {
    /// The budget that the settings allow.
    pub fn of(settings: &Settings) -> Self {
        Self { limit: settings.text(Key::MaxCost).and_then(nano_dollars), ..Self::default() }
    }

    /// Refuses a call when the limit is reached, or when nobody knows what the call would cost.
    pub(super) fn allow(&self, model: &Model) -> Result<(), Error> {
        let Some(limit) = self.limit else { return Ok(()) };
        let spent = self.spent.get();
        if spent.nanos >= limit {
            return Err(Error::MaxCost { spent, limit: Cost::of_call(Some(limit)) });
        }
        if model.prices.is_none() {
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
        cost
    }

    /// Counts a call of a build, which the next commit of builds tells.
    pub(super) fn pay_build(&self, cost: Cost) {
        let mut builds = self.builds.get();
        builds += cost;
        self.builds.set(builds);
    }

    /// What builds have cost since this was asked last.
    pub(super) fn take_builds(&self) -> Cost {
        self.builds.take()
    }

    /// What was spent so far.
    pub fn spent(&self) -> Cost {
        self.spent.get()
    }
}
