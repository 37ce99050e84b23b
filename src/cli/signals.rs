//! Signals become the wish to stop; a second one ends the program at once.
//!
//! | while | Ctrl-C, termination, hang-up |
//! |---|---|
//! | a run of a model is at work | the run is asked to stop and keeps what it has |
//! | it has been asked already | the signal's own effect: the process ends |
//! | nothing of that kind | the signal's own effect |

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::{Handle, Signals};

use crate::pipeline::{Cancel, Canceller, Error, cancel};

/// The signals that ask a program to end.
const ASKING: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// Whether a signal has its own effect. Handlers cannot be taken away again, so they look here.
static AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Watches for signals while `work` runs, on a runtime of one thread.
pub fn with_cancel<T>(work: impl AsyncFnOnce(Cancel, Canceller) -> Result<T, Error>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    let (canceller, cancel) = cancel();
    let _watch = Watch::begin(canceller.clone()).map_err(Error::Runtime)?;
    let out = runtime.block_on(work(cancel, canceller));
    // Builds and model requests that nobody waits for any more do not hold the program up.
    runtime.shutdown_background();
    out
}

/// A thread of its own turns signals into the wish to stop, so that they are seen while the runtime's thread is held up too.
struct Watch {
    at_once: Arc<AtomicBool>,
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    fn begin(canceller: Canceller) -> io::Result<Self> {
        let at_once = at_once()?;
        let mut signals = Signals::new(ASKING)?;
        at_once.store(false, Ordering::SeqCst);
        let handle = signals.handle();
        let thread = std::thread::spawn(move || signals.forever().for_each(|_| canceller.cancel()));
        Ok(Self { at_once, handle, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.at_once.store(true, Ordering::SeqCst);
        self.handle.close();
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// Registers, once, what each signal does first: with the flag set its own effect, else it sets the flag for the next one.
fn at_once() -> io::Result<Arc<AtomicBool>> {
    if let Some(flag) = AT_ONCE.get() {
        return Ok(flag.clone());
    }
    let at_once = Arc::new(AtomicBool::new(true));
    for signal in ASKING {
        flag::register_conditional_default(signal, at_once.clone())?;
        flag::register(signal, at_once.clone())?;
    }
    Ok(AT_ONCE.get_or_init(|| at_once).clone())
}
