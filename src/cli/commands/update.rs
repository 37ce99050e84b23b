//! `git plandex update`, and what happens to the context before a run.

use serde::Serialize;

use crate::config::{Key, Settings};
use crate::context::{Place, Project, SourceChange};
use crate::pipeline::{self, Prompt, Refreshed, Workspace, fetch_options};
use crate::plan::PlanRef;
use crate::store::Snapshot;
use crate::ui::Question;

use crate::cli::{CliError, session::Session};

use super::item_row::{ItemRow, change_word, said_of};

/// Bring the context up to date with the files and pages that it shows
///
/// Files, pictures, trees and maps that have changed are loaded again, and pages are fetched again.
/// What is gone leaves the context.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print what has changed as an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    item: ItemRow<'a>,
    change: &'static str,
    tokens_before: u64,
    error: Option<String>,
}

/// Brings it up to date.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    let settings = ws.settings(Some(&snapshot.plan.meta))?;
    let done = pipeline::refresh(&ws, &mut snapshot, None, Some(&fetch_options(&ws, &settings)))?;
    if args.json {
        session.ui.json_pretty(&rows(&done))?;
    } else {
        tell(session, &done);
        if done.is_empty() {
            session.ui.note("the context is up to date");
        }
    }
    Ok(u8::from(!done.failed.is_empty()))
}

fn rows(done: &Refreshed) -> Vec<Row<'_>> {
    let row = |item, change, tokens_before, error| Row { item: ItemRow::of(None, item, None), change, tokens_before, error };
    let updated = done.updated.iter().map(|(old, new)| row(new, "updated", old.tokens, None));
    let removed = done.removed.iter().map(|(item, change)| row(item, change_word(*change), item.tokens, None));
    let failed = done.failed.iter().map(|(item, error)| row(item, "failed", item.tokens, Some(error.to_string())));
    updated.chain(removed).chain(failed).collect()
}

fn tell(session: &Session, done: &Refreshed) {
    for (old, new) in &done.updated {
        let difference = i128::from(new.tokens) - i128::from(old.tokens);
        session.ui.note(said_of("updated", new).text(format!(" ({} tokens, {difference:+})", new.tokens)));
    }
    for (item, change) in &done.removed {
        let why = match change {
            SourceChange::Ignored(by) => format!(": it is ignored by {by}"),
            _ => ": it is gone".to_owned(),
        };
        session.ui.note(said_of("removed", item).text(why));
    }
    for (item, error) in &done.failed {
        session.ui.error(&format!("'{}' stays as it was: {error}", item.name), error.hint().as_deref());
    }
}

/// Loads what the prompt names, and asks about outdated items where the settings do not say that they are refreshed.
pub fn before_run(session: &Session, ws: &Workspace, at: &PlanRef, settings: &Settings, prompt: &Prompt) -> Result<(), pipeline::Error> {
    let mut snapshot = ws.store.load(at)?;
    if let Prompt::Tell(text) | Prompt::Chat(text) = prompt {
        let root = ws.store.repo().work_dir().unwrap_or(&session.cwd);
        let loaded = pipeline::load_mentions(ws, &mut snapshot, text, Place { root, cwd: &session.cwd })?;
        super::load::say_skipped(session, &loaded);
        super::load::say_loaded(session, &snapshot, &loaded);
    }
    if settings.bool(Key::AutoUpdateContext) || snapshot.plan.context.is_empty() {
        return Ok(());
    }
    ask(session, ws, &mut snapshot)
}

fn ask(session: &Session, ws: &Workspace, snapshot: &mut Snapshot) -> Result<(), pipeline::Error> {
    let stale = pipeline::outdated(&Project::survey(ws.store.repo())?, &snapshot.plan)?;
    if stale.is_empty() {
        return Ok(());
    }
    let is_stale = |item: &&std::sync::Arc<crate::plan::ContextItem>| stale.iter().any(|stale| stale.id == item.id);
    let names: Vec<&str> = snapshot.plan.context.iter().filter(is_stale).map(|item| item.name.as_str()).collect();
    let text = format!("{} has changed since it was loaded; bring it up to date?", names.join(", "));
    match session.ui.confirm(&Question { text: &text, flag: "git plandex update", default: true }, session.yes) {
        Ok(true) => tell(session, &pipeline::refresh(ws, snapshot, None, None)?),
        Ok(false) => {}
        Err(_) => {
            session.ui.warn(&format!("{} has changed since it was loaded", names.join(", ")));
            session.ui.hint("git plandex update brings the context up to date");
        }
    }
    Ok(())
}
