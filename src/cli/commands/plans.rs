//! `git plandex plans`.

use serde::Serialize;

use crate::cli::{CliError, json, session::Session};
use crate::ui::Table;

/// List the plans, the last changed first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// List the archived plans instead
    #[arg(short, long)]
    archived: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    plan: &'a str,
    branch: &'a str,
    current: bool,
    archived: bool,
    updated: String,
    subject: &'a str,
    commit: &'a str,
}

/// Lists them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let current = ws.store.current().ok().flatten();
    let found = ws.store.plans(args.archived)?;
    let rows: Vec<Row<'_>> = found
        .iter()
        .map(|branch| Row {
            plan: branch.at.plan.as_str(),
            branch: branch.at.branch.as_str(),
            current: current.as_ref() == Some(&branch.at),
            archived: branch.archived,
            updated: json::time(branch.updated),
            subject: &branch.subject,
            commit: branch.commit.as_str(),
        })
        .collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if rows.is_empty() {
        session.ui.hint(if args.archived { "no plan is archived" } else { "git plandex new, or git plandex tell \"what you want\"" });
        return Ok(0);
    }
    let mut table = Table::new(&["", "plan", "branch", "updated", "last"]);
    for row in &rows {
        let mark = if row.current { "*" } else { " " };
        table.row([mark, row.plan, row.branch, &json::date(&row.updated), row.subject].map(str::to_owned));
    }
    session.ui.table(&table)?;
    Ok(0)
}
