//! `git plandex demo`.

use crate::cli::{CliError, session::Session};

/// Play the main job with a recorded model in a scratch repository
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Plays it.
pub fn run(_: &Session, _: &Args) -> Result<u8, CliError> {
    Ok(0)
}
