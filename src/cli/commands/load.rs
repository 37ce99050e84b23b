//! `git plandex load`.

use crate::context::resolve_argument;
use crate::pipeline::{Loaded, Workspace, find_files, load_found, load_note, new_plan};
use crate::store::{Naming, Snapshot};
use crate::ui::{Line, counted, style};

use crate::cli::{CliError, session::Session};

/// Load files and notes for the model to see
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of the repository
    #[arg(required_unless_present = "note")]
    paths: Vec<String>,
    /// A text to load
    #[arg(short, long, value_name = "TEXT")]
    note: Option<String>,
    /// Load files although git ignores them
    #[arg(short, long)]
    force: bool,
}

/// Loads them; makes a plan when none is current.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let root = ws.store.repo().work_dir().unwrap_or(&session.cwd).to_owned();
    let paths = args.paths.iter().map(|arg| resolve_argument(&root, &session.cwd, arg)).collect::<Result<Vec<_>, _>>()?;
    let mut found = find_files(&ws, &paths, args.force)?;
    say_skipped(session, &found);
    let mut code = u8::from(!found.skipped.is_empty());
    if found.items.is_empty() && args.note.is_none() {
        return Ok(code);
    }
    let mut snapshot = plan(session, &ws)?;
    if !found.items.is_empty() {
        load_found(&ws, &mut snapshot, &mut found)?;
        tell(session, &found);
    }
    if let Some(text) = &args.note {
        match load_note(&ws, &mut snapshot, text) {
            Ok(loaded) => tell(session, &loaded),
            Err(error) => {
                session.ui.error(&format!("not loaded: {}", CliError::words_of(&error)), CliError::hint_of(&error).as_deref());
                code = 1;
            }
        }
    }
    let context = &snapshot.plan.context;
    let total: u64 = context.iter().map(|item| item.tokens).sum();
    session.ui.note(format!("{}, {} in all", counted(context.len(), "item"), counted(total, "token")));
    Ok(code)
}

/// The plan to load into; one is made when none is current.
fn plan(session: &Session, ws: &Workspace) -> Result<Snapshot, CliError> {
    if let Some(at) = session.at_if_any(ws)? {
        return Ok(ws.store.load(&at)?);
    }
    let snapshot = new_plan(ws, Naming::Numbered("plan".parse()?), String::new())?;
    ws.store.set_current(&snapshot.at)?;
    session.ui.note(format!("new plan: {}", snapshot.at.plan));
    Ok(snapshot)
}

fn say_skipped(session: &Session, found: &Loaded) {
    for skipped in &found.skipped {
        let words = CliError::words_of(&skipped.reason);
        session.ui.error(&format!("not loaded: {words}"), CliError::hint_of(&skipped.reason).as_deref());
    }
}

fn tell(session: &Session, loaded: &Loaded) {
    for item in &loaded.items {
        session.ui.note(Line::from("loaded ").word(style::PLAIN, item.name.clone()).text(format!(" ({})", counted(item.tokens, "token"))));
    }
}
