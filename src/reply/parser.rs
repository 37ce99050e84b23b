//! The state machine: chunks in, pieces out.
//!
//! ```text
//! state     line                              goes to   gives
//! prose     opening tag                       block     BlockOpen; ends the section
//! prose     finish tag                        over      Finished; ends the section
//! prose     heading of a section              section   Text; ends the section before
//! prose     label, fence, then opening tag    block     nothing for label and fence
//! prose     anything else                     prose     Text
//! section   its end tag, another heading      prose     Operation for each that it holds
//! block     closing tag, none nested open     prose     BlockClose
//! block     anything else                     block     BlockText
//! over      anything                          over      nothing
//! ```

use crate::plan::OperationKind;

use super::block::{Block, explanation};
use super::completion;
use super::held::Held;
use super::line::fence;
use super::section::Section;
use super::tag::{self, Head, Tag};
use super::value::{FileOp, Piece, Reply};

/// Reads a reply as it streams in.
#[derive(Debug, Default)]
pub struct Parser {
    /// The line that has no end yet, and how much of it was given out.
    line: String,
    shown: usize,
    /// How much of its beginning is known to be white space.
    blank: usize,
    /// Where the line begins in the reply.
    at: usize,
    block: Option<Block>,
    section: Option<Section>,
    /// The fence that closes around the block before.
    closing_fence: Option<(char, usize)>,
    held: Held,
    /// Prose since the last operation.
    prose: String,
    reply: Reply,
}

/// Parses a whole reply.
pub fn parse(text: &str) -> Reply {
    let mut parser = Parser::new();
    parser.push(text);
    parser.finish().1
}

impl Parser {
    /// A parser at the beginning of a reply.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the finish tag was seen; nothing that comes after it counts.
    pub fn finished(&self) -> bool {
        self.reply.finished
    }

    /// Takes the next chunk and gives out what is certain.
    pub fn push(&mut self, chunk: &str) -> Vec<Piece> {
        let mut pieces = Pieces::default();
        for part in chunk.split_inclusive('\n') {
            if self.reply.finished {
                break;
            }
            self.line.push_str(part);
            if part.ends_with('\n') {
                self.end_line(&mut pieces);
            }
        }
        self.show_early(&mut pieces);
        pieces.0
    }

    /// Takes the end of the reply.
    pub fn finish(mut self) -> (Vec<Piece>, Reply) {
        let mut pieces = Pieces::default();
        if !self.reply.finished && !self.line.is_empty() {
            self.end_line(&mut pieces);
        }
        self.release(&mut pieces);
        self.close_section(false, &mut pieces);
        self.reply.open_block = self.block.take().map(Block::unfinished);
        (pieces.0, self.reply)
    }

    /// Gives out the beginning of a line that can be no marker any more, so that prose and code appear as they are written.
    fn show_early(&mut self, pieces: &mut Pieces) {
        let rest = &self.line[self.blank..];
        let Some((at, first)) = rest.char_indices().find(|(_, c)| !c.is_whitespace()) else {
            self.blank = self.line.len();
            return;
        };
        self.blank += at;
        let markers: &[char] = if self.block.is_some() { &['<'] } else { &['<', '#', '-', '*', '`', '~'] };
        if self.reply.finished || markers.contains(&first) {
            return;
        }
        self.release(pieces);
        self.show_rest(pieces);
    }

    fn show_rest(&mut self, pieces: &mut Pieces) {
        let text = &self.line[self.shown..];
        if self.block.is_some() {
            pieces.block(text)
        } else {
            pieces.text(text)
        }
        self.shown = self.line.len();
    }

    fn end_line(&mut self, pieces: &mut Pieces) {
        if self.block.is_some() {
            self.block_line(pieces);
        } else {
            self.prose_line(pieces);
        }
        self.at += self.line.len();
        self.line.clear();
        self.shown = 0;
        self.blank = 0;
    }

    fn block_line(&mut self, pieces: &mut Pieces) {
        let Some(block) = &mut self.block else { return };
        if block.feed(&self.line) {
            return self.show_rest(pieces);
        }
        if let Some(block) = self.block.take() {
            self.close_block(block, pieces);
        }
    }

