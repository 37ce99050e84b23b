//! What the commit of an event says: its subject and trailers.

use std::fmt;

use super::{Call, Stage};

/// The word of `Plandex-Event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum EventKind {
    New,
    Run,
    Prompt,
    Reply,
    Tasks,
    Load,
    Remove,
    Update,
    Build,
    Apply,
    Undo,
    Reject,
    Rewind,
    Settings,
    Merge,
    Summary,
    Adopt,
    Branch,
}

/// Each event with its stored word.
const WORDS: &[(EventKind, &str)] = &[
    (EventKind::New, "new"),
    (EventKind::Run, "run"),
    (EventKind::Prompt, "prompt"),
    (EventKind::Reply, "reply"),
    (EventKind::Tasks, "tasks"),
    (EventKind::Load, "load"),
    (EventKind::Remove, "rm"),
    (EventKind::Update, "update"),
    (EventKind::Build, "build"),
    (EventKind::Apply, "apply"),
    (EventKind::Undo, "undo"),
    (EventKind::Reject, "reject"),
    (EventKind::Rewind, "rewind"),
    (EventKind::Settings, "settings"),
    (EventKind::Merge, "merge"),
    (EventKind::Summary, "summary"),
    (EventKind::Adopt, "adopt"),
    (EventKind::Branch, "branch"),
];

impl EventKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(kind, _)| *kind == self).map_or("event", |(_, word)| word)
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The commit message of an event, in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What happened.
    pub event: EventKind,
    /// The subject line in plain words; the store folds it to one line and a fair length.
    pub subject: String,
    /// Further lines for a person; foreign text, so never the last paragraph.
    pub body: String,
    /// The nonce of the run, if one was at work.
    pub run: Option<String>,
    /// The stage, for replies and builds.
    pub stage: Option<Stage>,
    /// The model, for replies.
    pub model: Option<String>,
    /// The calls of models that the event comes from.
    pub calls: Vec<Call>,
}

impl Record {
    /// A record with nothing but an event and its subject.
    pub fn new(event: EventKind, subject: impl Into<String>) -> Self {
        Self { event, subject: subject.into(), body: String::new(), run: None, stage: None, model: None, calls: Vec::new() }
    }
}
