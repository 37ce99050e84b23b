//! Markdown.
//!
//! Its headings are lines; a scanner finds them in every dialect, those that are underlined too.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::scan::{Rows, Scanned};
use crate::syntax::walk::Found;

pub(super) const MARKDOWN: Entry = Entry {
    language: Language::Markdown,
    name: "markdown",
    comments: &["<!--"],
    extensions: &["md", "markdown", "mkd", "mdown", "mdwn", "mdx", "qmd", "rmd"],
    scanner: Some(scan),
    ..Entry::NEW
};

/// A heading with its level and bytes.
struct Heading<'a> {
    level: usize,
    name: &'a str,
    start: usize,
    /// Where its line, or the line under it, ends.
    end: usize,
}

fn scan(text: &str) -> Vec<Found> {
    let rows = Rows::new(text);
    let headings = headings(text);
    let mut found: Vec<Found> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        open.retain(|(level, _)| *level < heading.level);
        let parent = open.last().map(|(_, index)| *index);
        let next = headings[at + 1..].iter().find(|next| next.level <= heading.level).map_or(text.len(), |next| next.start);
        let name_end = heading.start + text[heading.start..heading.end].find(heading.name).unwrap_or(0) + heading.name.len();
        let signature = heading.start..name_end;
        let scanned = Scanned { kind: "heading", name: heading.name.to_owned(), parent, signature, has_body: true, end: next };
        let mut section = scanned.found(&rows, &[]);
        let header_end = (rows.row(heading.end.saturating_sub(1)) + 1).min(section.end);
        (section.header.end, section.body.start) = (header_end, header_end);
        found.push(section);
        open.push((heading.level, found.len() - 1));
    }
    found
}

fn headings(text: &str) -> Vec<Heading<'_>> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut before: (&str, usize) = ("", 0);
    let mut plain = 0;
    let mut start = front_matter(text);
    for line in text[start..].split_inclusive('\n') {
        let (words, end) = (line.trim(), start + line.len());
        let indented = line.starts_with("    ") || line.starts_with('\t');
        if let Some(sign) = fence {
            fence = (!words.starts_with(sign)).then_some(sign);
            plain = 0;
        } else if let Some(sign) = ["```", "~~~"].into_iter().find(|sign| words.starts_with(sign)) {
            fence = Some(sign);
            plain = 0;
        } else if let Some((level, name)) = marked(words).filter(|_| !indented) {
            found.push(Heading { level, name, start, end });
            plain = 0;
        } else if let Some(level) = underline(words).filter(|_| plain == 1 && !indented) {
            found.push(Heading { level, name: before.0, start: before.1, end });
            plain = 0;
        } else {
            plain = if words.is_empty() || indented || words.starts_with(['>', '|', '<']) { 0 } else { plain + 1 };
            before = (words, start);
        }
        start = end;
    }
    found
}

/// The bytes of the settings between two lines of dashes at the start.
fn front_matter(text: &str) -> usize {
    let closed = || text.strip_prefix("---\n")?.find("\n---").map(|at| at + "---\n\n---".len());
    closed().unwrap_or(0)
}

/// `## Name ##`.
fn marked(words: &str) -> Option<(usize, &str)> {
    let level = words.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &words[level..];
    let name = rest.trim().trim_end_matches('#').trim_end();
    ((1..=6).contains(&level) && rest.starts_with([' ', '\t']) && !name.is_empty()).then_some((level, name))
}

fn underline(words: &str) -> Option<usize> {
    let all = |sign: char| words.len() >= 2 && words.chars().all(|c| c == sign);
    if all('=') { Some(1) } else { all('-').then_some(2) }
}
