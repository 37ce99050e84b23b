//! `git plandex convo`.

use std::sync::Arc;

use serde::Serialize;

use crate::plan::{Message, Usage};
use crate::ui::{Line, style};

use crate::cli::{CliError, session::Session};

/// Show the conversation
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which messages: N, N-M, N- or -M
    range: Option<String>,
    /// Print the texts alone, without headings
    #[arg(short, long)]
    plain: bool,
    /// Print an array of objects
    #[arg(long, conflicts_with = "plain")]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    index: usize,
    id: String,
    role: &'a str,
    stage: Option<String>,
    stopped: bool,
    stop_reason: Option<&'a str>,
    model: Option<&'a str>,
    usage: Usage,
    finished: Option<&'a str>,
    text: &'a str,
}

/// Shows it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let snapshot = session.snapshot(&ws)?;
    let messages = &snapshot.plan.messages;
    let (from, to) = range(args.range.as_deref(), messages.len())?;
    let chosen = || messages.iter().enumerate().take(to).skip(from - 1);
    if args.json {
        let rows: Vec<_> = chosen().map(|(at, message)| row(at, message)).collect();
        session.ui.json_pretty(&rows)?;
        return Ok(0);
    }
    let pager = ws.store.repo().pager().filter(|_| !args.plain);
    session.ui.paged(pager.as_deref(), |ui| {
        for (at, message) in chosen() {
            if !args.plain {
                ui.line(heading(at, message))?;
            }
            ui.bytes(message.text.as_bytes())?;
            ui.line(if message.text.ends_with('\n') { "" } else { "\n" })?;
        }
        Ok(())
    })?;
    Ok(0)
}

fn heading(at: usize, message: &Message) -> Line {
    let stage = message.stage.map(|stage| format!(", {stage}")).unwrap_or_default();
    let stopped = if message.stopped { ", stopped" } else { "" };
    let when = message.finished.as_deref().or(message.started.as_deref()).unwrap_or_default();
    Line::new()
        .styled(style::HEADING, format!("{}. {}{stage}{stopped}", at + 1, message.role.as_str()))
        .styled(style::DIM, format!("  {when}"))
}

fn row(at: usize, message: &Arc<Message>) -> Row<'_> {
    Row {
        index: at + 1,
        id: message.id.to_string(),
        role: message.role.as_str(),
        stage: message.stage.map(|stage| stage.to_string()),
        stopped: message.stopped,
        stop_reason: message.stop_reason.as_deref(),
        model: message.model.as_deref(),
        usage: message.usage,
        finished: message.finished.as_deref(),
        text: &message.text,
    }
}

/// Reads a range of 1-based numbers, both ends included.
fn range(text: Option<&str>, len: usize) -> Result<(usize, usize), CliError> {
    let bad = || CliError::usage(format!("'{}' is no range of messages: use N, N-M, N- or -M", text.unwrap_or_default()));
    let number = |text: &str, empty: usize| if text.is_empty() { Ok(empty) } else { text.parse::<usize>().map_err(|_| bad()) };
    let (from, to) = match text.map(|text| text.split_once('-').ok_or(text)) {
        None => (1, len),
        Some(Err(one)) => (number(one, 0)?, number(one, 0)?),
        Some(Ok((from, to))) => (number(from, 1)?, number(to, len)?),
    };
    if from == 0 || from > to {
        return if text.is_none() { Ok((1, 0)) } else { Err(bad()) };
    }
    Ok((from, to.min(len)))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_are_one_based_and_checked() {
        assert_eq!(range(None, 5).ok(), Some((1, 5)));
        assert_eq!(range(None, 0).ok(), Some((1, 0)));
        assert_eq!(range(Some("2"), 5).ok(), Some((2, 2)));
        assert_eq!(range(Some("2-9"), 5).ok(), Some((2, 5)));
        assert_eq!(range(Some("-3"), 5).ok(), Some((1, 3)));
        assert_eq!(range(Some("3-"), 5).ok(), Some((3, 5)));
        for bad in ["0", "x", "3-2", "a-b", ""] {
            assert!(range(Some(bad), 5).is_err(), "{bad}");
        }
    }
}
