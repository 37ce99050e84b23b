//! `git plandex checkout`.

use crate::plan::{EventKind, PlanRef, Record, Slug};
use crate::ui::Question;

use crate::cli::{CliError, session::Session};

/// Change to a branch of the plan, or make one from here; your files stay as they are
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The branch; without it, choose from a list
    branch: Option<String>,
}

/// Changes to it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    session.not_a_key("branch's name", args.branch.as_deref().unwrap_or_default())?;
    let ws = session.writing(Vec::new())?;
    let from = session.at(&ws)?;
    let branches = ws.store.branches(&from.plan)?;
    let name: Slug = match &args.branch {
        Some(name) => name.parse()?,
        None => {
            let names: Vec<_> = branches.iter().map(|branch| branch.at.branch.to_string()).collect();
            let Some(chosen) = session.pick("branch", &names, "git plandex checkout BRANCH")? else { return Ok(1) };
            branches[chosen].at.branch.clone()
        }
    };
    let to = PlanRef { plan: from.plan.clone(), branch: name };
    if !branches.iter().any(|branch| branch.at == to) {
        let question = Question { text: &format!("Make the branch '{}' from '{from}'?", to.branch), flag: "-y", default: true };
        if !session.confirm(&question)? {
            return Ok(1);
        }
        let record = Record::new(EventKind::Branch, format!("Begin the branch {} from {}", to.branch, from.branch));
        ws.store.create_branch(&from, &to.branch, &record)?;
    }
    if !session.names_plan() {
        ws.store.set_current(&to)?;
    }
    session.ui.note(format!("on {to}"));
    Ok(0)
}
