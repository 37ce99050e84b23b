//! `git plandex chat`.

use crate::pipeline::Prompt;

use crate::cli::{CliError, session::Session};

use super::running::{Front, PromptArgs, TalkFlags, run_prompt};

/// Talk about the project; never touches files
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    prompt: PromptArgs,
    #[command(flatten)]
    flags: TalkFlags,
}

/// Talks.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let prompt = Prompt::Chat(args.prompt.read(session, "chat")?);
    run_prompt(session, &prompt, &Front::chat(&args.flags))
}
