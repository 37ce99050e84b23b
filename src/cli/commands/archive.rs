//! `git plandex archive` and `git plandex unarchive`.

use crate::plan::Slug;

use crate::cli::{CliError, session::Session};

/// Put a plan away; it keeps its history and leaves the listings
#[derive(Debug, clap::Args)]
pub struct ArchiveArgs {
    /// The plan [default: the current one]
    name: Option<String>,
}

/// Bring an archived plan back
#[derive(Debug, clap::Args)]
pub struct UnarchiveArgs {
    /// The plan
    name: String,
}

/// Archives a plan.
pub fn archive(session: &Session, args: &ArchiveArgs) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let name: Slug = match &args.name {
        Some(name) => name.parse()?,
        None => session.at(&ws)?.plan,
    };
    let current_in = ws.store.worktrees_on(&name)?;
    let stands = ws.store.archive(&name)?;
    session.ui.note(format!("archived '{name}'"));
    session.say_left(&current_in);
    session.ui.hint(&format!("git plandex unarchive {stands} brings it back"));
    Ok(0)
}

/// Brings a plan back.
pub fn unarchive(session: &Session, args: &UnarchiveArgs) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let stands = ws.store.unarchive(&args.name.parse()?)?;
    session.ui.note(format!("brought back '{stands}'"));
    session.ui.hint(&format!("git plandex cd {stands} makes it current"));
    Ok(0)
}
