//! `git plandex clear`.

use crate::pipeline::clear_items;

use crate::cli::{CliError, session::Session};

/// Take everything out of the context
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print what was taken out as an array of objects
    #[arg(long)]
    json: bool,
}

/// Takes it out.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    let gone = clear_items(&ws, &mut snapshot)?;
    if !args.json {
        session.ui.note(if gone.len() == 1 { "removed 1 item".to_owned() } else { format!("removed {} items", gone.len()) });
        return Ok(0);
    }
    super::rm::tell(session, &gone, true)
}
