//! What the merge of edits needs to know of a text's tree.

use tree_sitter::TreeCursor;

use crate::syntax::{Language, parse};

/// Tells for each line whether its start lies inside a comment or a string.
///
/// Gives nothing when the text is too large or takes too long to parse.
pub fn inner_lines(language: Language, text: &str) -> Option<Vec<bool>> {
    let tree = parse(language, text)?;
    let mut inner = vec![false; tree.root_node().end_position().row + 1];
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let (first, end) = (node.start_position().row, node.end_position());
        // Where a node ends with its line, as doc comments of Rust do, the line after it is not part of it.
        let last = if end.column == 0 { end.row.saturating_sub(1) } else { end.row };
        let quoted = is_quoted(node.kind());
        if quoted && last > first {
            inner[first + 1..=last].fill(true);
        }
        if !(last > first && !quoted && cursor.goto_first_child() || next(&mut cursor)) {
            return Some(inner);
        }
    }
}

fn is_quoted(kind: &str) -> bool {
    ["comment", "string", "heredoc", "raw_text", "text_block"].iter().any(|word| kind.contains(word))
}

fn next(cursor: &mut TreeCursor<'_>) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_inside_strings_and_comments() {
        let inner = inner_lines(Language::Python, "\"\"\"\nabout\n\"\"\"\nx = 1\n").expect("it parses");
        assert_eq!(inner[..4], [false, true, true, false]);
        let inner = inner_lines(Language::Rust, "/* a\n b */\nfn f() {\n}\n").expect("it parses");
        assert_eq!(inner[..4], [false, true, false, false]);
        let inner = inner_lines(Language::Rust, "/// about\nfn f() {}\n/// more\n/// of it\nfn g() {}\n").expect("it parses");
        assert_eq!(inner[..5], [false; 5], "the line after a doc comment is code");
    }
}
