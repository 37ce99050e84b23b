//! `git plandex show`.

use crate::context::select;

use crate::cli::{CliError, session::Session};

/// Print an item of the context as the model sees it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A number of the listing, a name or a path
    item: String,
}

/// Prints it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    for id in select(&snapshot.plan.context, std::slice::from_ref(&args.item), &session.prefix(&ws))? {
        let item = snapshot.plan.context.iter().find(|item| item.id == id).expect("the selection is of this plan");
        session.ui.bytes(&ws.store.read_blob(&item.oid)?)?;
    }
    Ok(0)
}
