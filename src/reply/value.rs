//! What a reply holds, as the parser hands it out.

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::plan::OperationKind;

/// A part of a reply, as soon as it is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Prose to show, without markers.
    Text(String),
    /// A block for a file begins.
    BlockOpen {
        /// The path as the model wrote it, unchecked; empty when the block has none.
        path: String,
        /// The language of its head.
        lang: Option<String>,
    },
    /// Text of the open block, for display: the operation's content may differ from it by a wrapping fence or an indentation.
    BlockText(String),
    /// The open block is complete.
    BlockClose(FileOp),
    /// A move, removal or reset whose section is complete.
    Operation(FileOp),
    /// The finish tag: nothing comes after it.
    Finished,
}

/// A proposed operation, its paths as the model wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileOp {
    /// What it does.
    pub kind: OperationKind,
    /// The path that it is about, unchecked.
    pub path: String,
    /// Where a move goes, unchecked.
    pub destination: Option<String>,
    /// The text of a block.
    pub content: Option<String>,
    /// The prose that explained it.
    pub explanation: String,
}

/// A task as the planner wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TaskDraft {
    /// One line, unique within the reply.
    pub title: String,
    /// One point a line.
    pub description: String,
    /// The paths that it names, unchecked.
    pub uses: Vec<String>,
}

/// A file that the architect chose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileChoice {
    /// The heading that it stands under.
    pub category: Option<String>,
    /// Its path, unchecked.
    pub path: String,
    /// The symbols of interest.
    pub symbols: Vec<String>,
    /// Anything else that was said about it.
    pub note: Option<String>,
}

/// The block in which a reply ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBlock {
    /// The path of its head.
    pub path: String,
    /// The language of its head.
    pub lang: Option<String>,
    /// What came so far.
    pub content: String,
    /// The byte of the reply at which the line of its opening tag begins.
    pub head: usize,
    /// The byte of the reply after the line of its opening tag.
    pub body: usize,
}

/// A whole reply. Serialized, it is the document that `parse-reply` prints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// File blocks, moves, removals and resets, in order.
    pub operations: Vec<FileOp>,
    /// The task list.
    pub tasks: Vec<TaskDraft>,
    /// Titles to take off the list.
    pub removed_tasks: Vec<String>,
    /// Titles that the reply declares complete.
    pub completed_tasks: Vec<String>,
    /// The categories of the context phase.
    pub categories: Vec<String>,
    /// The files of the context phase.
    pub files: Vec<FileChoice>,
    /// Whether the finish tag was there.
    pub finished: bool,
    /// Whether there was a task list, even an empty one.
    pub has_tasks: bool,
    /// Whether there was a list of files, even an empty one.
    pub has_files: bool,
    /// The block in which the reply ended, if it did.
    pub open_block: Option<OpenBlock>,
}

impl Serialize for Reply {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Reply", 7)?;
        document.serialize_field("operations", &self.operations)?;
        document.serialize_field("tasks", &self.tasks)?;
        document.serialize_field("removed_tasks", &self.removed_tasks)?;
        document.serialize_field("completed_tasks", &self.completed_tasks)?;
        document.serialize_field("categories", &self.categories)?;
        document.serialize_field("files", &self.files)?;
        document.serialize_field("finished", &self.finished)?;
        document.end()
    }
}
