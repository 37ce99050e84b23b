//! The reply parser: chunks become text, blocks, tasks and file operations.
//!
//! The parser is pure and incremental: what comes out does not depend on where chunks were cut. It judges form alone;
//! paths and titles come out as the model wrote them, and a tag counts only alone on its line.
//!
//! | Marker | Meaning |
//! |---|---|
//! | `<PlandexBlock lang="…" path="…">` … `</PlandexBlock>` | content of a file; before it, `- path:` |
//! | `### Tasks`, `### Remove Tasks` | changes of the task list |
//! | `**<title>** has been completed` | the task is done |
//! | `### Categories`, `### Files` | the choice of the context phase |
//! | `### Move Files`, `### Remove Files`, `### Reset Changes`, each to `<EndPlandexFileOps/>` | operations without content |
//! | `<PlandexFinish/>` | ends the reply; all that follows is ignored |
//!
//! Everything inside a block is content, also tags and sections; a block inside a block is counted, so that its closing tag
//! is content too.

mod answer;
mod block;
mod choices;
mod completion;
mod held;
mod label;
mod line;
mod merge;
mod operations;
mod parser;
mod seam;
mod section;
mod tag;
mod tasks;
mod value;

pub use answer::{Comment, Replacement, Validation, Verdict, commit_message, plan_name, summary, validation, verdict, whole_file};
pub use completion::same_title;
pub use merge::{Listed, TaskMove, merge_tasks};
pub use parser::{Parser, parse};
pub use seam::Seam;
pub use value::{FileChoice, FileOp, OpenBlock, Piece, Reply, TaskDraft};
