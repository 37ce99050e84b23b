//! Where output goes: the process's streams, a pager, or a buffer for tests.

use std::io::Write;
use std::process::ChildStdin;

/// The two streams that everything is written to.
pub(super) enum Sink {
    /// The process's own.
    Process,
    /// A pager takes the answers.
    Pager(ChildStdin),
    /// Kept in memory.
    Buffer { out: Vec<u8>, err: Vec<u8> },
}

impl Sink {
    /// Writes an answer, at once.
    pub(super) fn answer(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Process => {
                let mut stdout = std::io::stdout().lock();
                stdout.write_all(bytes)?;
                stdout.flush()
            }
            Self::Pager(stdin) => stdin.write_all(bytes),
            Self::Buffer { out, .. } => out.write_all(bytes),
        }
    }

    /// Writes to standard error; when that fails there is nobody left to tell.
    pub(super) fn tell(&mut self, bytes: &[u8]) {
        match self {
            Self::Buffer { err, .. } => err.extend_from_slice(bytes),
            Self::Process | Self::Pager(_) => drop(std::io::stderr().lock().write_all(bytes)),
        }
    }
}
