//! The sentence that declares a task complete, and when two titles mean the same task.

use super::line::{bare, numbered};

const COMPLETED: &str = "has been completed";

/// The titles that `line` declares complete: `**<title>** has been completed`.
pub(super) fn titles(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices(COMPLETED) {
        let before = line[..at].trim_end();
        let title = match before.strip_suffix("**") {
            Some(bold) => bold.rsplit_once("**").map(|(_, title)| title),
            // the whole sentence in bold
            None => line[at + COMPLETED.len()..]
                .trim_start_matches(['.', '!'])
                .strip_prefix("**")
                .and_then(|_| before.rsplit_once("**").map(|(_, title)| title)),
        };
        let title = title.map(bare).filter(|title| !title.is_empty());
        found.extend(title.map(str::to_owned));
    }
    found
}

/// Whether two titles mean the same task: case, markup, numbering, white space and a final mark do not matter.
pub fn same_title(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

/// A title as it is compared.
pub(super) fn key(title: &str) -> String {
    let plain: String = title.chars().filter(|c| !"*`\"“”".contains(*c)).collect();
    let plain = numbered(&plain).unwrap_or(&plain);
    let plain = plain.trim_end_matches(['.', ':', '!', ' ']);
    plain.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completion_sentences_are_found_wherever_they_stand() {
        for line in [
            "**Add `x`** has been completed.",
            "So **Add `x`**  has been completed",
            "- ✅ **Add `x`** has been completed!",
            "**Add `x` has been completed.**",
        ] {
            assert_eq!(titles(line), ["Add `x`"], "{line:?}");
        }
        assert_eq!(titles("**A** has been completed. **B** has been completed."), ["A", "B"]);
    }

    #[test]
    fn other_sentences_complete_nothing() {
        for line in [
            "**A** has not been completed.",
            "A has been completed.",
            "** has been completed",
            "**A** is completed",
            "**** has been completed",
        ] {
            assert_eq!(titles(line), [""; 0], "{line:?}");
        }
    }

    #[test]
    fn titles_are_compared_without_markup_and_numbering() {
        for other in ["1. Add `x` to y", "**Add x to y.**", "Task 2: add X  to Y", "Add x to y"] {
            assert!(same_title("Add `x` to y", other), "{other:?}");
        }
        assert!(!same_title("Add x", "Add xs"));
        assert!(!same_title("Add x 1", "Add x 2"));
    }
}
