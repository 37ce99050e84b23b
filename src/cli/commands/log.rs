//! `git plandex log`.

use serde::Serialize;

use crate::ui::{Line, style};

use crate::cli::{CliError, json, session::Session};

/// Show what happened to the plan, the newest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// At most this many entries
    #[arg(short = 'n', long, value_name = "N")]
    max_count: Option<usize>,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    commit: &'a str,
    time: String,
    event: Option<&'a str>,
    stage: Option<String>,
    model: Option<&'a str>,
    subject: &'a str,
    input_tokens: u64,
    cached_tokens: u64,
    output_tokens: u64,
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let at = session.at(&ws)?;
    let entries = ws.store.history(&at, args.max_count.unwrap_or(usize::MAX))?;
    let rows: Vec<Row<'_>> = entries
        .iter()
        .map(|entry| Row {
            commit: entry.commit.as_str(),
            time: json::time(entry.seconds),
            event: entry.event.map(crate::plan::EventKind::as_str),
            stage: entry.stage.map(|stage| stage.to_string()),
            model: entry.model.as_deref(),
            subject: &entry.subject,
            input_tokens: entry.usage.input_tokens,
            cached_tokens: entry.usage.cached_tokens,
            output_tokens: entry.usage.output_tokens,
        })
        .collect();
    if args.json {
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    let pager = ws.store.repo().pager();
    session.ui.paged(pager.as_deref(), |ui| {
        for row in &rows {
            let mut line = Line::new().styled(style::NAME, &row.commit[..10.min(row.commit.len())]);
            line = line.styled(style::DIM, format!(" {} ", json::date(&row.time))).text(row.subject);
            if let Some(model) = row.model {
                line = line.styled(style::DIM, format!("  {model}, {} in, {} out", row.input_tokens, row.output_tokens));
            }
            ui.line(line)?;
        }
        Ok(())
    })?;
    Ok(0)
}
