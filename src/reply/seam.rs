//! The seam between a reply that was cut off and its continuation.

/// How far back from the end a repetition is looked for, in bytes.
const REACH: usize = 600;

/// How much text a complete line must hold before saying it again counts as a repetition.
const DISTINCT: usize = 16;

/// Takes out of a continuation what it repeats of the end of the reply that it goes on with.
///
/// The model is asked to write an incomplete last line once more in full; some models repeat further lines, or the head of
/// the block. A repetition is the very text from the beginning of a line to the end of the reply.
#[derive(Debug)]
pub struct Seam {
    /// What may be repeated, longest first.
    ends: Vec<String>,
    /// What came and is not decided.
    waiting: String,
}

impl Seam {
    /// The seam after `partial`.
    pub fn new(partial: &str) -> Self {
        let begin = (0..=partial.len().saturating_sub(REACH)).rev().find(|at| partial.is_char_boundary(*at)).unwrap_or(0);
        let near = &partial[begin..];
        let line_starts = near.match_indices('\n').map(|(at, _)| at + 1).chain((begin == 0).then_some(0));
        let mut ends: Vec<String> = line_starts.map(|at| near[at..].trim_start().to_owned()).filter(|end| counts(end)).collect();
        ends.sort_by_key(|end| std::cmp::Reverse(end.len()));
        ends.dedup();
        Self { ends, waiting: String::new() }
    }

    /// Takes a chunk of the continuation and gives out what is certain to be new.
    pub fn push(&mut self, chunk: &str) -> String {
        if self.ends.is_empty() && self.waiting.is_empty() {
            return chunk.to_owned();
        }
        self.waiting.push_str(chunk);
        let text = self.waiting.trim_start();
        let open = self.ends.iter().any(|end| end.len() > text.len() && end.starts_with(text));
        if open || text.is_empty() { String::new() } else { self.decide() }
    }

    /// Gives out what is left at the end of the continuation.
    pub fn finish(mut self) -> String {
        self.decide()
    }

    fn decide(&mut self) -> String {
        let waiting = std::mem::take(&mut self.waiting);
        let ends = std::mem::take(&mut self.ends);
        let text = waiting.trim_start();
        match ends.iter().find_map(|end| text.strip_prefix(end.as_str())) {
            Some(rest) => rest.to_owned(),
            None => waiting,
        }
    }
}

/// Whether saying `end` again is a repetition rather than a line that happens to be the same.
fn counts(end: &str) -> bool {
    let incomplete = !end.ends_with('\n') && !end.contains('\n');
    !end.trim().is_empty() && (incomplete || end.trim().len() >= DISTINCT)
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
    fn a_short_complete_line_may_follow_itself() {
        assert_eq!(joined("    }\n  }\n", "  }\n}\n"), "    }\n  }\n  }\n}\n");
    }

    #[test]
    fn leading_white_space_of_new_text_is_kept() {
        assert_eq!(joined("fn a() {\n", "    b();\n"), "fn a() {\n    b();\n");
        assert_eq!(joined("abc", "   "), "abc   ");
    }
}
