//! `git plandex delete-plan`.

use crate::plan::Slug;
use crate::ui::Question;

use crate::cli::{CliError, session::Session};

/// Delete plans with all their branches
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plans [default: the current one]
    names: Vec<String>,
    /// Delete every plan
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Delete archived plans of these names
    #[arg(short, long)]
    archived: bool,
}

/// Deletes them, after asking.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let mut names: Vec<Slug> = Vec::new();
    if args.all {
        names.extend(ws.store.plans(args.archived)?.into_iter().map(|branch| branch.at.plan));
    } else if args.names.is_empty() {
        names.push(session.at(&ws)?.plan);
    }
    for name in &args.names {
        names.push(name.parse()?);
    }
    names.sort();
    names.dedup();
    // Names the plan that is not there before anybody is asked, and before another is deleted.
    names.iter().try_for_each(|name| ws.store.require_plan(name, args.archived))?;
    let list = names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Err(CliError::failed("there is no plan to delete"));
    }
    let question = Question { text: &format!("Delete {list} with all branches?"), flag: "-y", default: false };
    if !session.confirm(&question)? {
        return Ok(1);
    }
    for name in names {
        let current_in = if args.archived { Vec::new() } else { ws.store.worktrees_on(&name).unwrap_or_default() };
        let deleted = ws.store.delete_plan(&name, args.archived)?;
        deleted.iter().for_each(|(at, commit)| session.say_deleted(at, commit));
        session.say_left(&current_in);
    }
    Ok(0)
}
