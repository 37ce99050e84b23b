//! `git plandex reject`.

use crate::context::resolve_argument;
use crate::pipeline::reject;
use crate::ui::{Line, Question, style};

use crate::cli::{CliError, session::Session};

/// Turn down pending changes
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or directories whose changes go
    #[arg(required_unless_present = "all")]
    paths: Vec<String>,
    /// Turn down everything that is pending
    #[arg(short, long, conflicts_with = "paths")]
    all: bool,
}

/// Turns them down.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut snapshot = session.snapshot(&ws)?;
    let root = ws.store.repo().work_dir().unwrap_or(&session.cwd).to_owned();
    let paths = args.paths.iter().map(|arg| resolve_argument(&root, &session.cwd, arg)).collect::<Result<Vec<_>, _>>()?;
    if args.all {
        let question = Question { text: "Turn down all pending changes?", flag: "-y", default: false };
        if !session.confirm(&question)? {
            return Ok(1);
        }
    }
    let before = snapshot.commit.clone();
    let rejected = reject(&ws, &mut snapshot, &paths)?;
    if rejected.is_empty() {
        session.ui.note("nothing is pending");
        return Ok(0);
    }
    for path in &rejected {
        session.ui.note(Line::from("rejected ").word(style::PLAIN, path.to_string()));
    }
    session.ui.hint(&format!("git plandex rewind {} brings them back", before.short()));
    Ok(0)
}
