//! A reply laid out for a person while it streams.
//!
//! Prose is wrapped between words, code is not. File blocks get a head line with their path and a bar before each line;
//! the markup around them, and the label before them, is left out. Pure: text in, styled pieces out.

use anstyle::Style;

use super::markup::{Kind, Place, attribute, hanging_indent, is_heading, kind_of, label_path, may_be_markup};
use super::style::{DIM, HEADING, NAME, PLAIN};
use super::width::{cut, width};

/// A run of text in one style, ready to be written.
pub(super) type Piece = (Style, String);

/// Lays out one reply.
#[derive(Debug)]
pub(super) struct Prose {
    columns: usize,
    bar: &'static str,
    rule: &'static str,
    place: Place,
    /// The line so far, while it may still turn out to be markup.
    held: Option<String>,
    /// A label line that waits for its block, with the blank lines after it.
    label: Option<(String, usize)>,
    /// The columns that are taken on the line.
    column: usize,
    /// How far the lines go in that continue the present one.
    indent: usize,
    /// The word that is not yet complete, and the spaces before it.
    word: String,
    spaces: usize,
    style: Style,
    out: Vec<Piece>,
}

impl Prose {
    /// Begins a reply on a terminal of `columns`.
    pub(super) fn new(columns: usize, unicode: bool) -> Self {
        let (bar, rule) = if unicode { ("│ ", "─") } else { ("| ", "-") };
        Self {
            columns: columns.max(20),
            bar,
            rule,
            place: Place::Prose,
            held: Some(String::new()),
            label: None,
            column: 0,
            indent: 0,
            word: String::new(),
            spaces: 0,
            style: PLAIN,
            out: Vec::new(),
        }
    }

    /// Takes text that is safe for a terminal and returns what can be shown now.
    pub(super) fn push(&mut self, text: &str) -> Vec<Piece> {
        for c in text.chars() {
            self.take(c);
        }
        std::mem::take(&mut self.out)
    }

    /// Ends the reply: shows what was held back, and ends the line.
    pub(super) fn finish(&mut self) -> Vec<Piece> {
        self.show_label();
        if let Some(line) = self.held.take().filter(|line| !line.trim().is_empty()) {
            self.line(&line, false);
        }
        self.end_word();
        if self.column > 0 {
            self.break_line();
        }
        self.held = Some(String::new());
        std::mem::take(&mut self.out)
    }

    /// Whether something else may be shown now without tearing the text.
    pub(super) fn is_between_paragraphs(&self) -> bool {
        self.place == Place::Prose && self.column == 0 && self.word.is_empty() && self.held.as_ref().is_some_and(String::is_empty)
    }

    fn take(&mut self, c: char) {
        match (self.held.take(), c) {
            (Some(line), '\n') => {
                self.line(&line, true);
                self.held = Some(String::new());
            }
            (Some(mut line), c) => {
                line.push(c);
                if may_be_markup(&line, &self.place) {
                    self.held = Some(line);
                } else {
                    self.begin(&line);
                }
            }
            (None, '\n') => {
                self.end_word();
                self.break_line();
                self.held = Some(String::new());
            }
            (None, c) => self.flow(c),
        }
    }

    /// Shows or drops a line that was held back until it was complete.
    fn line(&mut self, line: &str, ended: bool) {
        let trimmed = line.trim();
        match &self.place {
            Place::Block if trimmed == "</PlandexBlock>" => {
                self.emit(DIM, &self.rule.repeat(2));
                self.break_line();
                self.place = Place::Prose;
                return;
            }
            Place::Fence(fence) if trimmed == fence => self.place = Place::Prose,
            Place::Prose => return self.prose_line(line, ended),
            Place::Block | Place::Fence(_) => {}
        }
        self.begin(line);
        self.end_line(ended);
    }

    fn prose_line(&mut self, line: &str, ended: bool) {
        let trimmed = line.trim();
        match kind_of(trimmed) {
            Kind::Blank if self.label.is_some() => self.label.as_mut().into_iter().for_each(|(_, blanks)| *blanks += 1),
            Kind::Label if ended => {
                self.show_label();
                self.label = Some((line.to_owned(), 0));
            }
            Kind::Block => self.open_block(trimmed),
            Kind::Tag => {}
            Kind::Section(words) => {
                self.show_label();
                self.emit(HEADING, words);
                self.end_line(ended);
            }
            kind => {
                self.begin(line);
                if let Kind::Fence(fence) = kind {
                    self.place = Place::Fence(fence.to_owned());
                }
                self.end_line(ended);
            }
        }
    }

    fn end_line(&mut self, ended: bool) {
        self.end_word();
        if ended {
            self.break_line();
        }
    }

    /// Draws the head of a file block; the path comes from the tag, else from the label before it.
    fn open_block(&mut self, tag: &str) {
        let label = self.label.take().map(|(line, _)| label_path(&line).to_owned());
        let path = attribute(tag, "path").map(str::to_owned).or(label).unwrap_or_default();
        let path = super::escape::escape_line(&path);
        let path = cut(&path, self.columns.saturating_sub(6), "…");
        let rest = self.columns.min(72).saturating_sub(4 + width(&path));
        self.emit(DIM, &format!("{} ", self.rule.repeat(2)));
        self.emit(NAME, &path);
        self.emit(DIM, &format!(" {}", self.rule.repeat(rest)));
        self.break_line();
        self.place = Place::Block;
    }

