//! Signals become the wish to stop; a second one ends the program at once.
//!
//! | while | Ctrl-C, termination, hang-up |
//! |---|---|
//! | a run of a model is at work | the run is asked to stop and keeps what it has |
//! | it has been asked already | the signal's own effect: the process ends |
//! | nothing of that kind | the signal's own effect |
//!
//! One Ctrl-C in `git plandex` comes twice: from the terminal, and from git, which passes it on to the programs that it
//! runs (`cleanup_children` in git's `run-command.c`). So a second one counts only after a moment.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::{Handle, Signals};

use crate::pipeline::{Cancel, Canceller, Error, cancel};

/// The signals that ask a program to end.
const ASKING: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// Whether each signal has its own effect. Handlers cannot be taken away again, so they look here.
static AT_ONCE: OnceLock<AtOnce> = OnceLock::new();

/// A flag for each of [`ASKING`].
type AtOnce = [Arc<AtomicBool>; 3];

/// Watches for signals while `work` runs, on a runtime of one thread.
pub fn with_cancel<T>(work: impl AsyncFnOnce(Cancel, Canceller) -> Result<T, Error>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    let (canceller, cancel) = cancel();
    let _watch = Watch::begin(canceller.clone(), cancel.clone()).map_err(Error::Runtime)?;
    let out = runtime.block_on(work(cancel, canceller));
    // Builds and model requests that nobody waits for any more do not hold the program up.
    runtime.shutdown_background();
    out
}

/// Asks a person; Ctrl-C breaks the question off instead of ending the program in the middle of a line.
pub fn while_asking<T>(ask: impl FnOnce() -> T) -> T {
    let Ok([interrupt, ..]) = at_once() else { return ask() };
    let before = interrupt.swap(false, Ordering::SeqCst);
    let answer = ask();
    interrupt.store(before, Ordering::SeqCst);
    answer
}

/// The time in which a signal is an echo of the first one.
const ECHO: Duration = Duration::from_millis(300);

/// A thread of its own turns signals into the wish to stop, so that they are seen while the runtime's thread is held up too.
struct Watch {
    at_once: AtOnce,
    cancel: Cancel,
    handle: Handle,
}

impl Watch {
    fn begin(canceller: Canceller, cancel: Cancel) -> io::Result<Self> {
        let at_once = at_once()?;
        let mut signals = Signals::new(ASKING)?;
        set(&at_once, false);
        let (handle, second) = (signals.handle(), at_once.clone());
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                canceller.cancel();
                std::thread::sleep(ECHO);
                set(&second, true);
            }
        });
        Ok(Self { at_once, cancel, handle })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.handle.close();
        // Otherwise the thread does it in a moment, so that an echo does not end the program before it has said how to go on.
        if !self.cancel.is_cancelled() {
            set(&self.at_once, true);
        }
    }
}

fn set(flags: &AtOnce, at_once: bool) {
    flags.iter().for_each(|flag| flag.store(at_once, Ordering::SeqCst));
}

/// Registers, once, that a signal has its own effect while its flag is set.
fn at_once() -> io::Result<AtOnce> {
    if let Some(flags) = AT_ONCE.get() {
        return Ok(flags.clone());
    }
    let flags: AtOnce = std::array::from_fn(|_| Arc::new(AtomicBool::new(true)));
    for (signal, flag) in ASKING.iter().zip(&flags) {
        flag::register_conditional_default(*signal, flag.clone())?;
    }
    Ok(AT_ONCE.get_or_init(|| flags).clone())
}
