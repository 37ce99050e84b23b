//! Reasoning that a local model writes into its reply, between `<think>` and `</think>` at the very beginning.

use super::Delta;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Tells reasoning from text, in whatever pieces they come.
#[derive(Debug, Default)]
pub(super) struct ThinkSplit {
    state: State,
    /// What may be the beginning of a tag.
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Start,
    Thinking,
    Text,
}

impl ThinkSplit {
    /// Takes a piece of the reply and appends what it is.
    pub(super) fn push(&mut self, piece: &str, out: &mut Vec<Delta>) {
        if piece.is_empty() {
            return;
        }
        if self.state == State::Text {
            out.push(Delta::Text(piece.to_owned()));
            return;
        }
        self.held.push_str(piece);
        if self.state == State::Start {
            self.start(out);
        }
        if self.state == State::Thinking {
            self.think(out);
        }
    }

    /// Appends what was held back.
    pub(super) fn finish(&mut self, out: &mut Vec<Delta>) {
        let held = std::mem::take(&mut self.held);
        match self.state {
            _ if held.is_empty() => {}
            State::Thinking => out.push(Delta::Reasoning(held)),
            State::Start | State::Text => out.push(Delta::Text(held)),
        }
    }

    fn start(&mut self, out: &mut Vec<Delta>) {
        let begun = self.held.trim_start();
        if let Some(rest) = begun.strip_prefix(OPEN) {
            self.held = rest.to_owned();
            self.state = State::Thinking;
        } else if !OPEN.starts_with(begun) {
            self.state = State::Text;
            out.push(Delta::Text(std::mem::take(&mut self.held)));
        }
    }

    fn think(&mut self, out: &mut Vec<Delta>) {
        let (reasoning, text) = match self.held.find(CLOSE) {
            Some(at) => (at, Some(self.held[at + CLOSE.len()..].to_owned())),
            None => (self.held.len() - partial_close(&self.held), None),
        };
        if reasoning > 0 {
            out.push(Delta::Reasoning(self.held[..reasoning].to_owned()));
        }
        self.held.drain(..reasoning);
        if let Some(text) = text {
            self.state = State::Text;
            self.held.clear();
            if !text.is_empty() {
                out.push(Delta::Text(text));
            }
        }
    }
}

/// How many bytes at the end may be the beginning of the closing tag.
fn partial_close(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|&length| text.ends_with(&CLOSE[..length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, size: usize) -> (String, String) {
        let mut think = ThinkSplit::default();
        let mut out = Vec::new();
        let letters: Vec<char> = text.chars().collect();
        for piece in letters.chunks(size) {
            think.push(&piece.iter().collect::<String>(), &mut out);
        }
        think.finish(&mut out);
        let mut sorted = (String::new(), String::new());
        for delta in out {
            match delta {
                Delta::Text(text) => sorted.1 += &text,
                Delta::Reasoning(text) => sorted.0 += &text,
                other => panic!("{other:?}"),
            }
        }
        sorted
    }

    #[test]
    fn leading_reasoning_is_split_off_for_every_piece_size() {
        for size in [1, 2, 3, 7, 100] {
            let of = |text: &str| split(text, size);
            assert_eq!(
                of("\n<think>é < a</b></think>\n\nHi <think>x</think>"),
                ("é < a</b>".into(), "\n\nHi <think>x</think>".into()),
                "{size}"
            );
            assert_eq!(of("  <thin air"), (String::new(), "  <thin air".into()), "{size}");
            assert_eq!(of("<think>cut off </th"), ("cut off </th".into(), String::new()), "{size}");
            assert_eq!(of("<thi"), (String::new(), "<thi".into()), "{size}");
        }
    }
}
