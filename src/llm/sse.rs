//! Server-sent events, cut out of bytes that arrive in any pieces.
//!
//! The framing of the HTML standard, with two differences that a client of models needs: a final event without its blank line
//! is delivered when the stream ends, and an event is bounded.

use std::ops::Range;

use super::wire::Fault;

/// The longest event that is taken, in bytes; real ones have a few hundred.
const LONGEST_EVENT: usize = 16 << 20;

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// The `event` field; empty when there was none.
    pub(super) name: String,
    /// The `data` lines, joined by newlines.
    pub(super) data: String,
}

/// Collects bytes and gives out events.
#[derive(Debug, Default)]
pub(super) struct Sse {
    buffer: Vec<u8>,
    /// How much of the buffer has been read.
    read: usize,
    /// How much of it has been searched for the end of the next line.
    searched: usize,
    /// Whether the last line ended in a carriage return, so that a newline right after it belongs to it.
    after_return: bool,
    open: OpenEvent,
}

impl Sse {
    /// Adds what arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.searched = self.searched.saturating_sub(self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole event.
    pub(super) fn next(&mut self) -> Result<Option<Event>, Fault> {
        while let Some(line) = self.line() {
            if let Some(event) = self.open.line(text(&self.buffer[line])?) {
                return Ok(Some(event));
            }
        }
        if self.buffer.len() - self.read + self.open.event.data.len() > LONGEST_EVENT {
            return Err(Fault::malformed("an event of the stream has no end"));
        }
        Ok(None)
    }

    /// The event that the end of the stream left open.
    pub(super) fn finish(&mut self) -> Result<Option<Event>, Fault> {
        let rest = text(&self.buffer[self.read..])?;
        if !rest.is_empty() {
            // A line that lacks only its end counts.
            self.open.line(rest);
        }
        self.read = self.buffer.len();
        Ok(self.open.dispatch())
    }

    /// Where the next whole line is, without its end.
    fn line(&mut self) -> Option<Range<usize>> {
        if self.after_return && self.buffer.get(self.read) == Some(&b'\n') {
            self.read += 1;
        }
        self.after_return &= self.read >= self.buffer.len();
        let from = self.searched.max(self.read);
        self.searched = self.buffer.len();
        let end = from + self.buffer[from..].iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let line = self.read..end;
        self.after_return = self.buffer[end] == b'\r';
        self.read = end + 1;
        self.searched = self.read;
        Some(line)
    }
}

/// The event that is being read, line by line.
#[derive(Debug, Default)]
struct OpenEvent {
    event: Event,
    has_data: bool,
    /// Whether a line has been read: a byte order mark may only stand before all.
    started: bool,
}

impl OpenEvent {
    /// Reads a line; an empty one completes the event.
    fn line(&mut self, line: &str) -> Option<Event> {
        let line = if self.started { line } else { line.trim_start_matches('\u{feff}') };
        self.started = true;
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            "event" => value.clone_into(&mut self.event.name),
            // A comment (an empty field name), `id`, `retry`, and whatever comes to be.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::malformed("the stream is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn events(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut sse = Sse::default();
        let mut all = Vec::new();
        for piece in pieces {
            sse.push(piece);
            while let Some(event) = sse.next().expect("well-formed") {
                all.push((event.name, event.data));
            }
        }
        all.extend(sse.finish().expect("well-formed").map(|event| (event.name, event.data)));
        all
    }

    fn pair(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn comments_unknown_fields_and_every_line_end_are_read() {
        let text = b"\xef\xbb\xbf: ping\r\nid: 7\r\nevent: a\r\ndata: 1\r\ndata:2\r\n\r\nretry: 5\rdata\rnew: field\r\rdata: last";
        assert_eq!(events(&[text]), [pair("a", "1\n2"), pair("", ""), pair("", "last")]);
    }

    #[test]
    fn an_event_without_data_is_none_and_loses_its_name() {
        assert_eq!(events(&[b"event: ping\n\ndata: x\n\n"]), [pair("", "x")]);
    }

    #[test]
    fn text_that_is_not_utf8_is_a_fault() {
        let mut sse = Sse::default();
        sse.push(b"data: \xff\n\n");
        assert!(sse.next().is_err());
    }

    #[test]
    fn an_event_without_an_end_is_bounded() {
        let mut sse = Sse::default();
        let piece = vec![b'x'; 1 << 20];
        sse.push(b"data: ");
        let refused = (0..20).any(|_| {
            sse.push(&piece);
            sse.next().is_err()
        });
        assert!(refused);
    }

    proptest! {
        #[test]
        fn every_split_gives_the_same_events(cuts in proptest::collection::vec(0usize..90, 0..12)) {
            let text = ": c\r\n\r\nevent: é\r\ndata: grüße 🎉\rdata: zwei\r\n\r\ndata: {\"a\":1}\n\n\ndata: Ω".as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            prop_assert_eq!(events(&pieces), events(&[text]));
        }
    }
}
