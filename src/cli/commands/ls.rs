//! `git plandex ls`.

use serde::Serialize;

use crate::plan::{ContextItem, ContextKind};
use crate::ui::Table;

use crate::cli::{CliError, json, session::Session};

/// List what is loaded for the model to see
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    index: usize,
    #[serde(flatten)]
    item: &'a ContextItem,
}

/// Lists it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let rows: Vec<_> = snapshot.plan.context.iter().enumerate().map(|(at, item)| Row { index: at + 1, item }).collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if rows.is_empty() {
        session.ui.hint("git plandex load PATH");
        return Ok(0);
    }
    let mut table = Table::new(&["#", "name", "type", "tokens", "loaded", "updated"]).right("#").right("tokens");
    for Row { index, item } in &rows {
        let kind = match (item.kind, item.auto_loaded) {
            (ContextKind::File, true) => "file, auto",
            (ContextKind::File, false) => "file",
            (ContextKind::Note, _) => "note",
        };
        let when = |time: &Option<String>| json::date(time.as_deref().unwrap_or_default()).to_owned();
        let cells = [index.to_string(), item.name.clone(), kind.into(), item.tokens.to_string(), when(&item.added), when(&item.updated)];
        table.row(cells);
    }
    session.ui.table(&table)?;
    let total: u64 = snapshot.plan.context.iter().map(|item| item.tokens).sum();
    session.ui.note(format!("{total} tokens in all"));
    Ok(0)
}
