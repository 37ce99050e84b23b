//! `git plandex cd`.

use crate::cli::{CliError, session::Session};

/// Make another plan current in this worktree
#[derive(Debug, clap::Args)]
pub struct Args {
    /// PLAN or PLAN/BRANCH; without it, choose from a list
    #[arg(value_name = "PLAN")]
    to: Option<String>,
}

/// Changes to the plan.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.reading()?;
    let at = match &args.to {
        Some(name) => ws.store.resolve(Some(name))?,
        None => {
            let plans = ws.store.plans(false)?;
            let names: Vec<String> = plans.iter().map(|branch| branch.at.to_string()).collect();
            let Some(chosen) = session.pick("plan", &names, "git plandex cd PLAN")? else { return Ok(1) };
            plans[chosen].at.clone()
        }
    };
    ws.store.set_current(&at)?;
    session.ui.note(format!("current plan: {at}"));
    Ok(0)
}
