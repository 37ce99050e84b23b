//! A unified diff in git's colours, with the changed words marked.

use anstyle::Style;
use similar::{ChangeTag, TextDiff};

use super::error::OutputError;
use super::style::{BAD, DIM, GOOD, HEADING, Line, NAME, PLAIN};
use super::terminal::Ui;

/// Larger changes are shown by lines alone: nobody looks for words in them, and comparing them takes long.
const MOST_LINES: usize = 100;

/// Shows `unified`, a diff as git prints it: coloured on a terminal, with what hides made visible, and exact in a pipe.
pub fn diff_view(ui: &Ui, unified: &str) -> Result<(), OutputError> {
    if !ui.out().terminal && !ui.out().colour {
        return ui.bytes(unified.as_bytes());
    }
    let mut view = Painter::default();
    for line in unified.split_inclusive('\n') {
        view.line(line);
    }
    view.flush();
    ui.text(view.out)
}

/// Walks through a diff line by line.
#[derive(Default)]
struct Painter<'a> {
    /// The lines of the hunk that are still to come, old and new.
    left: (usize, usize),
    removed: Vec<&'a str>,
    added: Vec<&'a str>,
    out: Line,
}

impl<'a> Painter<'a> {
    fn line(&mut self, line: &'a str) {
        if self.left == (0, 0) {
            return self.outside(line);
        }
        match line.as_bytes().first() {
            Some(b'-') => {
                if !self.added.is_empty() {
                    self.flush();
                }
                self.removed.push(&line[1..]);
                self.left.0 = self.left.0.saturating_sub(1);
            }
            Some(b'+') => {
                self.added.push(&line[1..]);
                self.left.1 = self.left.1.saturating_sub(1);
            }
            Some(b'\\') => self.plain(DIM, line),
            _ => {
                self.plain(PLAIN, line);
                self.left = (self.left.0.saturating_sub(1), self.left.1.saturating_sub(1));
            }
        }
    }

    /// A line of a file's head, or the head of a hunk.
    fn outside(&mut self, line: &'a str) {
        if line.starts_with('\\') {
            return self.plain(DIM, line);
        }
        let Some((range, rest)) = line.strip_prefix("@@ ").and_then(|rest| rest.split_once(" @@")) else {
            return self.plain(HEADING, line);
        };
        self.flush();
        self.left = counts(range);
        let out = std::mem::take(&mut self.out);
        self.out = out.styled(NAME, format!("@@ {range} @@")).content(PLAIN, rest);
    }

    fn plain(&mut self, style: Style, line: &str) {
        self.flush();
        self.out = std::mem::take(&mut self.out).content(style, line);
    }

    /// Shows the lines that a change takes away and brings, words that differ reversed.
    fn flush(&mut self) {
        let (removed, added) = (std::mem::take(&mut self.removed), std::mem::take(&mut self.added));
        if removed.is_empty() || added.is_empty() || removed.len() + added.len() > MOST_LINES {
            removed.iter().for_each(|line| self.changed(BAD, "-", &[(false, line)]));
            added.iter().for_each(|line| self.changed(GOOD, "+", &[(false, line)]));
            return;
        }
        let diff = TextDiff::from_slices(&removed, &added);
        let changes: Vec<_> = diff.ops().iter().flat_map(|op| diff.iter_inline_changes(op)).collect();
        for (tag, style, mark) in [(ChangeTag::Delete, BAD, "-"), (ChangeTag::Insert, GOOD, "+")] {
            // A line that both sides have stands on both sides of the change.
            for change in changes.iter().filter(|change| change.tag() == tag || change.tag() == ChangeTag::Equal) {
                let parts: Vec<(bool, &str)> = change.values().to_vec();
                self.changed(style, mark, &parts);
            }
        }
    }

    fn changed(&mut self, style: Style, mark: &str, parts: &[(bool, &str)]) {
        let mut out = std::mem::take(&mut self.out).styled(style, mark);
        for (marked, text) in parts {
            let whole = parts.iter().all(|(marked, text)| *marked || text.trim().is_empty());
            let style = if *marked && !whole { style.invert() } else { style };
            out = out.content(style, *text);
        }
        self.out = out;
    }
}

/// Reads `-1,3 +1,4`; a count that is not written is one.
fn counts(range: &str) -> (usize, usize) {
    let count = |part: Option<&str>| part.and_then(|part| part.split_once(',')).map_or(Some(1), |(_, n)| n.parse().ok()).unwrap_or(0);
    let mut parts = range.split(' ');
    (count(parts.next()), count(parts.next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Look;

    const DIFF: &str = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@ fn x()\n a\n-let one = 1;\n+let one = 2;\n--- b\n c\n+d\n\\ No newline at end of file\n";

    fn view(look: Look, diff: &str) -> String {
        let ui = Ui::buffer(look, Look::PIPE);
        diff_view(&ui, diff).expect("a buffer takes everything");
        ui.stdout_text()
    }

    #[test]
    fn a_pipe_gets_the_diff_exactly() {
        let odd = format!("{DIFF}\u{1b}[1m\r\n");
        assert_eq!(view(Look::PIPE, &odd), odd);
    }

    #[test]
    fn without_colour_the_text_is_the_same() {
        assert_eq!(view(Look::terminal(80), DIFF), DIFF);
    }

    #[test]
    fn lines_and_changed_words_are_coloured() {
        let coloured = view(Look::terminal(80).coloured(), DIFF).replace('\u{1b}', "^");
        for part in [
            "^[1mdiff --git a/x b/x^[0m\n",
            "^[36m@@ -1,4 +1,4 @@^[0m fn x()\n",
            "^[31m-^[0m^[31mlet one = ^[0m^[7m^[31m1^[0m^[31m;^[0m\n",
            "^[32m+^[0m^[32md^[0m\n",
        ] {
            assert!(coloured.contains(part), "{part} in\n{coloured}");
        }
        assert!(coloured.contains("^[31m-^[0m^[31m-- b^[0m\n"), "a removed line that looks like a head is a removed line:\n{coloured}");
    }

    #[test]
    fn what_hides_in_a_change_is_shown_to_the_person_who_decides() {
        let diff = "@@ -0,0 +1,2 @@\n+if admin\u{202e} { \u{200b}\n+x\u{1b}[2K\r\n";
        assert_eq!(view(Look::terminal(80), diff), "@@ -0,0 +1,2 @@\n+if admin<U+202E> { <U+200B>\n+x^[[2K^M\n");
    }
}
