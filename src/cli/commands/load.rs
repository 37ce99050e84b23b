//! `git plandex load`.

use crate::context::resolve_argument;
use crate::pipeline::{Loaded, load_files, load_note, new_plan};
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
    let mut snapshot = match session.at_if_any(&ws)? {
        Some(at) => ws.store.load(&at)?,
        None => {
            let snapshot = new_plan(&ws, Naming::Numbered("plan".parse()?), String::new())?;
            ws.store.set_current(&snapshot.at)?;
            session.ui.note(format!("new plan: {}", snapshot.at.plan));
            snapshot
        }
    };
    let mut code = 0;
    if !paths.is_empty() {
        let loaded = load_files(&ws, &mut snapshot, &paths, args.force)?;
        code = tell(session, &snapshot, &loaded);
    }
    if let Some(text) = &args.note {
        let loaded = load_note(&ws, &mut snapshot, text)?;
        code = code.max(tell(session, &snapshot, &loaded));
    }
    Ok(code)
}

fn tell(session: &Session, snapshot: &Snapshot, loaded: &Loaded) -> u8 {
    for item in &loaded.items {
        session.ui.note(Line::from("loaded ").word(style::PLAIN, item.name.clone()).text(format!(" ({})", counted(item.tokens, "token"))));
    }
    for skipped in &loaded.skipped {
        let words = CliError::words_of(&skipped.reason);
        session.ui.error(&format!("not loaded: {words}"), CliError::hint_of(&skipped.reason).as_deref());
    }
    let total: u64 = snapshot.plan.context.iter().map(|item| item.tokens).sum();
    session.ui.note(format!("{}, {} in all", counted(snapshot.plan.context.len(), "item"), counted(total, "token")));
    u8::from(!loaded.skipped.is_empty())
}
