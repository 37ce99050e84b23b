//! `git plandex new`.

use crate::pipeline::new_plan;
use crate::plan::Slug;
use crate::store::Naming;

use crate::cli::{CliError, session::Session};

use super::running::PlanFlags;

/// Make a plan and make it current; prints its name
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan's name: a-z, 0-9 and dashes [default: plan, numbered if taken]
    name: Option<String>,
    #[command(flatten)]
    flags: PlanFlags,
}

/// Makes the plan.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    session.not_a_key("plan's name", args.name.as_deref().unwrap_or_default())?;
    let ws = session.writing(Vec::new())?;
    let naming = match &args.name {
        Some(name) => Naming::Exact(name.parse::<Slug>()?),
        None => Naming::Numbered("plan".parse()?),
    };
    let mut snapshot = new_plan(&ws, naming, args.name.clone().unwrap_or_default())?;
    args.flags.store(&ws, &mut snapshot)?;
    ws.store.set_current(&snapshot.at)?;
    session.ui.line(snapshot.at.plan.as_str())?;
    Ok(0)
}
