//! Styled text: what is shown, and how, told apart until it is written.

use anstyle::{AnsiColor, Style};

use super::escape::{escape_direction, escape_line, escape_visible};
use super::look::Look;
use super::sanitize::sanitize;

/// Headings.
pub const HEADING: Style = Style::new().bold();
/// Things that carry a name: plans, branches.
pub const NAME: Style = AnsiColor::Cyan.on_default();
/// What can be passed over.
pub const DIM: Style = Style::new().dimmed();
/// Success, and added lines.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Failure, and removed lines.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What wants a look.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// Nothing special.
pub const PLAIN: Style = Style::new();

/// How much of a foreign text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Controls are removed, and what changes the direction of text is shown.
    Text,
    /// Controls and invisible characters are shown, on one line.
    Word,
    /// Controls and invisible characters are shown, line by line.
    Content,
}

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    style: Style,
    care: Care,
    text: String,
}

/// Text in several styles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    spans: Vec<Span>,
}

impl Line {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds plain text.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.styled(PLAIN, text)
    }

    /// Adds text in `style`.
    pub fn styled(self, style: Style, text: impl Into<String>) -> Self {
        self.span(style, Care::Text, text.into())
    }

    /// Adds a path, a name or another word that a person goes by: nothing in it stays hidden.
    pub fn word(self, style: Style, text: impl Into<String>) -> Self {
        self.span(style, Care::Word, text.into())
    }

    /// Adds content that a person decides about, a script or a diff: nothing in it stays hidden, and it keeps its lines.
    pub fn content(self, style: Style, text: impl Into<String>) -> Self {
        self.span(style, Care::Content, text.into())
    }

    fn span(mut self, style: Style, care: Care, text: String) -> Self {
        self.spans.push(Span { style, care, text });
        self
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.spans.iter().all(|span| span.text.is_empty())
    }

    /// The text as it was given.
    pub fn exact(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// The text without anything that acts on a terminal, in pieces of one style.
    pub(super) fn shown(&self) -> impl Iterator<Item = (Style, String)> {
        self.spans.iter().map(|span| {
            let text = match span.care {
                Care::Text => escape_direction(&sanitize(&span.text)).into_owned(),
                Care::Word => escape_line(&span.text),
                Care::Content => escape_visible(&span.text),
            };
            (span.style, text)
        })
    }

    /// The text for a stream of this look: safe and in colour on a terminal, exact in a pipe.
    pub(super) fn render(&self, look: Look) -> String {
        if look.terminal || look.colour { self.render_safe(look) } else { self.exact() }
    }

    /// The text made safe, in colour if the stream has it.
    pub(super) fn render_safe(&self, look: Look) -> String {
        self.shown().map(|(style, text)| paint(style, &text, look)).collect()
    }
}

/// Puts `text` in `style` where colour is wanted; a line feed never stands inside a style.
pub(super) fn paint(style: Style, text: &str, look: Look) -> String {
    if !look.colour || style.is_plain() || text.is_empty() {
        return text.to_owned();
    }
    let piece = |line: &str| match line.strip_suffix('\n') {
        Some("") => "\n".to_owned(),
        Some(line) => format!("{style}{line}{style:#}\n"),
        None => format!("{style}{line}{style:#}"),
    };
    text.split_inclusive('\n').map(piece).collect()
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_safe_on_a_terminal_and_exact_in_a_pipe() {
        let line = Line::new().text("a\u{1b}[1mb ").word(BAD, "x\u{202e}\n").content(PLAIN, "\u{7}\n");
        assert_eq!(line.render(Look::terminal(80)), "ab x<U+202E>^J^G\n");
        assert_eq!(line.render(Look::PIPE), "a\u{1b}[1mb x\u{202e}\n\u{7}\n");
        let coloured = line.render(Look::terminal(80).coloured());
        assert_eq!(coloured, "ab \u{1b}[31mx<U+202E>^J\u{1b}[0m^G\n");
    }

    #[test]
    fn a_style_ends_with_each_line() {
        let look = Look::PIPE.coloured();
        assert_eq!(paint(GOOD, "a\n\nb", look), "\u{1b}[32ma\u{1b}[0m\n\n\u{1b}[32mb\u{1b}[0m");
    }
}
