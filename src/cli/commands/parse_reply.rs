//! `git plandex parse-reply`.

use std::io::Read;
use std::path::PathBuf;

use crate::cli::{CliError, session::Session};

/// Print a model's reply as one JSON document
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The reply [default: standard input]
    file: Option<PathBuf>,
}

/// Parses it.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let read = match &args.file {
        Some(path) => std::fs::read(session.cwd.join(path)).map_err(|error| format!("cannot read '{}': {error}", path.display())),
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes).map_err(|error| format!("cannot read standard input: {error}"))
        }
    };
    let bytes = read.map_err(CliError::failed)?;
    let reply = crate::reply::parse(&String::from_utf8_lossy(&bytes));
    session.ui.json_pretty(&reply)?;
    Ok(0)
}
