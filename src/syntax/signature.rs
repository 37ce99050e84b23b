//! Signatures on one line.

use std::ops::Range;

use crate::syntax::walk::Found;

/// Longer signatures are cut.
const MAX_CHARS: usize = 300;

/// Longer words before a declaration, as those of attributes, are cut.
const MAX_PREFIX_CHARS: usize = 120;

/// Longer descriptions are left out.
const MAX_DOC_CHARS: usize = 100;

/// Folds `text` to one line: runs of white space to one blank, none inside brackets of several lines.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len().min(MAX_CHARS * 4));
    for word in text.split_whitespace() {
        let glue = folded.ends_with(['(', '[']) || word.starts_with([')', ']']) || folded.is_empty();
        if word.starts_with([')', ']', '>', '}']) && folded.ends_with(',') {
            folded.pop();
        }
        if !glue {
            folded.push(' ');
        }
        folded.push_str(word);
        if folded.len() > MAX_CHARS * 4 {
            break;
        }
    }
    folded
}

/// Cuts `text` to `most` characters.
fn cut(text: &mut String, most: usize) {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.truncate(text.trim_end().len());
        text.push_str(" …");
    }
}

/// The signature of a definition on one line, without what opens its body.
pub(super) fn signature(text: &str, found: &Found, comments: &[&str]) -> String {
    let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let pieces: Vec<&str> = found.signature.iter().map(part).collect();
    let mut own = fold(&without_comments(&pieces.join(" "), comments));
    trim(&mut own, found.has_body);
    let mut whole = found.prefix.as_ref().map(|range| fold(&without_comments(part(range), comments))).unwrap_or_default();
    cut(&mut whole, MAX_PREFIX_CHARS);
    whole.truncate(whole.trim_end_matches(['(', '{', ',', ';', ' ']).len());
    if !whole.is_empty() {
        whole.push(' ');
    }
    whole.push_str(&own);
    close_brackets(&mut whole, found.has_body);
    if let Some(tail) = &found.tail {
        let mut tail = fold(part(tail));
        trim(&mut tail, false);
        whole.push_str(if tail.is_empty() || tail == ";" { "" } else { " {…} " });
        whole.push_str(tail.trim_matches(';'));
    }
    cut(&mut whole, MAX_CHARS);
    whole
}

/// Closes the round brackets that a signature leaves open because its body stands inside.
fn close_brackets(signature: &mut String, has_body: bool) {
    let count = |sign: char| signature.matches(sign).count();
    let open = count('(').saturating_sub(count(')'));
    if has_body && open <= 2 {
        signature.push_str(&")".repeat(open));
    }
}

/// Leaves out comments to the end of a line, where no quote stands before them.
fn without_comments(text: &str, comments: &[&str]) -> String {
    if !comments.iter().any(|sign| text.contains(sign)) {
        return text.to_owned();
    }
    let text = if comments.contains(&"/*") { without_block_comments(text) } else { text.to_owned() };
    let lines = text.lines().map(|line| {
        let starts = comments.iter().filter(|sign| **sign != "/*").filter_map(|sign| line.find(sign).map(|at| (at, sign.len())));
        let first = starts.filter(|(at, length)| begins_comment(line, *at, *length)).min();
        first.map_or(line, |(at, _)| &line[..at])
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn without_block_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        let quoted = before.lines().next_back().is_some_and(|line| line.contains(['"', '\'']));
        match comment.split_once("*/") {
            Some((_, after)) if !quoted => rest = after,
            _ => {
                kept.push_str("/*");
                rest = comment;
            }
        }
    }
    kept.push_str(rest);
    kept
}

fn begins_comment(line: &str, at: usize, length: usize) -> bool {
    let before = &line[..at];
    let apart = before.is_empty() || before.ends_with(char::is_whitespace);
    apart && !before.contains(['"', '\'', '`']) && !line[at + length..].starts_with(['[', '{', '!'])
}

/// Takes off what stands between a signature and its body, or ends a declaration.
fn trim(signature: &mut String, has_body: bool) {
    let words: &[&str] = if has_body {
        &["{", "=", ":=", ":", "=>", "->", " do", " then", " is", " where", ";", "--", ",", "<-", "\\"]
    } else {
        &["; end", ";", ","]
    };
    loop {
        let length = signature.trim_end().len();
        signature.truncate(length);
        let word = words.iter().find(|word| signature.ends_with(**word) && signature.len() > word.len());
        let Some(word) = word else { return };
        signature.truncate(length - word.len());
    }
}

/// The first sentence of a comment or string, without its signs, where it is short.
pub(super) fn doc(text: &str, range: &Range<usize>) -> Option<String> {
    let signs: &[char] = &['/', '*', '#', '-', '!', '%', ';', '"', '\'', '(', '{', '|', '<', '=', '~', '^', '@', '`'];
    let all = text.get(range.clone())?;
    let all = ["@doc", "@moduledoc", "@typedoc"].iter().find_map(|word| all.strip_prefix(word)).unwrap_or(all);
    let first = all.lines().map(|line| line.trim().trim_start_matches(signs).trim()).find(|line| line.contains(char::is_alphabetic))?;
    let first = first.split(". ").next().unwrap_or(first);
    let first = first.trim_end_matches(['*', '/', '-', '}', ')', '"', '\'', '>', '#', '|', ';', ' ', '.', '=']).trim_end();
    let starts_well = first.starts_with(|c: char| c.is_alphanumeric() || c == '`');
    (starts_well && first.chars().count() <= MAX_DOC_CHARS && first.contains(' ')).then(|| fold(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_of_several_lines_becomes_one() {
        let mut own = fold("pub fn f(\n    a: usize,\n    b: &str,\n) -> bool {");
        trim(&mut own, true);
        assert_eq!(own, "pub fn f(a: usize, b: &str) -> bool");
    }

    #[test]
    fn comments_inside_signatures_are_left_out() {
        assert_eq!(fold(&without_comments("f(\n  a, // first\n  b = \"http://x\"\n)", &["//"])), "f(a, b = \"http://x\")");
    }

    #[test]
    fn a_description_is_the_first_sentence() {
        let doc = |text: &str| doc(text, &(0..text.len()));
        assert_eq!(doc("/**\n * Adds two numbers. Slowly.\n */").as_deref(), Some("Adds two numbers"));
        assert_eq!(doc("/// Says `hi`.\n").as_deref(), Some("Says `hi`"));
        assert_eq!(doc("// ==========="), None);
    }
}
