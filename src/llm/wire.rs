//! The seam between the client and the wire formats.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Delta, ErrorKind, Request, anthropic, bedrock, claude, codex, command, google, openai, responses, vertex};
use crate::config::{Api, Dialect, Model};

/// An HTTP request, put together; for a program, what it reads.
#[derive(Debug)]
pub(super) struct Call {
    /// What follows the base URL.
    pub(super) path: String,
    /// The headers of the format; the key's is marked sensitive when it is sent.
    pub(super) headers: Vec<(&'static str, String)>,
    /// What a program gets behind its own arguments.
    pub(super) arguments: Vec<String>,
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

/// The format of a model.
pub(super) fn format(model: &Model) -> &'static Format {
    match (model.api, model.dialect) {
        (Api::Openai | Api::Azure, _) => &openai::FORMAT,
        (Api::Responses, _) => &responses::FORMAT,
        (Api::Anthropic, _) => &anthropic::FORMAT,
        (Api::Google, _) => &google::FORMAT,
        (Api::Vertex, _) if vertex::is_claude(model) => &vertex::CLAUDE,
        (Api::Vertex, _) => &vertex::GEMINI,
        (Api::Bedrock, _) => &bedrock::FORMAT,
        (Api::Command, Dialect::Claude) => &claude::FORMAT,
        (Api::Command, Dialect::Codex) => &codex::FORMAT,
        (Api::Command, _) => &command::FORMAT,
    }
}

/// Reads an event, or says what is wrong with it.
pub(super) fn parse<T: DeserializeOwned>(data: &str) -> Result<T, Fault> {
    serde_json::from_str(data).map_err(|error| Fault::malformed(format!("an event of the stream cannot be read ({error})")))
}

/// The name as one segment of a path, percent-encoded.
pub(super) fn path_segment(name: &str) -> String {
    let mut segment = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => segment.push(char::from(byte)),
            byte => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::path_segment;

    #[test]
    fn a_models_name_cannot_leave_its_path_segment() {
        assert_eq!(path_segment("gemini-4-argon"), "gemini-4-argon");
        assert_eq!(path_segment("../x?key=é"), "..%2Fx%3Fkey%3D%C3%A9");
    }
}
