//! Requests to models: wire formats, streaming, retries, usage.
//!
//! A [`Client`] turns a [`Request`] into a [`ReplyStream`] of [`Delta`]s, the same for every provider. One file knows each wire
//! format (`openai`, `anthropic`, `google`); `framing` cuts what arrives into events; `errors` is the table of what can
//! fail, whether it is tried again, and what the user is told.

mod answer;
mod anthropic;
mod client;
mod delta;
mod discover;
mod error;
mod errors;
mod framing;
mod google;
mod messages;
mod openai;
mod refusal;
mod request;
mod retry;
mod sse;
mod stream;
mod think;
mod values;
mod wire;

pub use client::{Client, Options};
pub use delta::{Completion, Delta, FinishReason};
pub use discover::{local_servers, models};
pub use error::Error;
pub use errors::ErrorKind;
pub use request::Request;
pub use stream::ReplyStream;
