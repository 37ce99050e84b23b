//! The sections of a reply: their headings, and what stands in them.

use crate::plan::OperationKind;

use super::choices::{Categories, Files};
use super::line::{heading, unbold};
use super::operations::Operations;
use super::tasks::{RemoveTasks, Tasks};
use super::value::{FileOp, Reply};

/// An open section.
#[derive(Debug)]
pub(super) enum Section {
    Tasks(Tasks),
    RemoveTasks(RemoveTasks),
    Categories(Categories),
    Files(Files),
    Operations(Operations),
    /// A heading without a meaning of its own; it ends the section before it.
    Other,
}

type Make = fn() -> Section;

/// The sections by their headings, in lower case.
const NAMES: &[(&str, Make)] = &[
    ("tasks", || Section::Tasks(Tasks::default())),
    ("task", || Section::Tasks(Tasks::default())),
    ("task list", || Section::Tasks(Tasks::default())),
    ("remove tasks", || Section::RemoveTasks(RemoveTasks::default())),
    ("remove task", || Section::RemoveTasks(RemoveTasks::default())),
    ("removed tasks", || Section::RemoveTasks(RemoveTasks::default())),
    ("categories", || Section::Categories(Categories::default())),
    ("files", || Section::Files(Files::default())),
    ("move files", || operations(OperationKind::Move)),
    ("move file", || operations(OperationKind::Move)),
    ("remove files", || operations(OperationKind::Remove)),
    ("remove file", || operations(OperationKind::Remove)),
    ("delete files", || operations(OperationKind::Remove)),
    ("reset changes", || operations(OperationKind::Reset)),
    ("reset files", || operations(OperationKind::Reset)),
];

fn operations(kind: OperationKind) -> Section {
    Section::Operations(Operations::new(kind))
}

impl Section {
    /// The section that `line` opens.
    pub(super) fn open(line: &str) -> Option<Self> {
        let (_, text) = heading(line)?;
        let name = unbold(text.trim_end_matches(['#', ' ', ':'])).trim_end_matches(':').to_ascii_lowercase();
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Other, |(_, make)| make()))
    }

    /// Reads a line; `false` when the section was over before it.
    pub(super) fn feed(&mut self, line: &str, reply: &Reply) -> bool {
        match self {
            Self::Tasks(tasks) => tasks.feed(line),
            Self::RemoveTasks(titles) => return titles.feed(line),
            Self::Categories(names) => names.feed(line),
            Self::Files(files) => files.feed(line, &reply.categories),
            Self::Operations(operations) => operations.feed(line),
            Self::Other => return false,
        }
        true
    }

    /// Reads a heading without a meaning of its own; `false` when it is not part of the section.
    pub(super) fn feed_heading(&mut self, line: &str, reply: &Reply) -> bool {
        let Some((level, text)) = heading(line) else { return false };
        match self {
            Self::Tasks(tasks) => tasks.feed_heading(text),
            Self::Files(files) if level > 3 => {
                files.feed_heading(line.trim(), &reply.categories);
                true
            }
            _ => false,
        }
    }

    /// Ends the section and puts what it held into `reply`; the operations, if it had some, come back.
    pub(super) fn close(self, ended: bool, reply: &mut Reply) -> Vec<FileOp> {
        match self {
            Self::Tasks(tasks) if !reply.has_tasks => {
                reply.has_tasks = true;
                reply.tasks = tasks.close();
            }
            Self::RemoveTasks(titles) => reply.removed_tasks.extend(titles.close()),
            Self::Categories(names) => reply.categories.extend(names.close()),
            Self::Files(files) => {
                reply.has_files = true;
                reply.files.extend(files.close());
            }
            Self::Operations(operations) => return operations.close(ended),
            Self::Tasks(_) | Self::Other => {}
        }
        Vec::new()
    }
}
