//! `git plandex rm`.

use crate::pipeline::remove_items;

use crate::cli::{CliError, session::Session};

/// Take items out of the context
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Numbers of the listing, ranges such as 2-5, names, paths, directories or globs
    #[arg(required = true)]
    items: Vec<String>,
}

/// Takes them out.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    for name in remove_items(&ws, &mut snapshot, &args.items, &session.prefix(&ws))? {
        session.ui.note(format!("removed {name}"));
    }
    Ok(0)
}
