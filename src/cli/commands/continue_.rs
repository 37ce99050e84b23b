//! `git plandex continue`.

use crate::pipeline::Prompt;

use crate::cli::{CliError, session::Session};

use super::running::{Front, RunFlags, run_prompt};

/// Go on where the plan is: after a stop, an error or a killed run
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    flags: RunFlags,
    /// End when the tasks are planned
    #[arg(long)]
    plan_only: bool,
    #[command(flatten)]
    apply: super::apply::AfterRun,
}

/// Goes on.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    run_prompt(session, &Prompt::Continue, &Front::run(&args.flags, args.plan_only, &args.apply))
}
