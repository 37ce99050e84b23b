//! `git plandex merge-edit`.

use std::path::PathBuf;

use crate::cli::{CliError, merge_edit, session::Session};

/// Merge a proposal into a file and print the result
///
/// Exit 0: sure. Exit 1: doubtful; the best result all the same, and the reasons on standard error. Exit 2: an input
/// is missing or unreadable. Touches no repository.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file's path, for its language
    #[arg(long)]
    path: Option<String>,
    /// A file with the prose that explained the change
    #[arg(long)]
    explanation: Option<PathBuf>,
    /// The file as it is
    original: PathBuf,
    /// What is proposed
    proposal: PathBuf,
}

/// Merges.
pub fn run(_: &Session, args: &Args) -> Result<u8, CliError> {
    Ok(merge_edit::run(args.path.as_deref(), args.explanation.as_deref(), &args.original, &args.proposal))
}
