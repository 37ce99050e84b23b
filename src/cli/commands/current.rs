//! `git plandex current`.

use serde::Serialize;

use crate::cli::{CliError, session::Session};

/// Print the current plan and branch
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print an array of one object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    plan: &'a str,
    branch: &'a str,
}

/// Prints it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let at = session.at(&ws)?;
    if args.json {
        session.ui.json_pretty(&[Row { plan: at.plan.as_str(), branch: at.branch.as_str() }])?;
    } else {
        session.ui.line(at.to_string())?;
    }
    Ok(0)
}