    fn prose_line(&mut self, pieces: &mut Pieces) {
        match tag::read(&self.line) {
            Some(Tag::Open(head)) => self.open_block(head, pieces),
            Some(Tag::Empty(head)) => {
                self.open_block(head, pieces);
                self.block_end(pieces);
            }
            Some(Tag::Finish) => {
                self.release(pieces);
                self.close_section(false, pieces);
                self.reply.finished = true;
                pieces.0.push(Piece::Finished);
            }
            Some(Tag::EndOperations) => {
                self.release(pieces);
                self.close_section(true, pieces);
            }
            Some(Tag::Close) => {}
            None => self.text_line(pieces),
        }
    }

    fn text_line(&mut self, pieces: &mut Pieces) {
        if self.is_closing_fence() {
            return;
        }
        self.read_meaning(pieces);
        let prose = self.section.is_none();
        if self.shown == 0 && self.held.take(&self.line, prose, (pieces, &mut self.prose)) {
            return;
        }
        self.release(pieces);
        self.show_rest(pieces);
        if prose {
            self.prose.push_str(&self.line);
        }
    }

    /// Whether the line only closes the fence that the block before stands in.
    fn is_closing_fence(&mut self) -> bool {
        if self.line.trim().is_empty() {
            return false;
        }
        let expected = self.closing_fence.take();
        matches!((expected, fence(&self.line)), (Some((mark, length)), Some((other, long, ""))) if mark == other && long >= length)
    }

    /// Lets sections and completion sentences have the line.
    fn read_meaning(&mut self, pieces: &mut Pieces) {
        self.reply.completed_tasks.extend(completion::titles(&self.line));
        match Section::open(&self.line) {
            Some(Section::Other) if self.section.as_mut().is_some_and(|section| section.feed_heading(&self.line, &self.reply)) => {}
            Some(section) => {
                self.close_section(false, pieces);
                self.section = (!matches!(section, Section::Other)).then_some(section);
            }
            None => self.feed_section(pieces),
        }
    }

    fn feed_section(&mut self, pieces: &mut Pieces) {
        let Some(section) = &mut self.section else { return };
        if !section.feed(&self.line, &self.reply) {
            self.close_section(false, pieces);
        }
    }

    fn close_section(&mut self, ended: bool, pieces: &mut Pieces) {
        let Some(section) = self.section.take() else { return };
        let operations = section.close(ended, &mut self.reply);
        if operations.is_empty() {
            return;
        }
        let prose = std::mem::take(&mut self.prose);
        for operation in operations {
            let operation = FileOp { explanation: prose.trim().to_owned(), ..operation };
            self.reply.operations.push(operation.clone());
            pieces.0.push(Piece::Operation(operation));
        }
    }

    fn open_block(&mut self, head: Head, pieces: &mut Pieces) {
        let lead = self.held.lead(head.path.as_deref());
        self.held.settle(lead.prose_lines, (pieces, &mut self.prose));
        self.close_section(false, pieces);
        let mut block = Block::open(lead.path, head, &self.line, self.at);
        block.fence = lead.fence;
        pieces.0.push(Piece::BlockOpen { path: block.path.clone(), lang: block.lang() });
        self.block = Some(block);
    }

    fn block_end(&mut self, pieces: &mut Pieces) {
        if let Some(block) = self.block.take() {
            self.close_block(block, pieces);
        }
    }

    fn close_block(&mut self, block: Block, pieces: &mut Pieces) {
        self.closing_fence = block.fence;
        let prose = std::mem::take(&mut self.prose);
        let path = block.path.clone();
        let explanation = explanation(&prose, &path);
        let operation = FileOp { kind: OperationKind::File, path, destination: None, content: Some(block.content()), explanation };
        self.reply.operations.push(operation.clone());
        pieces.0.push(Piece::BlockClose(operation));
    }

    /// Gives out held lines: no block followed.
    fn release(&mut self, pieces: &mut Pieces) {
        self.held.settle(usize::MAX, (pieces, &mut self.prose));
    }
}

/// The pieces of one call; text that follows text joins it.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    pub(super) fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.0.push(Piece::Text(text.to_owned())),
        }
    }

    fn block(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::BlockText(last)) => last.push_str(text),
            _ => self.0.push(Piece::BlockText(text.to_owned())),
        }
    }
}
