//! `git plandex models`.

use serde::Serialize;

use crate::cli::{CliError, session::Session, signals::with_cancel};
use crate::config::Settings;
use crate::pipeline::{models_in_force, new_client};
use crate::ui::Table;

/// Show which model does what, and where that is set
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    role: &'a str,
    model: &'a str,
    provider: &'a str,
    source: String,
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading().ok();
    let at = ws.as_ref().map(|ws| session.at_if_any(ws)).transpose()?.flatten();
    let snapshot = ws.as_ref().zip(at).map(|(ws, at)| ws.store.load(&at)).transpose()?;
    let meta = snapshot.as_ref().map(|snapshot| &snapshot.plan.meta);
    let settings = match &ws {
        Some(ws) => ws.settings(meta)?,
        None => Settings::defaults(),
    };
    let client = new_client();
    let models = with_cancel(async |mut cancel, _| cancel.unless(models_in_force(&session.env, &client, &settings, meta)).await?)?;
    let rows: Vec<Row<'_>> = models
        .listing()
        .iter()
        .map(|row| Row { role: row.role.as_str(), model: &row.model, provider: &row.provider, source: row.source.clone() })
        .collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    let mut table = Table::new(&["role", "model", "provider", "from"]);
    for row in rows {
        table.row([row.role.to_owned(), row.model.to_owned(), row.provider.to_owned(), row.source]);
    }
    session.ui.table(&table)?;
    Ok(0)
}
