//! `git plandex demo`.

use crate::cli::demo::tour;
use crate::cli::{CliError, session::Session};

/// Show the main job with a recorded model in a scratch repository
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Shows it.
pub fn run(session: &Session, _: &Args) -> Result<u8, CliError> {
    tour(&session.ui)
}
