//! Makefiles.
//!
//! The grammar of tree-sitter-make finds errors in one right file of five, as in every `Makefile.in`; a scanner of the lines finds
//! targets, variables and macros in all of them.

use crate::syntax::language::Language;
use crate::syntax::languages::Entry;
use crate::syntax::scan::{Rows, Scanned};
use crate::syntax::walk::Found;

pub(super) const MAKE: Entry = Entry {
    language: Language::Make,
    name: "make",
    comments: &["#"],
    extensions: &["mk", "mak", "make"],
    files: &["Makefile", "Makefile.*", "makefile", "GNUmakefile", "BSDmakefile", "Kbuild"],
    interpreters: &["make"],
    scanner: Some(scan),
    ..Entry::NEW
};

/// A line with those that a backslash joins to it, in bytes.
struct Line<'a> {
    start: usize,
    text: &'a str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        if !line.trim_end_matches(['\n', '\r']).ends_with('\\') {
            all.push(Line { start, text: &text[start..at] });
            start = at;
        }
    }
    all.push(Line { start, text: &text[start..] });
    all
}

fn scan(text: &str) -> Vec<Found> {
    let rows = Rows::new(text);
    let lines = lines(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let next = at + 1;
        at = match define(line.text) {
            Some(_) => next + lines[next..].iter().position(|line| line.text.trim_start().starts_with("endef")).map_or(0, |end| end + 1),
            None if line.text.starts_with('\t') => next,
            None => next + recipe(&lines[next..], line.text),
        };
        if let Some((kind, name, signature)) = define(line.text).or_else(|| told(line.text)) {
            let indent = line.text.len() - line.text.trim_start().len();
            let start = line.start + indent;
            let last = &lines[at - 1];
            let end = last.start + last.text.trim_end().len();
            let scanned =
                Scanned { kind, name, parent: None, signature: start..start + signature, has_body: true, end: end.max(start + 1) };
            found.push(scanned.found(&rows, &["#"]));
        }
    }
    found
}

/// How many of the lines are the recipe of the rule before them.
fn recipe(lines: &[Line<'_>], rule: &str) -> usize {
    if assignment(rule).is_some() || target(rule).is_none() {
        return 0;
    }
    let inside = |line: &Line<'_>| line.text.starts_with('\t') || line.text.trim().is_empty();
    let most = lines.iter().take_while(|line| inside(line)).count();
    lines[..most].iter().rposition(|line| line.text.starts_with('\t')).map_or(0, |last| last + 1)
}

fn told(line: &str) -> Option<(&'static str, String, usize)> {
    if line.starts_with(['\t', '#']) {
        return None;
    }
    assignment(line).or_else(|| target(line))
}

fn define(line: &str) -> Option<(&'static str, String, usize)> {
    let words = line.trim();
    let rest = words.strip_prefix("override ").unwrap_or(words).strip_prefix("define ")?;
    let name = rest.split(['=', ':', '?', '+']).next()?.trim();
    (!name.is_empty()).then(|| ("macro", name.to_owned(), words.len()))
}

/// `NAME := value`, with words such as `export` before it.
fn assignment(line: &str) -> Option<(&'static str, String, usize)> {
    let words = line.trim();
    let at = words.find('=')?;
    let left = words[..at].trim_end_matches([':', '?', '+', '!']);
    let name = left.split_whitespace().next_back()?;
    let before = left[..left.trim_end().len() - name.len()].split_whitespace();
    let plain = before.clone().all(|word| matches!(word, "export" | "override" | "private"));
    let named = name.chars().all(|c| c.is_alphanumeric() || "_-.$(){}@/%".contains(c)) && !name.ends_with(':');
    (plain && named).then(|| ("variable", name.to_owned(), left.trim_end().len()))
}

/// `targets: prerequisites`; names with a meaning of their own, such as `.PHONY`, are no targets.
fn target(line: &str) -> Option<(&'static str, String, usize)> {
    let words = line.trim();
    let mut depth = 0usize;
    let colon = words.char_indices().find(|(_, c)| {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == ':' && depth == 0
    });
    let name = words[..colon?.0].trim();
    let special = name.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    let end = words.find([';', '#']).unwrap_or(words.len());
    let named = !name.is_empty() && !special && !name.contains(['"', '\'', '#', ';', '=', '`', '|']);
    named.then(|| ("target", name.split_whitespace().collect::<Vec<_>>().join(" "), words[..end].trim_end().len()))
}
