//! `git plandex delete-branch`.

use crate::plan::{PlanRef, Slug};
use crate::ui::Question;

use crate::cli::{CliError, session::Session};

/// Delete a branch of the plan
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The branch
    branch: String,
}

/// Deletes it, after asking.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let here = session.at(&ws)?;
    let at = PlanRef { plan: here.plan, branch: args.branch.parse()? };
    if at.branch == Slug::main() {
        return Err(crate::store::Error::MainBranch(at.plan).into());
    }
    // Names the branch that is not there before anybody is asked.
    ws.store.load(&at)?;
    let question = Question { text: &format!("Delete the branch '{at}'?"), flag: "-y", default: false };
    if !session.confirm(&question)? {
        return Ok(1);
    }
    let commit = ws.store.delete_branch(&at)?;
    session.say_deleted(&at, &commit);
    session.ui.hint(&format!("git update-ref refs/plandex/plans/{at} {} brings it back, until git gc removes it", commit.short()));
    if ws.store.current().is_err() {
        ws.store.set_current(&PlanRef::main_of(at.plan))?;
    }
    Ok(0)
}
