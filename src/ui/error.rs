//! What can go wrong between us and the person.

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Nobody reads it any more; the program ends quietly.
    #[error("standard output was closed")]
    Closed,
    /// The write failed: a full disk, for example.
    #[error("cannot write to standard output")]
    Failed(#[source] std::io::Error),
}

impl From<std::io::Error> for OutputError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(error),
        }
    }
}

/// A question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// There is no terminal to ask on.
    #[error("{question} cannot be asked without a terminal")]
    NoTerminal {
        /// The question, in quotation marks.
        question: String,
        /// What to type instead.
        instead: String,
    },
    /// The person broke off.
    #[error("interrupted")]
    Interrupted,
    /// The terminal failed.
    #[error("cannot read from the terminal")]
    Failed(#[source] std::io::Error),
}

impl From<dialoguer::Error> for AskError {
    fn from(error: dialoguer::Error) -> Self {
        let dialoguer::Error::IO(error) = error;
        match error.kind() {
            std::io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::Failed(error),
        }
    }
}
