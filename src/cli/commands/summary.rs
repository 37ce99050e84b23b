//! `git plandex summary`.

use serde::Serialize;

use crate::pipeline::latest_summary;
use crate::plan::{Plan, Summary, Usage};

use crate::cli::{CliError, session::Session};

/// Show the latest summary of the conversation
///
/// A summary is made when the conversation has become too long to be sent whole with each request.
/// It then stands for the messages that it covers; what came after them is sent as it is.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the text alone, without a pager
    #[arg(short, long)]
    plain: bool,
    /// Print an array of objects
    #[arg(long, conflicts_with = "plain")]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    last_message: String,
    messages: usize,
    tokens: u64,
    model: Option<&'a str>,
    usage: Usage,
    text: &'a str,
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let summary = latest_summary(&snapshot.plan);
    if args.json {
        let rows: Vec<Row<'_>> = summary.iter().map(|summary| row(&snapshot.plan, summary)).collect();
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    let Some(summary) = summary else {
        session.ui.note("there is no summary: the conversation is short enough to be sent as it is");
        return Ok(0);
    };
    let pager = ws.store.repo().pager().filter(|_| !args.plain);
    session.ui.paged(pager.as_deref(), |ui| ui.bytes(summary.text.as_bytes()))?;
    let (covered, all) = (covered(&snapshot.plan, summary), snapshot.plan.messages.len());
    session.ui.note(format!("{covered} of {all} messages; git plandex convo shows them"));
    Ok(0)
}

/// How many messages the summary stands for.
fn covered(plan: &Plan, summary: &Summary) -> usize {
    plan.messages.iter().filter(|message| message.id <= summary.last_message).count()
}

fn row<'a>(plan: &Plan, summary: &'a Summary) -> Row<'a> {
    Row {
        id: summary.id.to_string(),
        last_message: summary.last_message.to_string(),
        messages: covered(plan, summary),
        tokens: summary.tokens,
        model: summary.model.as_deref(),
        usage: summary.usage,
        text: &summary.text,
    }
}
