//! Sections that move, remove and reset files.

use crate::plan::OperationKind;

use super::line::{bare, bullet};
use super::value::FileOp;

/// An open section of file operations.
#[derive(Debug)]
pub(super) struct Operations {
    kind: OperationKind,
    found: Vec<FileOp>,
    /// How many were found before the first line that is none; the rest count only if the end tag comes.
    certain: Option<usize>,
}

impl Operations {
    pub(super) fn new(kind: OperationKind) -> Self {
        Self { kind, found: Vec::new(), certain: None }
    }

    /// Reads a line of the section.
    pub(super) fn feed(&mut self, line: &str) {
        match self.item(line) {
            Some(op) if !self.found.contains(&op) => self.found.push(op),
            Some(_) => {}
            None if line.trim().is_empty() || self.found.is_empty() => {}
            None => self.certain = self.certain.or(Some(self.found.len())),
        }
    }

    /// The operations, not yet explained. Without the end tag, those after an interruption are left out: prose with a list may have followed.
    pub(super) fn close(mut self, ended: bool) -> Vec<FileOp> {
        if let (false, Some(certain)) = (ended, self.certain) {
            self.found.truncate(certain);
        }
        self.found
    }

    fn item(&self, line: &str) -> Option<FileOp> {
        let text = bullet(line)?;
        let (path, destination) = match self.kind {
            OperationKind::Move => {
                let (from, to) = arrow(text)?;
                (name(from)?, Some(name(to)?))
            }
            _ => (name(text)?, None),
        };
        Some(FileOp { kind: self.kind, path, destination, content: None, explanation: String::new() })
    }
}

/// The two sides of a move; the arrow stands once.
fn arrow(text: &str) -> Option<(&str, &str)> {
    let arrow = ["→", "->", "=>", "` to `"].into_iter().find(|arrow| text.contains(arrow))?;
    let (from, to) = text.split_once(arrow)?;
    (!to.contains(arrow)).then_some((from, to))
}

/// A path that is all there is, but for a remark in parentheses.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let ticks = text.matches('`').count();
    let path = match text.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((path, _)) if ticks != 1 => path.trim(),
        _ => text,
    };
    let quoted = ticks > 0;
    let path = bare(path.trim_matches('`'));
    let plain = !path.is_empty() && !path.contains('`') && (quoted || !path.contains(char::is_whitespace));
    plain.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: OperationKind, lines: &[&str], ended: bool) -> Vec<(String, Option<String>)> {
        let mut section = Operations::new(kind);
        lines.iter().for_each(|line| section.feed(line));
        section.close(ended).into_iter().map(|op| (op.path, op.destination)).collect()
    }

    #[test]
    fn moves_are_read_with_every_arrow() {
        for line in
            ["- `a/b.c` → `d/e.f`", "- `a/b.c` -> `d/e.f`", "* a/b.c => d/e.f", "- `a/b.c` to `d/e.f`", "- `a/b.c`→`d/e.f` (renamed)"]
        {
            assert_eq!(read(OperationKind::Move, &[line], true), [("a/b.c".into(), Some("d/e.f".into()))], "{line:?}");
        }
        for line in ["- `a`", "- `a` → `b` → `c`", "- → `b`", "a → b"] {
            assert_eq!(read(OperationKind::Move, &[line], true), [], "{line:?}");
        }
    }

    #[test]
    fn removals_are_whole_lines_and_counted_once() {
        let lines = ["- `a b.c`", "", "- d.e (unused)", "- `a b.c`", "- drop the old parser", "- the `x` of `y`"];
        assert_eq!(read(OperationKind::Remove, &lines, true), [("a b.c".into(), None), ("d.e".into(), None)]);
    }

    #[test]
    fn a_list_after_prose_is_not_removed_unless_the_end_tag_comes() {
        let lines = ["- `old.rs`", "", "Afterwards these remain:", "- `kept.rs`"];
        assert_eq!(read(OperationKind::Remove, &lines, false).len(), 1);
        assert_eq!(read(OperationKind::Remove, &lines, true).len(), 2);
    }
}
