//! What a text defines, for a reader who looks for the right file.

use std::fmt::Write as _;
use std::ops::Range;

use crate::syntax::Language;
use crate::syntax::definitions::{definitions, nest};
use crate::syntax::signature::{doc, signature};
use crate::syntax::walk::{Found, Reach};

/// Texts above this many bytes have no symbols.
const MAX_BYTES: usize = 2 << 20;

/// Texts above [`MAX_LINE_TEXT`] with longer lines than this on average were not written by a person.
const MAX_MEAN_LINE: usize = 400;

/// How many symbols back one of the same signature counts as the same.
const NEAR: usize = 4;

const MAX_LINE_TEXT: usize = 5_000;

/// A definition as a project map shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// What is defined: `function`, `class`, `impl`, `key`, `heading` and so on.
    pub kind: &'static str,
    /// The name as it is written; the whole signature for those without one, such as `impl A for B`.
    pub name: String,
    /// Attributes, visibility and signature on one line, without the body.
    pub signature: String,
    /// The first sentence of the comment that describes it, where it is short.
    pub doc: Option<String>,
    /// The lines that it takes, counted from 0, with the comments and attributes before it.
    pub lines: Range<usize>,
    /// Members.
    pub children: Vec<Symbol>,
}

/// Finds what a text defines, in order.
///
/// A text that is too large, takes too long to parse, or was not written by a person, has no symbols. The variables of a script
/// in a page are not told.
pub fn map(language: Language, text: &str) -> Vec<Symbol> {
    if text.len() > MAX_BYTES || is_dense(text) {
        return Vec::new();
    }
    let told = |found: &Found| language != Language::Html || found.kind != "variable";
    nest(definitions(language, text, Reach::Members), |found, children| {
        told(found).then(|| symbol(found, children, text, language.comments()))
    })
}

/// Whether the lines are too long for a person's, as in minified code.
fn is_dense(text: &str) -> bool {
    text.len() > MAX_LINE_TEXT && text.len() / (text.bytes().filter(|byte| *byte == b'\n').count() + 1) > MAX_MEAN_LINE
}

fn symbol(found: &Found, children: Vec<Symbol>, text: &str, comments: &[&str]) -> Symbol {
    Symbol {
        kind: found.kind,
        name: found.name.clone(),
        signature: signature(text, found, comments),
        doc: found.doc.as_ref().and_then(|range| doc(text, range)),
        lines: found.lead..found.end,
        children,
    }
}

/// Writes symbols as text, a line each, members two blanks further in.
pub fn map_text(symbols: &[Symbol]) -> String {
    let mut text = String::new();
    write_all(symbols, 0, &mut text);
    text
}

fn write_all(symbols: &[Symbol], depth: usize, text: &mut String) {
    for (at, symbol) in symbols.iter().enumerate() {
        // The same again, as for another platform, tells nothing new.
        if symbols[..at].iter().rev().take(NEAR).any(|before| before.signature == symbol.signature && symbol.children.is_empty()) {
            continue;
        }
        let doc = symbol.doc.as_ref().map(|doc| format!("  — {doc}")).unwrap_or_default();
        writeln!(text, "{:indent$}{}{doc}", "", symbol.signature, indent = depth * 2).expect("writing to a string");
        write_all(&symbol.children, depth + 1, text);
    }
}
