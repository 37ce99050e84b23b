//! Where a value comes from.

use std::fmt;

use super::{Key, Level};

/// A layer of settings; a later one is stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Built in.
    Default,
    /// The machine's git config.
    System,
    /// The user's git config.
    User,
    /// The repository's git config.
    Repository,
    /// The worktree's git config.
    Worktree,
    /// `plan.yml`, which travels with the plan.
    Plan,
    /// The repository's git config under the plan's id.
    PlanLocal,
    /// An environment variable.
    Environment,
    /// `git -c`.
    Command,
    /// The command line.
    Flag,
}

/// The words of listings.
const WORDS: &[(Layer, &str)] = &[
    (Layer::Default, "default"),
    (Layer::System, "system"),
    (Layer::User, "user"),
    (Layer::Repository, "repository"),
    (Layer::Worktree, "worktree"),
    (Layer::Plan, "plan"),
    (Layer::PlanLocal, "plan, this clone only"),
    (Layer::Environment, "environment"),
    (Layer::Command, "git -c"),
    (Layer::Flag, "command line"),
];

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WORDS.iter().find(|(layer, _)| layer == self).map_or("", |(_, word)| word))
    }
}

/// How a value follows from its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// The layer's autonomy level implies it.
    Level(Level),
    /// The layer states it.
    Itself,
    /// Another setting of the layer needs it.
    Coupling(Key),
}

/// Where the value of a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The layer.
    pub layer: Layer,
    /// The file, variable or flag; empty for the default and for `plan.yml`.
    pub detail: String,
    /// How it follows.
    pub via: Via,
}

impl Source {
    /// The built-in default.
    pub(super) fn built_in() -> Self {
        Self { layer: Layer::Default, detail: String::new(), via: Via::Itself }
    }

    /// How strong the value is against one that contradicts it: first the layer, then what is said outright.
    pub(super) fn rank(&self) -> (Layer, bool) {
        (self.layer, !matches!(self.via, Via::Level(_)))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.via {
            Via::Level(level) => write!(f, "auto-mode {level}, ")?,
            Via::Coupling(key) => write!(f, "because of {key}, ")?,
            Via::Itself => {}
        }
        match self.detail.as_str() {
            "" => write!(f, "{}", self.layer),
            detail => write!(f, "{} ({detail})", self.layer),
        }
    }
}
