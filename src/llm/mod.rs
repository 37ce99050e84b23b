//! Requests to models: wire formats, streaming, retries, usage.
//!
//! A [`Client`] turns a [`Request`] into a [`ReplyStream`] of [`Delta`]s, the same for every provider. One file knows each wire
//! format (`openai`, `responses`, `anthropic`, `google`, `vertex`, `bedrock`) or program (`command`, `claude`, `codex`); `framing` cuts what arrives into events; `errors` is the table of what can
//! fail, whether it is tried again, and what the user is told.

mod answer;
mod anthropic;
mod authority;
mod aws_profile;
mod bedrock;
mod claude;
mod client;
mod codex;
mod command;
mod content;
mod delta;
mod dialect;
mod discover;
mod error;
mod errors;
mod frames;
mod framing;
mod google;
mod google_token;
mod http;
mod messages;
mod openai;
mod permit;
mod program;
mod reader;
mod record;
mod refusal;
mod remedy;
mod replay;
mod request;
mod responses;
mod retry;
mod sigv4;
mod sse;
mod stream;
mod think;
mod transcript;
mod values;
mod vertex;
mod wire;

pub use client::{Client, Options};
pub use delta::{Completion, Delta, FinishReason};
pub use discover::{local_servers, models};
pub use error::Error;
pub use errors::ErrorKind;
pub use reader::ReplyReader;
pub use record::{Recorder, RecordingError};
pub use remedy::Remedy;
pub use replay::Replay;
pub use request::Request;
pub use stream::ReplyStream;
