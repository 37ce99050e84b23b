//! The seam between a reply that was cut off and its continuation.

/// How far back from the end a repetition is looked for, in bytes.
const REACH: usize = 600;

/// How much text several lines must hold before saying them again counts as a repetition, the last one being incomplete.
const DISTINCT: usize = 16;

/// The same when the last line is complete, so that nothing had to be repeated.
const DISTINCT_LINES: usize = 40;

/// Takes out of a continuation what it repeats of the end of the reply that it goes on with.
///
/// The model is asked to write an incomplete last line once more in full, so text that begins with this line repeats it.
/// Some models repeat several lines, or the head of the block; that is taken for a repetition only where it is distinct
/// enough. A repetition is the very text from the beginning of a line to the end of the reply.
#[derive(Debug)]
pub struct Seam {
    /// What may be repeated, shortest first.
    ends: Vec<String>,
    /// What came and is not decided.
    waiting: String,
}

impl Seam {
    /// The seam after `partial`.
    pub fn new(partial: &str) -> Self {
        let begin = (0..=partial.len().saturating_sub(REACH)).rev().find(|at| partial.is_char_boundary(*at)).unwrap_or(0);
        let near = &partial[begin..];
        let starts = near.match_indices('\n').map(|(at, _)| at + 1).chain((begin == 0).then_some(0));
        let mut ends: Vec<String> = starts.filter_map(|at| repeatable(&near[at..])).collect();
        ends.sort_by_key(String::len);
        Self { ends, waiting: String::new() }
    }

    /// Takes a chunk of the continuation and gives out what is certain to be new.
    pub fn push(&mut self, chunk: &str) -> String {
        if self.ends.is_empty() && self.waiting.is_empty() {
            return chunk.to_owned();
        }
        self.waiting.push_str(chunk);
        let waits = self.ends.iter().map(|end| begins(&self.waiting, end)).find(|one| *one != Some(false));
        if waits == Some(None) { String::new() } else { self.decide() }
    }

    /// Gives out what is left at the end of the continuation.
    pub fn finish(mut self) -> String {
        self.decide()
    }

    fn decide(&mut self) -> String {
        let waiting = std::mem::take(&mut self.waiting);
        let ends = std::mem::take(&mut self.ends);
        match ends.iter().find(|end| begins(&waiting, end) == Some(true)) {
            Some(end) => waiting[indent(&waiting, end) + end.len()..].to_owned(),
            None => waiting,
        }
    }
}

/// The text whose repetition is taken out, of the end of a reply from the beginning of a line.
fn repeatable(end: &str) -> Option<String> {
    let text = end.trim_start();
    if text.is_empty() {
        return (!end.is_empty() && !end.contains('\n')).then(|| end.to_owned());
    }
    let last_line = !end.contains('\n');
    let lines = end.lines().filter(|line| !line.trim().is_empty()).count();
    let whole = end.contains("<PlandexBlock") || lines > 1 && text.len() >= DISTINCT_LINES;
    let distinct = if end.ends_with('\n') { whole } else { text.len() >= DISTINCT };
    (last_line || distinct).then(|| text.to_owned())
}

/// Whether `text` begins with `end`, whatever its indentation; nothing while that is open.
fn begins(text: &str, end: &str) -> Option<bool> {
    let rest = &text[indent(text, end)..];
    if rest.len() < end.len() && end.starts_with(rest) {
        return None;
    }
    Some(rest.starts_with(end))
}

/// How much white space before a repetition of `end` is passed over. A line break before a short line means that the
/// line before it is complete, and that nothing is repeated.
fn indent(text: &str, end: &str) -> usize {
    let blank: &[char] = if end.trim().len() >= DISTINCT { &[' ', '\t', '\r', '\n'] } else { &[' ', '\t'] };
    let white = end.trim().is_empty();
    if white { 0 } else { text.len() - text.trim_start_matches(blank).len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(partial: &str, more: &str) -> String {
        let whole = joined_by(partial, &[more]);
        let chars: Vec<String> = more.chars().map(String::from).collect();
        assert_eq!(joined_by(partial, &chars.iter().map(String::as_str).collect::<Vec<_>>()), whole, "the cut of the chunks matters");
        whole
    }

    fn joined_by(partial: &str, chunks: &[&str]) -> String {
        let mut seam = Seam::new(partial);
        let mut text = partial.to_owned();
        chunks.iter().for_each(|chunk| text.push_str(&seam.push(chunk)));
        text + &seam.finish()
    }

    #[test]
    fn the_last_line_written_again_stands_once() {
        assert_eq!(joined("a\n    let x", "    let x = 1;\nb\n"), "a\n    let x = 1;\nb\n");
        assert_eq!(joined("a\n    let x", "let x = 1;\n"), "a\n    let x = 1;\n");
        assert_eq!(joined("a\n}", "}\n\nb\n"), "a\n}\n\nb\n");
    }

    #[test]
    fn a_continuation_in_the_middle_of_the_line_is_kept() {
        assert_eq!(joined("a\n    let x", " = 1;\n"), "a\n    let x = 1;\n");
        assert_eq!(joined("a\nb\n", "c\n"), "a\nb\nc\n");
        assert_eq!(joined("", "c\n"), "c\n");
    }

    #[test]
    fn a_block_head_written_again_stands_once() {
        let head = "- a.rs:\n\n<PlandexBlock lang=\"rust\" path=\"a.rs\">\n";
        assert_eq!(joined(head, &format!("{head}x\n")), format!("{head}x\n"));
        assert_eq!(joined(head, "<PlandexBlock lang=\"rust\" path=\"a.rs\">\nx\n"), format!("{head}x\n"));
        assert_eq!(joined(head, "x\n"), format!("{head}x\n"));
    }

    #[test]
    fn a_complete_line_may_follow_itself() {
        assert_eq!(joined("    }\n  }\n", "  }\n}\n"), "    }\n  }\n  }\n}\n");
        assert_eq!(joined("    the_same_line_again();\n", "    the_same_line_again();\n"), "    the_same_line_again();\n".repeat(2));
        assert_eq!(joined("a\n}", "\n}\n"), "a\n}\n}\n");
    }

    #[test]
    fn an_indentation_written_again_stands_once() {
        assert_eq!(joined("a\n    ", "    b\n"), "a\n    b\n");
        assert_eq!(joined("a\n    ", "b\n"), "a\n    b\n");
    }

    #[test]
    fn several_lines_written_again_stand_once() {
        let partial = "a\n    let first = one();\n    let x";
        assert_eq!(joined(partial, "    let first = one();\n    let x = 1;\n"), "a\n    let first = one();\n    let x = 1;\n");
        let whole = format!("{partial} = 1;\n    let y = 2;\n");
        assert_eq!(
            joined(&whole, "    let x = 1;\n    let y = 2;\n    let z = 3;\n"),
            format!("{whole}    let x = 1;\n    let y = 2;\n    let z = 3;\n")
        );
        assert_eq!(
            joined(&whole, "    let first = one();\n    let x = 1;\n    let y = 2;\n    let z = 3;\n"),
            format!("{whole}    let z = 3;\n")
        );
        assert_eq!(joined(partial, "\n    let first = one();\n    let x = 1;\n"), "a\n    let first = one();\n    let x = 1;\n");
    }

    #[test]
    fn leading_white_space_of_new_text_is_kept() {
        assert_eq!(joined("fn a() {\n", "    b();\n"), "fn a() {\n    b();\n");
        assert_eq!(joined("abc", "   "), "abc   ");
    }
}
