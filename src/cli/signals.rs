//! Signals become the wish to stop; a second one ends the program at once.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::pipeline::{Cancel, Canceller, Error, cancel};

/// Watches for Ctrl-C, termination and hang-up while `work` runs, on a runtime of one thread.
pub fn with_cancel<T>(work: impl AsyncFnOnce(Cancel, Canceller) -> Result<T, Error>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    let out = runtime.block_on(async {
        let mut signals = Signals::watch().map_err(Error::Runtime)?;
        let (canceller, cancel) = cancel();
        let twice = async {
            signals.next().await;
            canceller.cancel();
            signals.next().await;
        };
        tokio::select! {
            out = work(cancel, canceller.clone()) => out,
            // What was received is in the journal, so nothing is lost by leaving at once.
            () = twice => Err(Error::Cancelled),
        }
    });
    // Builds and model requests that nobody waits for any more do not hold the program up.
    runtime.shutdown_background();
    out
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn watch() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
