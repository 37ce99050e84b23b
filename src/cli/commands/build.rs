//! `git plandex build`.

use crate::pipeline::{build_pending, builder};
use crate::ui::{JsonView, RunView, View};

use crate::cli::{CliError, session::Session, signals::with_cancel};

/// Build proposed changes that are not built yet, and try again what may be wrong, or whose build failed
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print one event per line
    #[arg(long)]
    json: bool,
}

/// Builds them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let ws = session.writing(Vec::new())?;
    let at = session.at(&ws)?;
    let mut view: Box<dyn View> = if args.json { Box::new(JsonView::new(&session.ui)) } else { Box::new(RunView::new(&session.ui)) };
    let mut built = 0;
    let snapshot = with_cancel(async |_, _| {
        let mut events = |event| {
            built += 1;
            drop(view.event(&event));
        };
        build_pending(&ws, &at, builder(&ws, &at).await?, &mut events).await
    })?;
    if built == 0 {
        session.ui.note("nothing waits to be built");
    }
    Ok(u8::from(snapshot.plan.unbuilt().next().is_some()))
}
