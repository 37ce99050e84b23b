//! `git plandex version`.

use crate::cli::{CliError, session::Session};

/// Print the version
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints it.
pub fn run(session: &Session, _: &Args) -> Result<u8, CliError> {
    session.ui.line(format!("git-plandex {}", env!("CARGO_PKG_VERSION")))?;
    Ok(0)
}
