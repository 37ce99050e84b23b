//! `git plandex rename`.

use crate::plan::Slug;

use crate::cli::{CliError, session::Session};

/// Give the plan another name
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The new name: a-z, 0-9 and dashes
    name: String,
}

/// Renames it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    session.not_a_key("plan's name", &args.name)?;
    let ws = session.writing(Vec::new())?;
    let at = session.at(&ws)?;
    let name: Slug = args.name.parse()?;
    ws.store.rename(&at.plan, &name)?;
    session.ui.note(format!("renamed '{}' to '{name}'", at.plan));
    Ok(0)
}
