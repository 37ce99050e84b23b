//! One reply, from the first chunk to its end.

use crate::config::{HIDDEN, Mask, MaskStream};
use crate::llm::{Delta, FinishReason, ReplyStream};
use crate::plan::{RunEvent, Usage};
use crate::reply::{FileOp, Parser, Piece, Reply, Seam};
use crate::store::Journal;

use super::{Cancel, Error};

/// Text that a model may still send after its finish tag before we hang up, in bytes.
const SLACK_AFTER_FINISH: usize = 400;

/// How a reply ended.
#[derive(Debug)]
pub enum Ended {
    /// The model was done.
    Complete,
    /// The user stopped it.
    Cancelled,
    /// The model's limit of output was reached.
    Length,
    /// The reply began to write a file that the model has not seen.
    MissingFile(String),
    /// The stream failed; what came before is kept.
    Failed(crate::llm::Error),
}

/// What came of a stream.
#[derive(Debug)]
pub struct Streamed {
    /// The new text; of a continuation only what it adds.
    pub text: String,
    /// The parse of the whole reply, the part before a continuation included.
    pub reply: Reply,
    /// How it ended.
    pub ended: Ended,
    /// What the call used, if the provider said so.
    pub usage: Usage,
}

impl Streamed {
    /// Whether nothing came and nothing had come before; a reply that was whole before it went on has nothing to add.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.reply.operations.is_empty() && !self.reply.finished
    }
}

/// What becomes of a block at its opening tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// It streams in.
    Go,
    /// It streams in over a file that the request does not show, which the journal remembers first.
    Overwrite,
    /// The stream stops; the reply goes on inside the block.
    Stop,
    /// The stream stops; the reply goes on as if the block had not been begun.
    Drop,
}

/// What the pipeline does while a reply streams.
pub trait Listener {
    /// Takes an event for the user.
    fn emit(&mut self, event: RunEvent);
    /// What becomes of a block for `path` at its opening tag.
    fn may_write(&mut self, path: &str) -> Result<Write, Error>;
    /// Takes an operation that is complete; `masked` says that a key may have been hidden in it.
    fn operation(&mut self, op: &FileOp, masked: bool) -> Result<(), Error>;
}

struct Reading<'a, L> {
    listener: &'a mut L,
    parser: Parser,
    earlier: usize,
    seam: Seam,
    text: String,
    finished: bool,
    after_finish: usize,
    missing: Option<(String, Write)>,
    mask: MaskStream,
    reasoning: MaskStream,
    /// Whether a key was hidden since the last block ended.
    hidden: bool,
}

/// Reads `stream` to its end; `earlier` is the text that the reply goes on from.
pub async fn read(
    mut stream: ReplyStream,
    earlier: &str,
    journal: &mut Journal,
    mut cancel: Cancel,
    listener: &mut impl Listener,
    mask: &Mask,
) -> Result<Streamed, Error> {
    let mut parser = Parser::new();
    parser.push(earlier);
    let seam = Seam::new(earlier);
    let mut reading = Reading {
        listener,
        parser,
        earlier: earlier.len(),
        seam,
        text: String::new(),
        finished: false,
        after_finish: 0,
        missing: None,
        mask: MaskStream::new(mask),
        reasoning: MaskStream::new(mask),
        hidden: may_hide(earlier),
    };
    let mut usage = Usage::default();
    let mut ended = Ended::Complete;
    loop {
        let delta = tokio::select! {
            biased;
            () = cancel.cancelled() => { ended = Ended::Cancelled; break }
            delta = stream.next() => delta,
        };
        match delta {
            Ok(None) => break,
            Ok(Some(Delta::Text(text))) => reading.text(&text, journal)?,
            Ok(Some(Delta::Reasoning(text))) => reading.reason(&text),
            Ok(Some(Delta::Usage(used))) => usage = used,
            Ok(Some(Delta::Finish(FinishReason::Length))) => ended = Ended::Length,
            Ok(Some(Delta::Finish(_))) => {}
            Ok(Some(Delta::Retry { attempt, wait, reason })) => {
                reading.listener.emit(super::asked::tries_again(reason, attempt, wait));
            }
            Err(error) => {
                ended = Ended::Failed(error);
                break;
            }
        }
        if reading.missing.is_some() || reading.after_finish > SLACK_AFTER_FINISH {
            break;
        }
    }
    reading.end(ended, usage, journal)
}

