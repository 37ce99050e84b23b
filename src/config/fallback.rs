//! The models that take over from another, by reason. Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Model;

/// How many models may take over from each other before a request fails for good.
pub const MAX_FALLBACKS: usize = 10;

/// Why another model takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fallback {
    /// The request does not fit into the window.
    LargeContext,
    /// The answer does not fit into what the model may write.
    LargeOutput,
    /// The model fails.
    Error,
    /// The provider fails, and another has the same model.
    Provider,
    /// The model's answers are not good enough.
    Strong,
}

/// Each reason with its word in `models.yml` and in listings.
const WORDS: &[(Fallback, &str)] = &[
    (Fallback::LargeContext, "large_context"),
    (Fallback::LargeOutput, "large_output"),
    (Fallback::Error, "error"),
    (Fallback::Provider, "provider"),
    (Fallback::Strong, "strong"),
];

impl Fallback {
    /// Every reason, in the order of listings.
    pub const ALL: [Fallback; 5] = [Self::LargeContext, Self::LargeOutput, Self::Error, Self::Provider, Self::Strong];

    /// The word in `models.yml`.
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// Whether `model` can do what the one before it could not.
    fn fits(self, model: &Model, needed_tokens: u64) -> bool {
        match self {
            Self::LargeContext => needed_tokens <= model.max_input_tokens(),
            Self::LargeOutput => needed_tokens <= model.max_output_tokens,
            Self::Error | Self::Provider | Self::Strong => true,
        }
    }
}

/// The models that take over from one, at most one for each reason; each of them has its own.
#[derive(Debug, Clone, Default)]
pub struct Fallbacks {
    /// By reason, in the order of [`Fallback::ALL`].
    next: [Option<Arc<Model>>; 5],
}

impl Fallbacks {
    /// The next model for a reason.
    pub fn next(&self, kind: Fallback) -> Option<&Arc<Model>> {
        self.next[kind as usize].as_ref()
    }

    /// Says which model takes over.
    pub(super) fn set(&mut self, kind: Fallback, model: Option<Arc<Model>>) {
        self.next[kind as usize] = model;
    }
}

impl Model {
    /// The model that takes over for `kind`, `needed_tokens` long in or out: the first of the chain that is large enough, each by its own limit.
    ///
    /// A chain for larger answers that is not there is that for larger requests. At most [`MAX_FALLBACKS`] models are looked at.
    pub fn fallback(&self, kind: Fallback, needed_tokens: u64) -> Option<&Model> {
        let chain = match kind {
            Fallback::LargeOutput if self.fallbacks.next(kind).is_none() => Fallback::LargeContext,
            kind => kind,
        };
        self.chain(chain).find(|model| kind.fits(model, needed_tokens))
    }

    /// The models that take over one after another for a reason.
    pub fn chain(&self, kind: Fallback) -> impl Iterator<Item = &Model> {
        std::iter::successors(Some(self), move |model| model.fallbacks.next(kind).map(Arc::as_ref)).skip(1).take(MAX_FALLBACKS)
    }

    /// Shows `see` the model and every one that can take over from it, each once.
    pub fn visit(&self, see: &mut dyn FnMut(&Model)) {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![self];
        while let Some(model) = waiting.pop() {
            if seen.insert(std::ptr::from_ref(model)) {
                see(model);
                waiting.extend(Fallback::ALL.iter().filter_map(|kind| model.fallbacks.next(*kind)).map(Arc::as_ref));
            }
        }
    }
}
