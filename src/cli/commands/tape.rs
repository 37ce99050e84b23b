//! Recordings of what models are asked and answer.

use std::path::PathBuf;

use crate::pipeline::Workspace;

use crate::cli::{CliError, session::Session};

/// The flags of everything that asks a model.
#[derive(Debug, clap::Args)]
pub struct TapeFlags {
    /// Write down what the model is asked and answers, without keys, after what FILE holds, see git-plandex-models(5)
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    record: Option<PathBuf>,
    /// Let a recording answer instead of a model
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

impl TapeFlags {
    /// Puts the recordings to work.
    pub fn put_into(&self, session: &Session, ws: &mut Workspace) -> Result<(), CliError> {
        if let Some(path) = &self.record {
            ws.record(&session.cwd.join(path))?;
        }
        if let Some(path) = &self.replay {
            ws.replay(&session.cwd.join(path))?;
        }
        Ok(())
    }
}
