//! Context items as listings show them.

use serde::Serialize;

use crate::context::{Instruction, SourceChange};
use crate::plan::{ContextItem, ContextKind, ImageDetail};
use crate::ui::{Line, style};

/// An item for programs. Instructions of the project have no index and no id.
#[derive(Serialize)]
pub struct ItemRow<'a> {
    /// Its number in the listing.
    pub index: Option<usize>,
    id: Option<String>,
    #[serde(rename = "type")]
    kind: &'a str,
    /// What it is called.
    pub name: &'a str,
    path: Option<String>,
    directory: Option<String>,
    url: Option<&'a str>,
    media_type: Option<&'a str>,
    detail: Option<ImageDetail>,
    oid: Option<&'a str>,
    bytes: u64,
    /// Its size in tokens.
    pub tokens: u64,
    symbols: &'a [String],
    auto_loaded: bool,
    forced: bool,
    /// When it was loaded.
    pub added: Option<&'a str>,
    /// When it was refreshed.
    pub updated: Option<&'a str>,
    /// What has happened to what it shows, if anything.
    pub outdated: Option<&'static str>,
}

impl<'a> ItemRow<'a> {
    /// The row of an item.
    pub fn of(index: Option<usize>, item: &'a ContextItem, change: Option<SourceChange>) -> Self {
        Self {
            index,
            id: Some(item.id.to_string()),
            kind: item.kind.as_str(),
            name: &item.name,
            path: item.path.as_ref().map(ToString::to_string),
            directory: item.directory.as_ref().map(ToString::to_string),
            url: item.url.as_deref(),
            media_type: item.media_type.as_deref(),
            detail: item.detail,
            oid: Some(item.oid.as_str()),
            bytes: item.bytes,
            tokens: item.tokens,
            symbols: &item.symbols,
            auto_loaded: item.auto_loaded,
            forced: item.forced,
            added: item.added.as_deref(),
            updated: item.updated.as_deref(),
            outdated: change.map(change_word),
        }
    }

    /// The row of a project's instructions, which are no item.
    pub fn of_instruction(instruction: &'a Instruction) -> Self {
        Self {
            index: None,
            id: None,
            kind: "instructions",
            name: instruction.path.as_str().unwrap_or_default(),
            path: Some(instruction.path.to_string()),
            directory: None,
            url: None,
            media_type: None,
            detail: None,
            oid: None,
            bytes: instruction.text.len() as u64,
            tokens: instruction.tokens,
            symbols: &[],
            auto_loaded: true,
            forced: false,
            added: None,
            updated: None,
            outdated: None,
        }
    }

    /// What it is, for people.
    pub fn kind_words(&self) -> String {
        let auto = self.kind == ContextKind::File.as_str() || self.kind == ContextKind::Image.as_str();
        let part = if self.symbols.is_empty() { "" } else { ", part" };
        if auto && self.auto_loaded { format!("{}, auto{part}", self.kind) } else { self.kind.to_owned() }
    }
}

/// One word for what has happened to the source of an item.
pub fn change_word(change: SourceChange) -> &'static str {
    match change {
        SourceChange::Changed => "changed",
        SourceChange::Gone => "gone",
        SourceChange::Ignored(_) => "ignored",
    }
}

/// A line that says what was done to an item, whose name is foreign text.
pub fn said_of(what: &str, item: &ContextItem) -> Line {
    Line::from(format!("{what} ")).word(style::PLAIN, item.name.clone())
}
