//! The seam between the client and the wire formats.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Delta, ErrorKind, Request, anthropic, google, openai};
use crate::config::Api;

/// An HTTP request, put together.
#[derive(Debug)]
pub(super) struct Call {
    /// What follows the base URL.
    pub(super) path: String,
    /// The headers of the format; the key's is marked sensitive when it is sent.
    pub(super) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(super) body: Value,
}

/// Why a stream cannot be gone on with.
#[derive(Debug)]
pub(super) enum Fault {
    /// It went wrong in this way.
    Failed(ErrorKind, String),
    /// It carries an error of the provider.
    Refused(Refusal),
}

impl Fault {
    /// It does not follow its format.
    pub(super) fn malformed(words: impl Into<String>) -> Self {
        Self::Failed(ErrorKind::Malformed, words.into())
    }

    /// What is wrong.
    #[cfg(test)]
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Failed(_, words) => words,
            Self::Refused(refusal) => &refusal.words,
        }
    }
}

/// Reads the events of one reply.
pub(super) trait Decode: Send {
    /// Reads the data of one event and appends what it says.
    fn event(&mut self, data: &str, out: &mut Vec<Delta>) -> Result<(), Fault>;

    /// Appends what was held back, at the end of the reply.
    fn finish(&mut self, _out: &mut Vec<Delta>) {}

    /// Whether the format's closing event was seen, after which nothing comes.
    fn closed(&self) -> bool;
}

/// A wire format: how to ask, and how to read the answer.
pub(super) struct Format {
    /// Puts the request together.
    pub(super) call: fn(&Request<'_>) -> Call,
    /// A reader for one reply.
    pub(super) decoder: fn() -> Box<dyn Decode>,
}

/// The format of an API.
pub(super) fn format(api: Api) -> &'static Format {
    match api {
        Api::Openai => &openai::FORMAT,
        Api::Anthropic => &anthropic::FORMAT,
        Api::Google | Api::Vertex => &google::FORMAT,
        Api::Responses | Api::Azure | Api::Bedrock | Api::Command => &openai::FORMAT,
    }
}

/// Reads an event, or says what is wrong with it.
pub(super) fn parse<T: DeserializeOwned>(data: &str) -> Result<T, Fault> {
    serde_json::from_str(data).map_err(|error| Fault::malformed(format!("an event of the stream cannot be read ({error})")))
}
