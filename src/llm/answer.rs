//! An answer as it comes in: from bytes to deltas, with its deadlines and limits.

use std::time::Duration;

use tokio::time::Instant;

use super::framing::Framing;
use super::wire::{Decode, Fault};
use super::{Delta, ErrorKind, FinishReason, Options};

/// How many bytes of framing may come with each byte of a reply.
const FRAMING_FACTOR: u64 = 1024;

/// How many bytes of framing may come without any of a reply: signs of life take a few hundred each.
const BARE_FRAMING: u64 = 32 << 20;

/// What has come of an answer.
pub(super) struct Answer {
    framing: Framing,
    decoder: Box<dyn Decode>,
    limits: Limits,
    /// When something, be it a sign of life, must have come.
    life: Instant,
    /// When text or reasoning must have come.
    progress: Instant,
    /// When all of it must have come.
    until: Instant,
    /// Bytes of the body.
    pub(super) bytes: u64,
    /// Bytes of text and reasoning.
    pub(super) received: u64,
    /// Bytes of text alone.
    text: u64,
    finished: Option<FinishReason>,
}

/// What an answer has to keep to.
pub(super) struct Limits {
    pub(super) first_token: Duration,
    pub(super) chunk: Duration,
    pub(super) silence: Duration,
    pub(super) trailer: Duration,
    pub(super) reply: Duration,
    pub(super) reply_bytes: u64,
    /// Whether an answer without text is fine.
    pub(super) may_be_empty: bool,
}

impl Limits {
    pub(super) fn new(options: &Options, first_token: Duration, may_be_empty: bool) -> Self {
        let silence = options.silence_timeout.max(first_token);
        Self {
            first_token,
            chunk: options.chunk_timeout,
            silence,
            trailer: options.trailer_timeout,
            reply: options.reply_timeout,
            reply_bytes: options.max_reply_bytes,
            may_be_empty,
        }
    }
}

impl Answer {
    /// Begins an answer whose headers have come.
    pub(super) fn new(framing: Framing, decoder: Box<dyn Decode>, limits: Limits, now: Instant) -> Self {
        let (life, progress, until) = (now + limits.first_token, now + limits.silence, now + limits.reply);
        Self { framing, decoder, limits, life, progress, until, bytes: 0, received: 0, text: 0, finished: None }
    }

    /// When the next bytes must have come.
    pub(super) fn deadline(&self) -> Instant {
        if self.finished.is_some() { self.life } else { self.life.min(self.progress).min(self.until) }
    }

    /// Whether the text is whole, so that all that can be missing is the count of tokens.
    pub(super) fn is_whole(&self) -> bool {
        self.finished.is_some()
    }

    /// Whether the format's closing event has come.
    pub(super) fn is_closed(&self) -> bool {
        self.decoder.closed()
    }

    /// What it means that nothing came in time.
    pub(super) fn too_late(&self) -> Fault {
        match self.received {
            _ if self.until <= self.life.min(self.progress) => self.too_slow(),
            0 => Fault::Failed(ErrorKind::FirstTokenTimeout, format!("nothing within {:?}", self.limits.first_token)),
            _ => Fault::Failed(ErrorKind::ChunkTimeout, format!("nothing for {:?}", self.limits.chunk)),
        }
    }

    /// Takes bytes; what they say is appended, also when the last of them are at fault.
    pub(super) fn take(&mut self, bytes: &[u8], now: Instant, out: &mut Vec<Delta>) -> Result<(), Fault> {
        self.bytes += bytes.len() as u64;
        self.framing.push(bytes);
        let first = out.len();
        let read = self.drain(out);
        self.account(&out[first..], now);
        read?;
        let most = self.limits.reply_bytes;
        if self.received > most {
            return Err(Fault::Failed(ErrorKind::TooLong, format!("more than {most} bytes of it")));
        }
        if self.bytes > BARE_FRAMING + self.received.saturating_mul(FRAMING_FACTOR) {
            return Err(Fault::Failed(ErrorKind::TooLong, format!("{} bytes with {} of a reply in them", self.bytes, self.received)));
        }
        if now > self.until { Err(self.too_slow()) } else { Ok(()) }
    }

    fn too_slow(&self) -> Fault {
        Fault::Failed(ErrorKind::TooLong, format!("still coming after {:?}", self.limits.reply))
    }

    fn drain(&mut self, out: &mut Vec<Delta>) -> Result<(), Fault> {
        while !self.decoder.closed() {
            let Some(data) = self.framing.next()? else { break };
            self.decoder.event(&data, out)?;
        }
        Ok(())
    }

    /// The answer has ended; judges whether it is whole.
    pub(super) fn end(&mut self, now: Instant, out: &mut Vec<Delta>) -> Result<(), Fault> {
        let first = out.len();
        let read = self.last_event(out);
        self.decoder.finish(out);
        self.account(&out[first..], now);
        read?;
        let failed = |kind, words: String| Err(Fault::Failed(kind, words));
        match &self.finished {
            None if !self.decoder.closed() => failed(ErrorKind::Disconnected, format!("after {} bytes", self.bytes)),
            _ if self.text > 0 => Ok(()),
            Some(FinishReason::ContentFilter) => failed(ErrorKind::ContentFilter, "the answer was held back".to_owned()),
            Some(FinishReason::Length) => failed(ErrorKind::OutputLimit, "the output limit was reached before any text".to_owned()),
            _ if self.limits.may_be_empty => Ok(()),
            _ => failed(ErrorKind::Empty, String::new()),
        }
    }

    /// Reads an event that lacks its closing blank line.
    fn last_event(&mut self, out: &mut Vec<Delta>) -> Result<(), Fault> {
        if self.decoder.closed() {
            return Ok(());
        }
        let Some(data) = self.framing.finish()? else { return Ok(()) };
        match self.decoder.event(&data, out) {
            // It was cut off: that is said by what is missing.
            Err(Fault::Failed(ErrorKind::Malformed, _)) => Ok(()),
            other => other,
        }
    }

    /// Keeps the counts and the clock.
    fn account(&mut self, deltas: &[Delta], now: Instant) {
        for delta in deltas {
            match delta {
                Delta::Text(text) => {
                    self.text += text.len() as u64;
                    self.received += text.len() as u64;
                    self.progress = now + self.limits.silence;
                }
                Delta::Reasoning(text) => {
                    self.received += text.len() as u64;
                    self.progress = now + self.limits.silence;
                }
                Delta::Finish(finish) => {
                    self.life = now + self.limits.trailer;
                    self.finished = Some(finish.clone());
                }
                Delta::Usage(_) | Delta::Retry { .. } => {}
            }
        }
        if self.finished.is_none() {
            let patience = if self.received == 0 { self.limits.first_token.max(self.limits.chunk) } else { self.limits.chunk };
            self.life = now + patience;
        }
    }
}
