//! `git plandex set-auto`.

use crate::config::{Level, edit_level};

use crate::cli::{CliError, session::Session};

use super::set_config::PlaceArgs;

/// Choose how much happens without asking
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The level; semi is the default of all
    #[arg(value_parser = ["none", "basic", "plus", "semi", "full"])]
    level: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Chooses it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let level = Level::from_word(&args.level).expect("clap has checked the word");
    args.place.write(session, &ws, &format!("Set the autonomy to {}", args.level), |place| Ok(edit_level(level, place)))?;
    Ok(0)
}
