//! A scanner of the blocks and variables of SCSS and Less.
//!
//! The grammars of both find errors in half of the right files, with every mixin that has default values.

use crate::syntax::scan::{Rows, Scanned};
use crate::syntax::walk::Found;

/// What begins a line of a comment.
const COMMENTS: &[&str] = &["//", "/*", "*"];

/// At-rules whose blocks are no definitions; what is inside belongs to the block around them.
const CONTROL: &[&str] = &["@if", "@else", "@each", "@for", "@while"];

/// Blocks inside more than this many others are not told.
const MAX_DEPTH: usize = 24;

/// An open block: what it defines, or that of the block around it.
struct Open {
    owner: Option<usize>,
    /// Whether this block is the body of its owner.
    own: bool,
}

/// Finds rules, mixins, functions, at-rules and variables.
pub(super) fn scan(text: &str) -> Vec<Found> {
    let rows = Rows::new(text);
    let mut found: Vec<Found> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let length = passed(rest);
        if length > 0 {
            if text[start..at].trim().is_empty() && !rest.starts_with(['"', '\'', '#', '(']) {
                start = at + length;
            }
            at += length;
            continue;
        }
        let owner = open.last().and_then(|block| block.owner);
        match rest.as_bytes()[0] {
            b'{' => {
                let head = if open.len() < MAX_DEPTH { block(text, start, at, owner) } else { None };
                let own = head.is_some();
                found.extend(head.map(|head| head.found(&rows, COMMENTS)));
                open.push(Open { owner: if own { Some(found.len() - 1) } else { owner }, own });
                start = at + 1;
            }
            b'}' => {
                if let Some(closed) = open.pop().filter(|block| block.own).and_then(|block| block.owner) {
                    let row = rows.row(at);
                    let whole = &mut found[closed];
                    (whole.end, whole.body.end) = (row + 1, row.max(whole.body.start));
                }
                start = at + 1;
            }
            b';' => {
                found.extend(variable(text, start, at, owner).map(|variable| variable.found(&rows, COMMENTS)));
                start = at + 1;
            }
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    found
}

/// The length of a comment, string, interpolation or bracket that the text begins with, inside of which nothing counts.
fn passed(text: &str) -> usize {
    let to = |close: &str, from: usize| text[from..].find(close).map_or(text.len(), |at| from + at + close.len());
    match text.as_bytes()[0] {
        b'/' if text.starts_with("/*") => to("*/", 2),
        b'/' if text.starts_with("//") => to("\n", 2),
        b'#' if text.starts_with("#{") => to("}", 2),
        b'@' if text.starts_with("@{") => to("}", 2),
        b'u' if text.starts_with("url(") => to(")", 4),
        quote @ (b'"' | b'\'') => text[1..].find([char::from(quote), '\n']).map_or(text.len(), |at| at + 2),
        _ => 0,
    }
}

/// The definition whose body begins at `end`.
fn block(text: &str, start: usize, end: usize, parent: Option<usize>) -> Option<Scanned> {
    let head = text[start..end].trim();
    let first = start + text[start..end].len() - text[start..end].trim_start().len();
    let word = head.split([' ', '(', ':']).next().unwrap_or_default();
    let (kind, name) = match word {
        "" => return None,
        word if CONTROL.contains(&word) => return None,
        "@mixin" => ("mixin", declared(head, word)),
        "@function" => ("function", declared(head, word)),
        "@keyframes" => ("keyframes", declared(head, word)),
        word if word.starts_with('@') => ("at-rule", head),
        _ if head.ends_with(')') && head.starts_with(['.', '#']) && !head.contains(':') => {
            ("mixin", head.split('(').next().unwrap_or(head))
        }
        _ => ("rule", head),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Scanned { kind, name, parent, signature: first..first + head.len(), has_body: true, end: end + 1 })
}

fn declared<'a>(head: &'a str, word: &str) -> &'a str {
    head[word.len()..].trim().split(['(', ' ']).next().unwrap_or_default()
}

/// `$name: value`, `@name: value` or `--name: value`.
fn variable(text: &str, start: usize, end: usize, parent: Option<usize>) -> Option<Scanned> {
    let words = text[start..end].trim();
    let (name, _) = words.split_once(':')?;
    let name = name.trim_end();
    let named = name.starts_with('$') || name.starts_with("--") || (name.starts_with('@') && !name.contains([' ', '(', '{']));
    let first = start + text[start..end].len() - text[start..end].trim_start().len();
    let signature = first..first + words.len();
    named.then(|| Scanned { kind: "variable", name: name.to_owned(), parent, signature, has_body: false, end })
}
