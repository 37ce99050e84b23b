//! `git plandex rm`.

use crate::pipeline::remove_items;
use crate::plan::ContextItem;

use crate::cli::{CliError, session::Session};

use super::item_row::{ItemRow, said_of};

/// Take items out of the context
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Numbers of the listing, ranges such as 2-5, names, paths, directories or globs
    #[arg(required = true)]
    items: Vec<String>,
    /// Print what was taken out as an array of objects
    #[arg(long)]
    json: bool,
}

/// Takes them out.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    let gone = remove_items(&ws, &mut snapshot, &args.items, &session.prefix(&ws))?;
    tell(session, &gone, args.json)
}

/// Says what was taken out.
pub fn tell(session: &Session, gone: &[ContextItem], json: bool) -> Result<u8, CliError> {
    if json {
        session.ui.json_pretty(&gone.iter().map(|item| ItemRow::of(None, item, None)).collect::<Vec<_>>())?;
        return Ok(0);
    }
    for item in gone {
        session.ui.note(said_of("removed", item));
    }
    Ok(0)
}
