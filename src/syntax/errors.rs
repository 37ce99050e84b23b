//! Syntax errors of a text.

use tree_sitter::{Node, TreeCursor};

use crate::syntax::{Language, parse};

/// At most this many errors are told; one slip can make hundreds.
const MAX_ERRORS: usize = 50;

/// A place where the text does not follow its grammar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// Finds the error and missing nodes of `text`.
///
/// A text that is too large or takes too long to parse counts as right.
/// So does every text of a language whose grammar finds errors in right files.
pub fn errors(language: Language, text: &str) -> Vec<SyntaxError> {
    if !language.entry().trusted_errors {
        return Vec::new();
    }
    let Some(tree) = parse(language, text) else { return Vec::new() };
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if let Some(error) = describe(node, text) {
            found.push(error);
        }
        let descend = node.has_error() && !node.is_error();
        if found.len() >= MAX_ERRORS || !(descend && cursor.goto_first_child() || next(&mut cursor)) {
            return found;
        }
    }
}

/// Moves to the next node in document order that is no descendant.
fn next(cursor: &mut TreeCursor<'_>) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}

fn describe(node: Node<'_>, text: &str) -> Option<SyntaxError> {
    let line = node.start_position().row + 1;
    if node.is_missing() {
        return Some(SyntaxError { line, message: format!("missing `{}`", node.kind()) });
    }
    if !node.is_error() {
        return None;
    }
    let first = text.get(node.byte_range()).unwrap_or_default().lines().next().unwrap_or_default().trim();
    let shown: String = first.chars().take(60).collect();
    Some(SyntaxError { line, message: format!("unexpected `{shown}`") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_text_has_no_errors() {
        assert!(errors(Language::Rust, "fn main() {}\n").is_empty());
        assert!(errors(Language::Json, "{\"a\": [1, 2]}\n").is_empty());
    }

    #[test]
    fn an_error_names_its_line() {
        let found = errors(Language::Rust, "fn a() {}\n\nfn b( {}\n");
        assert!(found.iter().any(|error| error.line == 3), "{found:?}");
        let found = errors(Language::Python, "def f(:\n    pass\n");
        assert_eq!(found.first().map(|error| error.line), Some(1));
    }

    #[test]
    fn a_missing_token_is_named() {
        let found = errors(Language::JavaScript, "function f() { return 1;\n");
        assert!(found.iter().any(|error| error.message.contains('}')), "{found:?}");
    }
}
