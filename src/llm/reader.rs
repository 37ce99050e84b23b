//! Reading the body of an answer that has come by other means than a request: a file, for example.

use super::Delta;
use super::framing::Framing;
use super::wire::{Decode, Fault, format};
use crate::config::{Api, Model};

/// Turns the bytes of one reply, in whatever pieces, into deltas.
pub struct ReplyReader {
    framing: Framing,
    decoder: Box<dyn Decode>,
}

impl ReplyReader {
    /// A reader for the answers of a model.
    pub fn new(model: &Model) -> Self {
        let framing = if model.api == Api::Command { Framing::of_program() } else { Framing::new() };
        Self { framing, decoder: (format(model).decoder)() }
    }

    /// Takes bytes, and appends what they say; fails with what is wrong with them.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<Delta>) -> Result<(), String> {
        self.framing.push(bytes);
        while let Some(data) = self.framing.next().map_err(words)? {
            self.decoder.event(&data, out).map_err(words)?;
        }
        Ok(())
    }

    /// Appends what the end of the body leaves.
    pub fn finish(mut self, out: &mut Vec<Delta>) -> Result<(), String> {
        if let Some(data) = self.framing.finish().map_err(words)? {
            self.decoder.event(&data, out).map_err(words)?;
        }
        self.decoder.finish(out);
        Ok(())
    }
}

fn words(fault: Fault) -> String {
    match fault {
        Fault::Failed(_, words) => words,
        Fault::Refused(refusal) => refusal.words,
    }
}
