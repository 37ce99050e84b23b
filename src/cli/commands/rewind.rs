//! `git plandex rewind`.

use crate::pipeline;
use crate::plan::{EventKind, Record};
use crate::store::HistoryEntry;

use crate::cli::{CliError, json, session::Session};

/// Take the plan back to an earlier state; your files stay as they are
///
/// The plan's history only grows: a rewind is a new entry with the earlier state, and rewinding to a later one
/// brings it back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A number of steps, or a commit of the plan's log; without it, choose from a list
    to: Option<String>,
}

/// Rewinds it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    let target = match &args.to {
        Some(spec) => ws.store.find_commit(&snapshot.at, spec)?,
        None => {
            let entries = ws.store.history(&snapshot.at, 200)?;
            let choice = |(steps, e): (usize, &HistoryEntry)| {
                format!("{steps:>3}  {} {} {}", e.commit.short(), json::date(&json::time(e.seconds)), e.subject)
            };
            let choices: Vec<_> = entries.iter().enumerate().map(choice).collect();
            let Some(chosen) = session.pick("rewind to", &choices, "git plandex rewind STEPS")? else { return Ok(1) };
            entries[chosen].commit.clone()
        }
    };
    let history = ws.store.history(&snapshot.at, usize::MAX)?;
    let name = history.iter().find(|entry| entry.commit == target).map(|entry| entry.subject.clone()).unwrap_or_default();
    let before = snapshot.commit.clone();
    let record = Record::new(EventKind::Rewind, format!("Rewind to: {name}"));
    let (_canceller, cancel) = pipeline::cancel();
    let (lease, adopted) = pipeline::acquire(&ws, &snapshot.at, "rewind", &mut |holder| session.watches(holder), &cancel)?;
    session.say_adopted(&ws, &adopted);
    if !ws.store.rewind(&lease, &mut snapshot, &target, &record)? {
        session.ui.note("the plan is in that state already");
        return Ok(0);
    }
    session.ui.note(format!("rewound to {} {name}", target.short()));
    session.ui.hint(&format!("git plandex rewind {} brings back what was", before.short()));
    Ok(0)
}
