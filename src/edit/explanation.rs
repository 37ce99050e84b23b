//! What the words before a proposal say of it.
//!
//! They are often wrong or missing, so they excuse what would otherwise be doubtful, and make dear what they rule out; they never
//! decide alone what the result is.

use std::ops::RangeInclusive;

/// What an explanation says.
#[derive(Default, Debug)]
pub(super) struct Explanation {
    /// Whether the proposal is meant to be the whole file.
    pub overwrites: bool,
    /// Whether every change is said to add lines and to take none away.
    pub only_adds: bool,
    /// The original's lines that are said to go, from 1.
    ranges: Vec<RangeInclusive<usize>>,
    /// The lines that speak of going, in lower case.
    removals: String,
}

/// The types of changes that take nothing away.
const ADDING: &[&str] = &["add", "append", "prepend"];

/// Words of a line that says what goes.
const GOING: &[&str] = &["remove", "replace", "delete", "drop", "rename"];

impl Explanation {
    /// Reads an explanation.
    pub fn new(text: Option<&str>) -> Self {
        let mut explanation = Self::default();
        let (mut adding, mut others) = (0, 0);
        for line in text.unwrap_or_default().lines() {
            let line = line.to_lowercase().replace(['*', '`', '"', '\''], "");
            let line = line.trim();
            if let Some(kinds) = line.strip_prefix("type:") {
                explanation.overwrites |= kinds.contains("overwrite");
                *if ADDING.contains(&kinds.trim()) { &mut adding } else { &mut others } += 1;
                continue;
            }
            if GOING.iter().any(|word| line.contains(word)) {
                if !line.starts_with("summary") {
                    explanation.ranges.extend(ranges(line));
                }
                explanation.removals.push_str(line);
                explanation.removals.push('\n');
            }
        }
        explanation.only_adds = adding > 0 && others == 0;
        explanation
    }

    /// Whether it says that the original's lines `first..=last`, from 0, go.
    pub fn covers(&self, first: usize, last: usize) -> bool {
        self.ranges.iter().any(|range| *range.start() <= first + 1 && last < *range.end())
    }

    /// Whether it names `name` where it speaks of what goes.
    pub fn names(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.removals.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).any(|word| word == name)
    }
}

/// The numbers of a line, `12-15` as a range and `7` as a range of one.
fn ranges(line: &str) -> Vec<RangeInclusive<usize>> {
    let mut found = Vec::new();
    for word in line.split(|c: char| !(c.is_ascii_digit() || c == '-' || c == '–')) {
        let mut numbers = word.split(['-', '–']).filter_map(|number| number.parse::<usize>().ok());
        if let Some(first) = numbers.next() {
            found.push(first..=numbers.next().unwrap_or(first).max(first));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_adds_only_if_all_its_changes_do() {
        let adds = |text: &str| Explanation::new(Some(text)).only_adds;
        assert!(adds("Type: append\n") && adds("Change 1.\nType: add\nChange 2.\n**Type:** prepend\n"));
        assert!(!adds("Type: add\nType: replace\n") && !adds("Summary: Add a line\n"));
    }

    #[test]
    fn ranges_of_what_goes() {
        let explanation =
            Explanation::new(Some("**Updating `a.rs`**\nType: replace\nSummary: Replace 3 calls\nReplace: lines 10-12 and 20\n"));
        assert!(explanation.covers(9, 11));
        assert!(explanation.covers(19, 19));
        assert!(!explanation.covers(2, 2), "numbers of a summary name no lines");
        assert!(!explanation.covers(9, 12));
    }

    #[test]
    fn names_of_what_goes() {
        let explanation = Explanation::new(Some("Type: remove\nSummary: Remove the `close_all` function\nContext: `open_all`\n"));
        assert!(explanation.names("close_all"));
        assert!(!explanation.names("open_all"));
        assert!(!explanation.overwrites);
    }
}
