//! `git plandex config`.

use serde::Serialize;

use crate::cli::{CliError, session::Session};
use crate::ui::Table;

/// Show the settings in force and where each comes from
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this setting; prints its value alone
    key: Option<String>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    value: String,
    source: String,
    meaning: &'a str,
}

fn find_key(name: &str) -> Result<crate::config::Key, CliError> {
    crate::config::Key::from_name(name)
        .ok_or_else(|| CliError::failed(format!("there is no setting '{name}'")).with_hint("git plandex config lists them"))
}

/// Shows them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.at_if_any(&ws)?.map(|at| ws.store.load(&at)).transpose()?;
    let settings = ws.settings(snapshot.as_ref().map(|snapshot| &snapshot.plan.meta))?;
    for notice in settings.notices() {
        session.ui.warn(&notice.to_string());
    }
    let all = settings.rows();
    let wanted = args.key.as_deref().map(find_key).transpose()?;
    let rows: Vec<Row<'_>> = all
        .iter()
        .filter(|row| wanted.is_none_or(|key| row.key == key))
        .map(|row| Row { key: row.key.name(), value: row.value.clone(), source: row.source.to_string(), meaning: row.meaning })
        .collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    if wanted.is_some() {
        rows.iter().try_for_each(|row| session.ui.line(row.value.as_str()))?;
        return Ok(0);
    }
    let mut table = Table::new(&["setting", "value", "from", "meaning"]);
    for row in rows {
        table.row([row.key.to_owned(), row.value, row.source, row.meaning.to_owned()]);
    }
    session.ui.table(&table)?;
    Ok(0)
}
