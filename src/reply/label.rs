//! The line before a block that names its path.

use super::line::{bare, bullet};

/// A line that may be the label of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    /// The path that it names.
    pub(super) path: String,
    /// Whether it is written exactly as asked for, `- path:`; any other wording yields to the tag's attribute.
    pub(super) exact: bool,
}

impl Label {
    /// Whether the label means the file at `path`.
    pub(super) fn names(&self, path: &str) -> bool {
        self.path == path || path.strip_suffix(self.path.as_str()).is_some_and(|rest| rest.ends_with('/'))
    }
}

/// Reads `line` as a label.
pub(super) fn read(line: &str) -> Option<Label> {
    let text = line.trim();
    let dashed = bullet(text).filter(|_| text.starts_with('-'));
    let heading = text.starts_with('#') && text.ends_with(':');
    let ticked = text.starts_with('`') && matches!(text.trim_end_matches(':').rfind('`'), Some(at) if at > 0);
    let bold = text.starts_with("**") && text.trim_end_matches(':').ends_with("**");
    if dashed.is_none() && !heading && !ticked && !bold {
        return None;
    }
    let path = clean(text);
    let spaced = path.contains(char::is_whitespace);
    if !path.contains(char::is_alphanumeric) || path.contains(['`', '*']) || spaced && !has_extension(path) && !path.contains('/') {
        return None;
    }
    let exact = dashed.and_then(|rest| rest.strip_suffix(':')).is_some_and(|rest| bare(rest) == path && !spaced);
    Some(Label { path: path.to_owned(), exact })
}

/// What is left of a label when wording and markup around the path are taken away.
fn clean(text: &str) -> &str {
    let text = text.trim_start_matches(['-', '#', ' ', '\t']).trim_end_matches([':', ' ']);
    let mut text = bare(text).trim_end_matches(':');
    if let Some((path, _)) = text.split_once(" (") {
        text = path;
    }
    if let Some((_, path)) = text.rsplit_once(": ") {
        text = path;
    }
    let text = bare(text);
    let first = text.split_whitespace().next().unwrap_or_default();
    let wording = ["file", "path", "create", "update", "new"].iter().any(|word| first.eq_ignore_ascii_case(word));
    bare(if wording { text[first.len()..].trim() } else { text })
}

fn has_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, ext)| !ext.is_empty() && ext.len() <= 10 && ext.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_in_every_usual_wording() {
        let lines = [
            "- src/main.rs:",
            "- `src/main.rs`:",
            "- **src/main.rs**:",
            "- **src/main.rs:**",
            "-   src/main.rs : ",
            "- file: src/main.rs",
            "- File path: `src/main.rs`:",
            "**src/main.rs**",
            "**`src/main.rs`:**",
            "**`src/main.rs`**:",
            "### src/main.rs:",
            "### File: `src/main.rs`:",
            "- src/main.rs (new file):",
            "- Update `src/main.rs`:",
            "- `src/main.rs`",
            "`src/main.rs`:",
            "- \"src/main.rs\":",
        ];
        for line in lines {
            assert_eq!(read(line).map(|label| label.path).as_deref(), Some("src/main.rs"), "{line:?}");
        }
    }

    #[test]
    fn only_the_wording_asked_for_is_exact() {
        for (line, exact) in [("- a/b.c:", true), ("- `a/b.c`:", true), ("- a/b.c", false), ("**a/b.c**", false), ("- keep: a.b:", false)] {
            assert_eq!(read(line).map(|label| label.exact), Some(exact), "{line:?}");
        }
    }

    #[test]
    fn prose_is_no_label() {
        for line in ["- add a parser", "The file:", "**Note this well**", "# Heading", "- ", "-", "-x", "***", "``", "`", "- a `b` c `d`:"]
        {
            assert_eq!(read(line), None, "{line:?}");
        }
        assert_eq!(read("- my notes.txt:").map(|label| label.path).as_deref(), Some("my notes.txt"));
    }

    #[test]
    fn a_shortened_label_names_the_longer_path() {
        let label = read("- parse.rs:").expect("a label");
        assert!(label.names("src/parse.rs") && label.names("parse.rs") && !label.names("src/reparse.rs"));
    }
}
