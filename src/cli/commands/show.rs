//! `git plandex show`.

use serde::Serialize;

use crate::context::{excerpt, select};
use crate::plan::ContextItem;

use crate::cli::{CliError, session::Session};

use super::item_row::ItemRow;

/// Print items of the context as the model sees them
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Numbers of the listing, ranges such as 2-5, names, paths, directories or globs
    #[arg(required = true)]
    items: Vec<String>,
    /// Print an array of objects, each with its text; null for a picture
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    row: ItemRow<'a>,
    text: Option<String>,
}

/// Prints them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let ids = select(&snapshot.plan.context, &args.items, &session.prefix(&ws))?;
    let mut bodies = Vec::new();
    for (at, item) in snapshot.plan.context.iter().enumerate().filter(|(_, item)| ids.contains(&item.id)) {
        let bytes = as_shown(item, ws.store.read_blob(&item.oid)?);
        if args.json {
            bodies.push(Body { row: ItemRow::of(Some(at + 1), item, None), text: String::from_utf8(bytes).ok() });
        } else {
            session.ui.bytes(&bytes)?;
        }
    }
    if args.json {
        session.ui.json_pretty(&bodies)?;
    }
    Ok(0)
}

/// The content, or the part of it that a model is shown.
fn as_shown(item: &ContextItem, bytes: Vec<u8>) -> Vec<u8> {
    let part = || excerpt(&item.name, std::str::from_utf8(&bytes).ok()?, &item.symbols);
    if item.symbols.is_empty() { None } else { part() }.map_or(bytes, String::into_bytes)
}
