//! What a request of a phase is made from.

use crate::plan::{ChatImage, ContextKind, Role, Stage, SubtaskState};

/// A file as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileView<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its content, pending changes included.
    pub content: &'a str,
    /// Whether the content is only a part of the file.
    pub part: bool,
    /// Whether the plan has changed it.
    pub pending: bool,
    /// Whether the program loaded it rather than the user.
    pub auto_loaded: bool,
}

/// A text besides files as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteView<'a> {
    /// What it is; the map of a directory is left out of the implementation.
    pub kind: ContextKind,
    /// Its name.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// A task as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskView<'a> {
    /// Its title.
    pub title: &'a str,
    /// What is to be done, one point a line.
    pub description: &'a str,
    /// The paths that it needs.
    pub uses: &'a [String],
    /// How far it is; removed tasks are left out.
    pub state: SubtaskState,
}

/// A message of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn<'a> {
    /// Who wrote it.
    pub role: Role,
    /// What it says.
    pub text: &'a str,
    /// A remark of the program, such as that the reply was stopped.
    pub note: Option<&'a str>,
}

/// How the file was treated that a reply began to write unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingFile {
    /// It is among the files now; the partial reply ends after the opening tag's line.
    Added,
    /// It stays as it is; the partial reply ends before the opening tag's line.
    Skipped,
    /// It is written anew; the partial reply ends after the opening tag's line.
    Overwrite,
}

/// What the model is asked for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask<'a> {
    /// The user's prompt.
    Prompt(&'a str),
    /// The next phase of planning, or the answer of a chat after its context phase.
    ContinuePlanning,
    /// The current task.
    ContinueImplementation,
    /// The rest of a reply, from its last character.
    Resume {
        /// What there is of it.
        partial: &'a str,
        /// The path of the block in which it ends.
        block: Option<&'a str>,
    },
    /// The rest of a reply that was stopped at a block for a file that it had not seen.
    After {
        /// What there is of it.
        partial: &'a str,
        /// The file's path.
        path: &'a str,
        /// What was done about it.
        choice: MissingFile,
    },
}

/// Everything that a request of a phase needs.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// The phase: context, tasks, implementation or chat.
    pub stage: Stage,
    /// Whether the run is a chat, also in its context phase.
    pub chat: bool,
    /// Whether the model may choose files itself.
    pub auto_context: bool,
    /// The directory that the work is limited to.
    pub limit: Option<&'a str>,
    /// Whether the project is a git repository.
    pub git: bool,
    /// Whether the model may write a script of commands.
    pub script: bool,
    /// The project's instructions for agents.
    pub instructions: Option<&'a str>,
    /// The map of the project's files.
    pub map: Option<&'a str>,
    /// Whether directories are folded in the map.
    pub folded: bool,
    /// Where the user's work stands in git.
    pub work_state: Option<&'a str>,
    /// The notes, pages, trees and the like, in order.
    pub notes: Vec<NoteView<'a>>,
    /// The files, in order.
    pub files: Vec<FileView<'a>>,
    /// Pictures by name, in order.
    pub images: Vec<(&'a str, ChatImage)>,
    /// Paths with pending changes that are not among `files`.
    pub pending: Vec<&'a str>,
    /// The summary of what came before `turns`.
    pub summary: Option<&'a str>,
    /// The conversation before `ask`, oldest first.
    pub turns: Vec<Turn<'a>>,
    /// The task list in its order.
    pub tasks: Vec<TaskView<'a>>,
    /// The place of the current task in `tasks`.
    pub current: Option<usize>,
    /// Why the current task is not done although a reply has worked on it.
    pub unfinished: Option<&'a str>,
    /// Files that the context phase has chosen so far.
    pub chosen: Vec<&'a str>,
    /// Directories that it wanted to look into.
    pub opened: Vec<&'a str>,
    /// Paths that the model named and the project does not have.
    pub unknown: Vec<&'a str>,
    /// Paths that the user does not want to be written.
    pub skipped: Vec<&'a str>,
    /// What is asked for.
    pub ask: Ask<'a>,
    /// The time, in UTC, as it is to be shown.
    pub utc_time: &'a str,
    /// The operating system, as it is to be shown.
    pub os: &'a str,
    /// How many tokens of files the next phase can hold.
    pub budget: Option<u64>,
    /// Of a file with more tokens than this only what the architect names is shown.
    pub large_file: Option<u64>,
}

impl<'a> Scene<'a> {
    /// A scene in a git repository with nothing in it.
    pub fn new(stage: Stage, ask: Ask<'a>) -> Self {
        Self {
            stage,
            chat: stage == Stage::Chat,
            auto_context: false,
            limit: None,
            git: true,
            script: false,
            instructions: None,
            map: None,
            folded: false,
            work_state: None,
            notes: Vec::new(),
            files: Vec::new(),
            images: Vec::new(),
            pending: Vec::new(),
            summary: None,
            turns: Vec::new(),
            tasks: Vec::new(),
            current: None,
            unfinished: None,
            chosen: Vec::new(),
            opened: Vec::new(),
            unknown: Vec::new(),
            skipped: Vec::new(),
            ask,
            utc_time: "",
            os: "",
            budget: None,
            large_file: None,
        }
    }

    /// The current task.
    pub(super) fn task(&self) -> Option<&TaskView<'a>> {
        self.current.and_then(|at| self.tasks.get(at))
    }
}
