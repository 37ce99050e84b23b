//! Replacements of whole lines by unique match.

use std::ops::Range;

/// Why a replacement cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is nothing to look for.
    #[error("the old lines are empty")]
    Empty,
    /// The lines do not occur.
    #[error("the old lines do not occur in the file")]
    Missing,
    /// The lines occur in several places.
    #[error("the old lines occur more than once in the file")]
    Ambiguous,
    /// Two replacements want the same lines.
    #[error("two replacements overlap")]
    Overlap,
}

/// Replaces each run of lines by another, all against the text as it is.
///
/// The old lines have to occur exactly once: as they are, or else with other white space at the beginnings and ends of
/// lines. New lines then take over the indentation that the old ones really have, and the text's own line ending.
pub fn replace_all(text: &str, replacements: &[(&str, &str)]) -> Result<String, ReplaceError> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = Vec::new();
    for (old, new) in replacements {
        let range = find(&lines, old)?;
        let new = fit(&lines[range.clone()], old, new);
        found.push((range, new));
    }
    found.sort_by_key(|(range, _)| range.start);
    if found.windows(2).any(|pair| pair[0].0.end > pair[1].0.start) {
        return Err(ReplaceError::Overlap);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in found {
        out.extend(lines[at..range.start].iter().copied());
        out.push_str(&new);
        at = range.end;
    }
    out.extend(lines[at..].iter().copied());
    Ok(out)
}

/// The one place of the old lines: byte for byte first, then without regard to outer white space.
fn find(lines: &[&str], old: &str) -> Result<Range<usize>, ReplaceError> {
    let wanted: Vec<&str> = trim_blank_ends(old.lines().collect());
    if wanted.is_empty() {
        return Err(ReplaceError::Empty);
    }
    let exact = |line: &str, want: &str| line.trim_end_matches(['\n', '\r']) == want;
    let loose = |line: &str, want: &str| line.trim() == want.trim();
    match places(lines, &wanted, exact) {
        (Some(at), false) => Ok(at..at + wanted.len()),
        (Some(_), true) => Err(ReplaceError::Ambiguous),
        (None, _) => match places(lines, &wanted, loose) {
            (Some(at), false) => Ok(at..at + wanted.len()),
            (Some(_), true) => Err(ReplaceError::Ambiguous),
            (None, _) => Err(ReplaceError::Missing),
        },
    }
}

/// The first place and whether there is another.
fn places(lines: &[&str], wanted: &[&str], same: impl Fn(&str, &str) -> bool) -> (Option<usize>, bool) {
    let fits = |window: &&[&str]| window.iter().zip(wanted).all(|(line, want)| same(line, want));
    let mut hits = lines.windows(wanted.len()).enumerate().filter(|(_, window)| fits(window)).map(|(at, _)| at);
    (hits.next(), hits.next().is_some())
}

fn trim_blank_ends(mut lines: Vec<&str>) -> Vec<&str> {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len());
    lines.split_off(first)
}

/// The new lines with the line ending of the old ones, and shifted as those were shifted.
fn fit(present: &[&str], old: &str, new: &str) -> String {
    let ending = if present.iter().any(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let (was, is) = (indentation(old.lines()), indentation(present.iter().copied()));
    let mut out = String::new();
    for line in trim_blank_ends(new.lines().collect()) {
        match line.strip_prefix(was) {
            Some(rest) if !line.trim().is_empty() => {
                out.push_str(is);
                out.push_str(rest);
            }
            _ => out.push_str(line),
        }
        out.push_str(ending);
    }
    let ended = present.last().is_none_or(|line| line.ends_with('\n'));
    if !ended {
        out.truncate(out.len() - if out.is_empty() { 0 } else { ending.len() });
    }
    out
}

/// The white space before the first line with text.
fn indentation<'a>(mut lines: impl Iterator<Item = &'a str>) -> &'a str {
    let line = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
    &line[..line.len() - line.trim_start().len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_run_is_replaced() {
        assert_eq!(replace_all("a\nb\nc\n", &[("b", "x\ny")]), Ok("a\nx\ny\nc\n".into()));
        assert_eq!(replace_all("a\nb\nc\n", &[("c", ""), ("a", "A")]), Ok("A\nb\n".into()));
        assert_eq!(replace_all("a\r\nb\r\n", &[("b", "x")]), Ok("a\r\nx\r\n".into()));
        assert_eq!(replace_all("a\nb", &[("b", "x")]), Ok("a\nx".into()));
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(replace_all("a\na\n", &[("a", "x")]), Err(ReplaceError::Ambiguous));
        assert_eq!(replace_all("a\n", &[("b", "x")]), Err(ReplaceError::Missing));
        assert_eq!(replace_all("a\n", &[("\n", "x")]), Err(ReplaceError::Empty));
        assert_eq!(replace_all("a\nb\nc\n", &[("a\nb", "x"), ("b\nc", "y")]), Err(ReplaceError::Overlap));
        assert_eq!(replace_all("  a\n    a\n", &[("a", "x")]), Err(ReplaceError::Ambiguous));
    }

    #[test]
    fn other_white_space_is_tolerated_and_the_real_indentation_kept() {
        assert_eq!(replace_all("\tif x {\n\t\ty\n\t}\n", &[("if x {\n\ty\n}", "if z {\n\ty\n}")]), Ok("\tif z {\n\t\ty\n\t}\n".into()));
        assert_eq!(replace_all("  a\n", &[("a  ", "b")]), Ok("  b\n".into()));
    }
}
