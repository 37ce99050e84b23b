//! `git plandex ls`.

use serde::Serialize;

use crate::plan::{ContextItem, ContextKind};
use crate::ui::{Table, counted};

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
    id: String,
    #[serde(rename = "type")]
    kind: ContextKind,
    name: &'a str,
    path: Option<String>,
    oid: &'a str,
    bytes: u64,
    tokens: u64,
    auto_loaded: bool,
    forced: bool,
    added: Option<&'a str>,
    updated: Option<&'a str>,
}

fn row(index: usize, item: &ContextItem) -> Row<'_> {
    Row {
        index,
        id: item.id.to_string(),
        kind: item.kind,
        name: &item.name,
        path: item.path.as_ref().map(ToString::to_string),
        oid: item.oid.as_str(),
        bytes: item.bytes,
        tokens: item.tokens,
        auto_loaded: item.auto_loaded,
        forced: item.forced,
        added: item.added.as_deref(),
        updated: item.updated.as_deref(),
    }
}

/// Lists it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let rows: Vec<_> = snapshot.plan.context.iter().enumerate().map(|(at, item)| row(at + 1, item)).collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if rows.is_empty() {
        session.ui.hint("git plandex load PATH");
        return Ok(0);
    }
    let mut table = Table::new(&["#", "name", "type", "tokens", "loaded", "updated"]).right("#").right("tokens");
    for row in &rows {
        let kind = match (row.kind, row.auto_loaded) {
            (ContextKind::File, true) => "file, auto",
            (ContextKind::File, false) => "file",
            (ContextKind::Note, _) => "note",
        };
        let when = |time: Option<&str>| json::date(time.unwrap_or_default()).to_owned();
        let cells = [row.index.to_string(), row.name.to_owned(), kind.into(), row.tokens.to_string(), when(row.added), when(row.updated)];
        table.row(cells);
    }
    session.ui.table(&table)?;
    let total: u64 = snapshot.plan.context.iter().map(|item| item.tokens).sum();
    session.ui.note(format!("{} in all", counted(total, "token")));
    Ok(0)
}
