//! The library behind `git plandex`.

pub mod cli;
pub mod config;
pub mod context;
pub mod edit;
pub mod git;
pub mod llm;
pub mod pipeline;
pub mod plan;
pub mod prompt;
pub mod reply;
pub mod store;
pub mod syntax;
pub mod ui;
pub mod worktree;