/// Whether a key may have been hidden in the block that `earlier` leaves open.
fn may_hide(earlier: &str) -> bool {
    let open = crate::reply::parse(earlier).open_block;
    open.is_some_and(|block| earlier.get(block.body..).is_some_and(|text| text.contains(HIDDEN)))
}

impl<L: Listener> Reading<'_, L> {
    fn reason(&mut self, chunk: &str) {
        let text = self.reasoning.push(chunk);
        if !text.is_empty() {
            self.listener.emit(RunEvent::Reasoning { text });
        }
    }

    fn text(&mut self, chunk: &str, journal: &mut Journal) -> Result<(), Error> {
        if self.finished {
            self.after_finish += chunk.len();
            return Ok(());
        }
        let masked = self.mask.push(chunk);
        self.hidden |= self.mask.has_hidden();
        let new = self.seam.push(&masked);
        self.take(&new, journal)
    }

    fn take(&mut self, new: &str, journal: &mut Journal) -> Result<(), Error> {
        if new.is_empty() {
            return Ok(());
        }
        journal.append(new)?;
        self.text.push_str(new);
        let pieces = self.parser.push(new);
        self.pieces(pieces, journal)
    }

    fn pieces(&mut self, pieces: Vec<Piece>, journal: &mut Journal) -> Result<(), Error> {
        let mut closed = false;
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.listener.emit(RunEvent::Reply { text }),
                Piece::BlockText(text) => self.listener.emit(RunEvent::Reply { text }),
                Piece::BlockOpen { path, lang } => self.open(path, lang, journal)?,
                Piece::BlockClose(op) => {
                    self.listener.emit(RunEvent::Reply { text: "```\n".into() });
                    self.listener.operation(&op, self.hidden)?;
                    closed = true;
                }
                Piece::Operation(op) => self.listener.operation(&op, false)?,
                Piece::Finished => self.finished = true,
            }
            if self.missing.is_some() {
                break;
            }
        }
        self.hidden &= !closed;
        Ok(())
    }

    fn open(&mut self, path: String, lang: Option<String>, journal: &mut Journal) -> Result<(), Error> {
        match self.listener.may_write(&path)? {
            stop @ (Write::Stop | Write::Drop) => {
                self.missing = Some((path, stop));
                return Ok(());
            }
            Write::Overwrite => journal.allow(&path)?,
            Write::Go => {}
        }
        self.listener.emit(RunEvent::Reply { text: format!("```{} {path}\n", lang.unwrap_or_default()) });
        Ok(())
    }

    fn end(mut self, ended: Ended, usage: Usage, journal: &mut Journal) -> Result<Streamed, Error> {
        if self.missing.is_none() {
            let masked = std::mem::take(&mut self.mask).finish();
            let mut held = self.seam.push(&masked);
            held += &std::mem::replace(&mut self.seam, Seam::new("")).finish();
            self.take(&held, journal)?;
        }
        let complete = matches!(ended, Ended::Complete);
        let parser = std::mem::take(&mut self.parser);
        let (pieces, reply) = parser.finish();
        // Of a reply that broke off only what was complete counts; its end is parsed again when it goes on.
        if complete && self.missing.is_none() {
            self.pieces(pieces, journal)?;
        }
        let Some((path, write)) = self.missing.take() else { return Ok(Streamed { text: self.text, reply, ended, usage }) };
        // What came after the place where the reply goes on is asked for again.
        if let Some(open) = &reply.open_block {
            let end = if write == Write::Drop { open.head } else { open.body };
            self.text.truncate(end.saturating_sub(self.earlier));
        }
        Ok(Streamed { text: self.text, reply, ended: Ended::MissingFile(path), usage })
    }
}
