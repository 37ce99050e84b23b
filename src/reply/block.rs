//! An open block, and the explanation of an operation.

use super::line::{fence, indent, ticked};
use super::tag::{self, Head, Tag};
use super::value::OpenBlock;

/// A block whose end has not been seen.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) path: String,
    lang: Option<String>,
    content: String,
    /// Blocks within the content that are open; their tags are content.
    nested: usize,
    /// The indentation of the opening tag.
    margin: usize,
    /// The fence that the whole block stands in, to be left out with the block.
    pub(super) fence: Option<(char, usize)>,
    head: usize,
    body: usize,
}

impl Block {
    /// A block whose opening tag is `line`, at the byte `at` of the reply.
    pub(super) fn open(path: String, head: Head, line: &str, at: usize) -> Self {
        let margin = indent(line);
        Self { path, lang: head.lang, content: String::new(), nested: 0, margin, fence: None, head: at, body: at + line.len() }
    }

    pub(super) fn lang(&self) -> Option<String> {
        self.lang.clone()
    }

    /// Takes a line; `false` when it closes the block.
    pub(super) fn feed(&mut self, line: &str) -> bool {
        match tag::read(line) {
            Some(Tag::Open(_)) => self.nested += 1,
            Some(Tag::Close) if self.nested == 0 => return false,
            Some(Tag::Close) => self.nested -= 1,
            _ => {}
        }
        self.content.push_str(line);
        true
    }

    /// The content of the closed block.
    pub(super) fn content(self) -> String {
        let content = match unfenced(&self.content, is_markdown(&self.path, self.lang.as_deref())) {
            Some(inner) => inner.to_owned(),
            None => self.content,
        };
        dedented(&content, self.margin).unwrap_or(content)
    }

    /// What is known of the block when the reply ends inside it.
    pub(super) fn unfinished(self) -> OpenBlock {
        OpenBlock { path: self.path, lang: self.lang, content: self.content, head: self.head, body: self.body }
    }
}

fn is_markdown(path: &str, lang: Option<&str>) -> bool {
    let named = |name: &str| ["md", "markdown", "mdx"].iter().any(|ext| name.eq_ignore_ascii_case(ext));
    lang.is_some_and(named) || path.rsplit('.').next().is_some_and(named)
}

/// The content without a fence around the whole of it; a Markdown file must say so in the fence, as its text may begin and end with code.
pub(super) fn unfenced(content: &str, markdown: bool) -> Option<&str> {
    let open = content.split_inclusive('\n').next()?;
    let (mark, length, info) = fence(open)?;
    let close = content.trim_end().split('\n').next_back()?;
    let closes = |line: &str| matches!(fence(line), Some((other, long, "")) if other == mark && long >= length);
    if markdown && !["md", "markdown"].iter().any(|lang| info.eq_ignore_ascii_case(lang)) {
        return None;
    }
    let inner = content.get(open.len()..content.trim_end().len().checked_sub(close.len())?)?;
    let covers = markdown || !inner.lines().any(closes);
    (closes(close) && covers).then_some(inner)
}

/// The content without the indentation that its block has, if the whole of it stands exactly there.
fn dedented(content: &str, margin: usize) -> Option<String> {
    let lines = || content.split_inclusive('\n').filter(|line| !line.trim().is_empty());
    if margin == 0 || lines().map(indent).min()? != margin {
        return None;
    }
    Some(content.split_inclusive('\n').map(|line| cut(line, margin)).collect())
}

fn cut(line: &str, margin: usize) -> &str {
    let mut width = 0;
    for (at, c) in line.char_indices() {
        if width >= margin || c != ' ' && c != '\t' {
            return &line[at..];
        }
        width += if c == '\t' { 4 } else { 1 };
    }
    ""
}

/// The part of the prose that explains the change of `path`: from the last line in bold or in a heading that names it, else all.
pub(super) fn explanation(prose: &str, path: &str) -> String {
    let names = |line: &str| {
        let text = line.trim();
        (text.starts_with("**") || text.starts_with('#')) && ticked(text).any(|word| word == path)
    };
    let mut at = 0;
    let mut start = 0;
    for line in prose.split_inclusive('\n') {
        if names(line) {
            start = at;
        }
        at += line.len();
    }
    prose[start..].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(path: &str, head: &str, lines: &str) -> String {
        let mut block = Block::open(path.to_owned(), Head::default(), head, 0);
        lines.split_inclusive('\n').for_each(|line| assert!(block.feed(line)));
        block.content()
    }

    #[test]
    fn a_fence_around_the_whole_content_is_left_out() {
        assert_eq!(content("a.rs", "<x>", "```rust\nfn a() {}\n```\n"), "fn a() {}\n");
        assert_eq!(content("a.rs", "<x>", "~~~\nfn a() {}\n\n~~~\n\n"), "fn a() {}\n\n");
        assert_eq!(content("a.md", "<x>", "```markdown\n# A\n\n```sh\nls\n```\n```\n"), "# A\n\n```sh\nls\n```\n");
    }

    #[test]
    fn fences_that_are_content_stay() {
        for text in ["```sh\nls\n```\ntext\n```\n", "```sh\nls\n", "```\n", "```sh\na\n```\n\n```sh\nb\n```\n"] {
            assert_eq!(content("a.txt", "<x>", text), text);
        }
        assert_eq!(content("a.md", "<x>", "```sh\nls\n```\n"), "```sh\nls\n```\n");
    }

    #[test]
    fn the_indentation_of_a_whole_block_is_left_out() {
        assert_eq!(content("a.py", "   <x>\n", "   a:\n\n     b\n"), "a:\n\n  b\n");
        assert_eq!(content("a.py", "  <x>\n", "    a:\n      b\n"), "    a:\n      b\n");
        assert_eq!(content("a.py", "    <x>\n", "\ta\n"), "a\n");
        assert_eq!(content("a.py", "<x>\n", "  a\n"), "  a\n");
    }

    #[test]
    fn the_explanation_begins_at_the_heading_that_names_the_path() {
        let prose = "Talk.\n\n**Updating `a.rs`**\nType: add\n\n**Updating `b.rs`**\nType: replace\n";
        assert_eq!(explanation(prose, "b.rs"), "**Updating `b.rs`**\nType: replace");
        assert_eq!(explanation("Talk.\n", "b.rs"), "Talk.");
    }
}
