//! `git plandex tell`.

use crate::pipeline::{Prompt, has_prompt};

use crate::cli::{CliError, session::Session};

use super::running::{Front, PromptArgs, RunFlags, run_prompt};

/// Begins what a chat has settled.
const FROM_CHAT: &str = "Begin with what we have talked about: plan it as tasks and carry it out.";

/// Describe a task: it is planned, written and kept for review
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    prompt: PromptArgs,
    /// Only talk, as git plandex chat does
    #[arg(long, conflicts_with_all = ["from_chat", "plan_only", "apply", "no_build", "missing"])]
    chat: bool,
    /// Carry out what was talked about
    #[arg(long, conflicts_with_all = ["text", "file"])]
    from_chat: bool,
    /// End when the tasks are planned
    #[arg(long)]
    plan_only: bool,
    #[command(flatten)]
    flags: RunFlags,
    #[command(flatten)]
    apply: super::apply::AfterRun,
}

/// What begins the work that was talked about; an error when nothing was.
fn from_chat(session: &Session) -> Result<String, CliError> {
    let ws = session.reading()?;
    let at = session.at_if_any(&ws)?;
    if at.map(|at| ws.store.load(&at)).transpose()?.is_some_and(|snapshot| has_prompt(&snapshot.plan)) {
        return Ok(FROM_CHAT.to_owned());
    }
    Err(CliError::failed("nothing has been talked about yet").with_hint("git plandex chat \"what you want to talk about\""))
}

/// Tells.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let text = if args.from_chat { from_chat(session)? } else { args.prompt.read(session, "tell")? };
    let prompt = if args.chat { Prompt::Chat(text) } else { Prompt::Tell(text) };
    let front = if args.chat { Front::chat_of(&args.flags) } else { Front::run(&args.flags, args.plan_only, &args.apply) };
    run_prompt(session, &prompt, &front)
}