    /// A label that no block follows was prose.
    fn show_label(&mut self) {
        if let Some((line, blanks)) = self.label.take() {
            self.begin(&line);
            self.end_line(true);
            (0..blanks).for_each(|_| self.break_line());
        }
    }

    /// Begins a line of which it is known that it is shown.
    fn begin(&mut self, line: &str) {
        self.show_label();
        if self.place == Place::Block {
            self.emit(DIM, self.bar);
        }
        if self.place == Place::Prose {
            self.style = if is_heading(line.trim_start()) { HEADING } else { PLAIN };
            self.indent = hanging_indent(line).min(self.columns / 3);
        }
        for c in line.chars() {
            self.flow(c);
        }
    }

    fn flow(&mut self, c: char) {
        if self.place != Place::Prose {
            return self.emit(PLAIN, c.encode_utf8(&mut [0; 4]));
        }
        if c == ' ' || c == '\t' {
            self.end_word();
            self.spaces += 1;
        } else {
            self.word.push(c);
        }
    }

    /// Shows the present word, on a new line if it does not fit.
    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            return;
        }
        let spaces = std::mem::take(&mut self.spaces);
        if self.column > self.indent && self.column + spaces + width(&word) > self.columns {
            self.emit(PLAIN, "\n");
            self.column = 0;
            self.emit(PLAIN, &" ".repeat(self.indent));
        } else {
            self.emit(PLAIN, &" ".repeat(spaces));
        }
        self.emit(self.style, &word);
    }

    fn break_line(&mut self) {
        self.emit(PLAIN, "\n");
        self.column = 0;
        self.spaces = 0;
    }

    fn emit(&mut self, style: Style, text: &str) {
        self.column += width(text);
        match self.out.last_mut() {
            Some((last, run)) if *last == style => run.push_str(text),
            _ if text.is_empty() => {}
            _ => self.out.push((style, text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, columns: usize, chunk: usize) -> String {
        let mut prose = Prose::new(columns, true);
        let chars: Vec<char> = text.chars().collect();
        let mut out = Vec::new();
        for piece in chars.chunks(chunk) {
            out.extend(prose.push(&piece.iter().collect::<String>()));
        }
        out.extend(prose.finish());
        out.into_iter().map(|(_, text)| text).collect()
    }

    const REPLY: &str = "I'll add the module first, then its tests, in the order that you gave.\n\n\
        - the first point goes on for longer than one line\n- src/a.rs:\n\n\
        <PlandexBlock lang=\"rust\" path=\"src/a.rs\">\nfn a() { very_long_name_of_a_function(1, 2); }\n\n    <b>\n</PlandexBlock>\n\
        \n**Done** and dusted:\n\n```sh\ncargo test   --all-targets --and-more flags here\n```\nend\n<PlandexFinish/>\n";

    const SHOWN: &str = "I'll add the module first, then its
tests, in the order that you gave.

- the first point goes on for longer
  than one line
── src/a.rs ────────────────────────────
│ fn a() { very_long_name_of_a_function(1, 2); }
│ 
│     <b>
──

**Done** and dusted:

```sh
cargo test   --all-targets --and-more flags here
```
end
";

    #[test]
    fn prose_is_wrapped_and_code_is_not_whatever_the_chunks() {
        for chunk in [1, 2, 7, 10_000] {
            assert_eq!(shown(REPLY, 40, chunk), SHOWN, "chunks of {chunk}");
        }
    }

    #[test]
    fn headings_for_the_parser_are_words_for_people() {
        let text = "### Files\n\n- `a.rs`\n\n### Tasks\n1. One\n### Files of mine\n";
        let expected = "What is to be read:\n\n- `a.rs`\n\nWhat is to be done:\n1. One\n### Files of mine\n";
        assert_eq!(shown(text, 40, 1), expected);
        assert_eq!(shown("```\n### Files\n```\n", 40, 3), "```\n### Files\n```\n");
    }

    #[test]
    fn a_label_without_a_block_is_shown() {
        assert_eq!(shown("- src/a.rs:\n\nis the place\n", 40, 1), "- src/a.rs:\n\nis the place\n");
        assert_eq!(
            shown("- src/a.rs:\n- src/b.rs:\n<PlandexBlock>\nx\n</PlandexBlock>", 30, 3),
            "- src/a.rs:\n── src/b.rs ──────────────────\n│ x\n──\n"
        );
        assert_eq!(shown("### src/a.rs:", 40, 1), "### src/a.rs:\n");
    }

    #[test]
    fn a_word_is_shown_when_it_is_whole() {
        let mut prose = Prose::new(40, true);
        let text = |pieces: Vec<Piece>| pieces.into_iter().map(|(_, text)| text).collect::<String>();
        assert_eq!(text(prose.push("some wo")), "some");
        assert_eq!(text(prose.push("rds, and mo")), " words, and");
        assert!(!prose.is_between_paragraphs());
        assert_eq!(text(prose.finish()), " mo\n");
        assert!(prose.is_between_paragraphs());
    }

    #[test]
    fn text_that_only_looks_like_markup_is_shown() {
        for text in ["<Plan b>\n", "a <PlandexFinish/> b\n", "``x`` and\n", "-\n", "#hash\n", "   \n", "1. one\n", "<PlandexFinish\n"] {
            assert_eq!(shown(text, 40, 1).trim(), text.trim(), "{text:?}");
        }
    }
}
