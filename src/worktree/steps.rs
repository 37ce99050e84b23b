//! Places in an apply where a test can look, or kill the process.

use std::fmt;
use std::sync::Arc;

/// Called at each place with its name; does nothing unless a test sets it.
#[derive(Clone, Default)]
pub struct Steps(Option<Arc<Hook>>);

type Hook = dyn Fn(&str) + Send + Sync;

impl Steps {
    /// Calls `hook` at each place.
    pub fn new(hook: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    /// Says that `place` has been reached.
    pub(super) fn reach(&self, place: &str) {
        if let Some(hook) = &self.0 {
            hook(place);
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Steps")
    }
}
