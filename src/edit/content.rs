//! The bytes of a text: its mark, its lines and their endings.

/// A text in parts that a merge keeps as they were.
#[derive(Debug)]
pub(super) struct Content<'a> {
    /// Whether a byte order mark stands first.
    pub mark: bool,
    /// The lines without their endings.
    pub lines: Vec<&'a str>,
    /// The ending of each line; the last one's may be empty.
    pub endings: Vec<&'a str>,
}

const MARK: char = '\u{feff}';

impl<'a> Content<'a> {
    /// Splits a text; a last line ending opens no further line.
    pub fn new(text: &'a str) -> Self {
        let mark = text.starts_with(MARK);
        let text = text.strip_prefix(MARK).unwrap_or(text);
        let (lines, endings) = text
            .split_inclusive('\n')
            .map(|line| {
                let bare = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
                (bare, &line[bare.len()..])
            })
            .unzip();
        Self { mark, lines, endings }
    }

    /// The ending that most lines have.
    pub fn ending(&self) -> Option<&'a str> {
        let windows = self.endings.iter().filter(|ending| ending.len() == 2).count();
        let plain = self.endings.iter().filter(|ending| ending.len() == 1).count();
        match (windows, plain) {
            (0, 0) => None,
            _ if windows > plain => Some("\r\n"),
            _ => Some("\n"),
        }
    }

    /// Whether the last line has an ending.
    pub fn is_ended(&self) -> bool {
        self.endings.last().is_some_and(|ending| !ending.is_empty())
    }
}

/// A line of a result, with the line of the original that it is or replaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct OutLine<'a> {
    pub text: &'a str,
    pub old: Option<usize>,
}

/// Joins a result with the endings, final newline and mark of its original.
pub(super) fn join(lines: &[OutLine<'_>], original: &Content<'_>, proposal: &Content<'_>) -> String {
    let usual = original.ending().or(proposal.ending()).unwrap_or("\n");
    let size = lines.iter().map(|line| line.text.len() + usual.len()).sum();
    let mut out = String::with_capacity(size);
    if original.mark || original.lines.is_empty() && proposal.mark {
        out.push(MARK);
    }
    let mut ending = usual;
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line.text);
        let own = line.old.map(|old| original.endings[old]);
        if at + 1 < lines.len() {
            ending = own.filter(|own| !own.is_empty()).unwrap_or(if own.is_some() { usual } else { ending });
            out.push_str(ending);
        } else if ends(line.old, original, proposal) {
            out.push_str(own.filter(|own| !own.is_empty()).unwrap_or(ending));
        }
    }
    out
}

/// Whether the last line gets an ending: as in the original, unless it is a new last line and the proposal has one.
fn ends(old: Option<usize>, original: &Content<'_>, proposal: &Content<'_>) -> bool {
    let same = old.is_some_and(|old| old + 1 == original.lines.len());
    original.is_ended() || !same && proposal.is_ended()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines<'a>(lines: &[(&'a str, Option<usize>)]) -> Vec<OutLine<'a>> {
        lines.iter().map(|(text, old)| OutLine { text, old: *old }).collect()
    }

    #[test]
    fn a_new_line_takes_the_ending_of_its_neighbour() {
        let original = Content::new("a\r\nb\r\n");
        let out = join(&lines(&[("a", Some(0)), ("x", None), ("b", Some(1))]), &original, &Content::new("x\n"));
        assert_eq!(out, "a\r\nx\r\nb\r\n");
    }

    #[test]
    fn a_missing_final_newline_stays_missing_with_its_line() {
        let original = Content::new("a\nb");
        let proposal = Content::new("x\nb\n");
        assert_eq!(join(&lines(&[("x", None), ("b", Some(1))]), &original, &proposal), "x\nb");
        assert_eq!(join(&lines(&[("b", Some(1)), ("x", None)]), &original, &proposal), "b\nx\n");
    }

    #[test]
    fn a_file_without_a_final_newline_gets_none_for_a_shorter_end() {
        let original = Content::new("a\nb\nc");
        assert_eq!(join(&lines(&[("a", Some(0)), ("x", Some(1))]), &original, &Content::new("a\nx")), "a\nx");
    }

    #[test]
    fn a_lost_final_newline_comes_back() {
        let original = Content::new("a\nb\n");
        assert_eq!(join(&lines(&[("a", Some(0)), ("x", None)]), &original, &Content::new("x")), "a\nx\n");
    }

    #[test]
    fn the_mark_stays() {
        let original = Content::new("\u{feff}a\n");
        assert!(original.mark);
        assert_eq!(original.lines, ["a"]);
        assert_eq!(join(&lines(&[("b", None)]), &original, &Content::new("b\n")), "\u{feff}b\n");
    }
}
