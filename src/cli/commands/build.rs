//! `git plandex build`.

use crate::pipeline::{BuildTalk, build_pending, builder};
use crate::plan::RunEvent;
use crate::ui::counted;

use super::tape::TapeFlags;

use crate::cli::frame::Frame;
use crate::cli::{CliError, Kind, session::Session, signals::with_cancel};

/// Build proposed changes that are not built yet, and try failed and doubtful builds again
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    tape: TapeFlags,
    /// Print one event per line
    #[arg(long)]
    json: bool,
}

/// Builds them.
pub fn run(session: &Session, args: &Args) -> Result<u8, CliError> {
    let mut frame = Frame::new(&session.ui, args.json);
    let ended = build(session, args, &mut frame);
    frame.end(&ended);
    ended
}

fn build(session: &Session, args: &Args, frame: &mut Frame) -> Result<u8, CliError> {
    let mut ws = session.writing(Vec::new())?;
    args.tape.put_into(session, &mut ws)?;
    let at = session.at(&ws)?;
    let mut built = 0;
    let (snapshot, stopped) = with_cancel(async |cancel, canceller| {
        let mut events = |event: RunEvent| {
            built += usize::from(matches!(event, RunEvent::Build { .. }));
            match event {
                RunEvent::Start { .. } => frame.for_programs(&event),
                RunEvent::Done { .. } if built == 0 => frame.for_programs(&event),
                // Nobody reads any more, so no model is asked any more.
                event if frame.event(&event).is_err() => canceller.cancel(),
                _ => {}
            }
        };
        let mut waiting = |holder: &_| session.watches(holder);
        let talk = BuildTalk { events: &mut events, waiting: &mut waiting, cancel: cancel.clone() };
        let snapshot = build_pending(&ws, &at, builder(&ws, &at, cancel.clone()).await?, talk).await?;
        Ok((snapshot, cancel.is_cancelled()))
    })?;
    if stopped {
        return Ok(session.stopped("git plandex build goes on"));
    }
    if built == 0 {
        session.ui.note("nothing waits to be built");
    }
    match snapshot.plan.unbuilt().count() {
        0 => Ok(0),
        left => {
            let hint = "git plandex reject PATH turns them down, git plandex tell asks for them anew";
            frame.fail(&format!("{} could not be built", counted(left, "proposed change")), Some(hint));
            Ok(Kind::Failed.code())
        }
    }
}
