//! `git plandex branches`.

use serde::Serialize;

use crate::cli::{CliError, json, session::Session};
use crate::ui::Table;

/// List the branches of the plan
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    branch: &'a str,
    current: bool,
    updated: String,
    subject: &'a str,
    commit: &'a str,
}

/// Lists them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let at = session.at(&ws)?;
    let found = ws.store.branches(&at.plan)?;
    let row = |branch: &'_ crate::store::BranchSummary| json::time(branch.updated);
    let rows: Vec<Row<'_>> = found
        .iter()
        .map(|branch| Row {
            branch: branch.at.branch.as_str(),
            current: branch.at == at,
            updated: row(branch),
            subject: &branch.subject,
            commit: branch.commit.as_str(),
        })
        .collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    let mut table = Table::new(&["", "branch", "updated", "last"]);
    for row in &rows {
        let mark = if row.current { "*" } else { " " };
        table.row([mark.to_owned(), row.branch.to_owned(), json::date(&row.updated), row.subject.to_owned()]);
    }
    session.ui.table(&table)?;
    Ok(0)
}
