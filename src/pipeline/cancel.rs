//! The user's wish to stop.

use tokio::sync::watch;

use super::Error;

/// The end that asks a run to stop.
#[derive(Debug, Clone)]
pub struct Canceller(watch::Sender<bool>);

/// The end that a run watches.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Receiver<bool>);

/// Makes both ends.
pub fn cancel() -> (Canceller, Cancel) {
    let (sender, receiver) = watch::channel(false);
    (Canceller(sender), Cancel(receiver))
}

impl Canceller {
    /// Asks the run to stop.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

impl Cancel {
    /// Whether the run was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the run is asked to stop; for ever, if nobody can ask any more.
    pub async fn cancelled(&mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Does `work` unless the run is asked to stop first, which is [`Error::Cancelled`].
    pub async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancelled() => Err(Error::Cancelled),
            out = work => Ok(out),
        }
    }
}
