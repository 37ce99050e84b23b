//! Widths of text in terminal columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that `text` takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Shortens `text` to `columns`, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut used = 0;
    let fits = |c: &char| {
        used += UnicodeWidthChar::width(*c).unwrap_or(0);
        used <= room
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}{ellipsis}", kept.trim_end())
}

/// Breaks `text` between words into lines of at most `columns`; a longer word keeps its line.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    fill(text.split_whitespace(), columns)
}

/// Puts whole `items` with commas between them on lines of at most `columns`.
pub(super) fn wrap_items(items: &[String], columns: usize) -> Vec<String> {
    let last = items.len().saturating_sub(1);
    let with_comma: Vec<String> =
        items.iter().enumerate().map(|(at, item)| if at == last { item.clone() } else { format!("{item},") }).collect();
    fill(with_comma.iter().map(String::as_str), columns)
}

fn fill<'a>(words: impl Iterator<Item = &'a str>, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("日本"), 4);
        assert_eq!(cut("日本語", 5, "…"), "日本…");
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(cut("two words", 5, "…"), "two…");
        assert_eq!(cut("ab", 2, "…"), "ab");
        assert_eq!(wrap("a bb ccc  dddddddd e", 4), ["a bb", "ccc", "dddddddd", "e"]);
        let items = ["a b", "c", "d"].map(str::to_owned);
        assert_eq!(wrap_items(&items, 7), ["a b, c,", "d"]);
    }
}
