//! Amazon's binary event stream, cut into events that are named JSON.

use aws_smithy_eventstream::frame::read_message_from;
use serde_json::{Value, json};

use super::wire::Fault;

/// The shortest frame: two lengths and two checksums.
const SHORTEST: usize = 16;
/// The longest frame that is taken, in bytes; the format allows no more.
const LONGEST: usize = 16 << 20;

/// Collects bytes and gives out events.
#[derive(Default)]
pub(super) struct Frames {
    buffer: Vec<u8>,
    read: usize,
}

impl Frames {
    /// Adds what arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole event, as `{NAME: PAYLOAD}`; an exception has its name under `exception`.
    pub(super) fn next(&mut self) -> Result<Option<String>, Fault> {
        let rest = &self.buffer[self.read..];
        let Some(length) = rest.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes) as usize) else { return Ok(None) };
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(Fault::malformed(format!("a frame of the stream says that it has {length} bytes")));
        }
        let Some(frame) = rest.get(..length) else { return Ok(None) };
        let event = event(frame)?;
        self.read += length;
        Ok(Some(event))
    }
}

fn event(frame: &[u8]) -> Result<String, Fault> {
    let unreadable = |words: String| Fault::malformed(format!("a frame of the stream cannot be read ({words})"));
    let message = read_message_from(frame).map_err(|error| unreadable(error.to_string()))?;
    let header = |name: &str| {
        let header = message.headers().iter().find(|header| header.name().as_str() == name)?;
        header.value().as_string().ok().map(|value| value.as_str().to_owned())
    };
    let payload: Value = match message.payload().as_ref() {
        [] => json!({}),
        bytes => serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?,
    };
    let event = match (header(":event-type"), header(":exception-type").or_else(|| header(":error-code"))) {
        (_, Some(kind)) => {
            let words = payload.get("message").cloned().or_else(|| header(":error-message").map(Value::from));
            json!({ "exception": kind, "message": words })
        }
        (Some(kind), None) => json!({ kind: payload }),
        (None, None) => json!({}),
    };
    Ok(event.to_string())
}
