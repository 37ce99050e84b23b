//! Prompts: templates and values become messages.
//!
//! Every prompt is one Markdown file in `prompts/`, with its conditions visible in it. The messages are ordered so that
//! what stays the same from request to request comes first:
//!
//! | phase | order |
//! |---|---|
//! | context, tasks, chat | fixed words, map and what the user loaded, files that were chosen, rules, conversation, tasks, prompt |
//! | implementation | fixed words, rules, conversation, files of the task, tasks, prompt |
//!
//! Messages of one role that follow each other are one message, so that roles alternate as some models insist.

mod build;
mod errand;
mod messages;
mod render;
mod scene;
mod template;
mod view;

pub use build::{ValidateScene, WholeFileScene, validate, whole_file};
pub use errand::{VerdictScene, commit_message, from_chat, plan_name, summary, verdict};
pub use render::render;
pub use scene::{Ask, FileView, MissingFile, NoteView, Scene, TaskView, Turn};
