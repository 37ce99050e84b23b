//! Small things that lines are made of: bullets, numbers, headings, fences, back-ticked words.

/// How far `line` is indented, a tab counting four.
pub(super) fn indent(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ' || *c == '\t').map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// The text of a bullet, without the bullet.
pub(super) fn bullet(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix(['-', '*', '+', '•'])?;
    rest.starts_with([' ', '\t', '`']).then(|| rest.trim())
}

/// `text` without a bullet, should it have one.
pub(super) fn without_bullet(text: &str) -> &str {
    bullet(text).unwrap_or_else(|| text.trim())
}

/// The text after a number as in `1. text`, `1) text` or `Task 1: text`.
pub(super) fn numbered(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let named = text.get(..5).filter(|word| word.eq_ignore_ascii_case("task ")).is_some();
    let digits = if named { text[5..].trim_start() } else { text };
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == digits.len() {
        return None;
    }
    let marks: &[char] = if named { &['.', ')', ':'] } else { &['.', ')'] };
    let after = rest.strip_prefix(marks)?;
    after.starts_with(char::is_whitespace).then(|| after.trim()).filter(|title| !title.is_empty())
}

/// The level and the text of a heading.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim();
    let rest = text.trim_start_matches('#');
    let level = text.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with([' ', '\t', '*'])).then(|| (level, rest.trim()))
}

/// A fence of a code block: its character, its length, and its info string.
pub(super) fn fence(line: &str) -> Option<(char, usize, &str)> {
    let text = line.trim();
    let mark = text.chars().next().filter(|c| *c == '`' || *c == '~')?;
    let info = text.trim_start_matches(mark);
    let length = text.len() - info.len();
    (length >= 3 && !info.contains('`')).then(|| (mark, length, info.trim()))
}

/// The words in single back-ticks.
pub(super) fn ticked(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).map(str::trim).filter(|word| !word.is_empty())
}

/// `text` without emphasis around it.
pub(super) fn unbold(text: &str) -> &str {
    let inner = text.strip_prefix("**").and_then(|rest| rest.strip_suffix("**"));
    inner.filter(|inner| !inner.contains("**")).unwrap_or(text).trim()
}

/// `text` without back-ticks, quotes or emphasis around it.
pub(super) fn bare(text: &str) -> &str {
    let mut text = text.trim();
    for (open, close) in [("**", "**"), ("`", "`"), ("\"", "\""), ("'", "'"), ("**", "**")] {
        if let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            text = inner.trim();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_every_white_space_after_them() {
        for line in ["1. x", "12) x", "1.\tx", "1.\u{a0}x", "Task 3: x", "task 3. x", "  7.   x  "] {
            assert_eq!(numbered(line), Some("x"), "{line:?}");
        }
        for line in ["1.x", "1.", "x. y", "1 x", "Task: x", "1.5 x", "ß1. x"] {
            assert_eq!(numbered(line), None, "{line:?}");
        }
    }

    #[test]
    fn fences_and_headings_are_told_from_look_alikes() {
        assert_eq!(fence("```rust\n"), Some(('`', 3, "rust")));
        assert_eq!(fence("~~~~"), Some(('~', 4, "")));
        assert_eq!(fence("``` `x`"), None);
        assert_eq!(heading("### Tasks:"), Some((3, "Tasks:")));
        assert_eq!(heading("#include <x>"), None);
        assert_eq!(heading("####### x"), None);
    }
}
