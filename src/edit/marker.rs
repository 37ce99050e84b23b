//! Comments of a proposal that stand for code: references and removals.

/// What a line of a proposal may be, besides code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Marker {
    /// Stands for lines of the original that stay.
    Reference(Strength),
    /// Stands for lines of the original that go.
    Removal(Strength),
}

/// How plainly a comment is a marker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Strength {
    /// The wording that was asked for: hardly ever an ordinary comment.
    Strong,
    /// A usual wording that an ordinary comment could have too.
    Weak,
}

/// What opens a comment, in any language, longest first where one begins another.
const OPENERS: &[&str] = &[
    "{{!--", "<%--", "<!--", "{/*", "<%#", "{#", "///", "//!", "//", "/**", "/*", "(*", "{-", "@*", "--", "\"\"\"", "'''", "#", ";", "%",
    "!", "*", "'",
];

/// What closes a comment, longest first where one ends another.
const CLOSERS: &[&str] = &["--}}", "--%>", "*/}", "-->", "%>", "#}", "*/", "*)", "-}", "*@", "\"\"\"", "'''"];

/// Words that make a comment with an ellipsis a reference.
const REFERRING: &[&str] = &[
    "existing",
    "rest of",
    "remaining",
    "remainder",
    "unchanged",
    "same as",
    "stays the same",
    "stay the same",
    "remains",
    "previous",
    "other ",
    "omitted",
    "start of",
    "end of",
    "no change",
    "as before",
    "keep",
    "original",
    "code here",
    "above",
    "below",
    "more ",
    "implementation",
    "elided",
    "snip",
    "same ",
];

/// Sentences that are references without an ellipsis.
const SENTENCES: &[&str] = &[
    "existing code",
    "rest of the",
    "rest of code",
    "rest of file",
    "rest of your",
    "remaining code",
    "remains unchanged",
    "remain unchanged",
    "remains the same",
    "remain the same",
    "stays the same",
    "stay the same",
    "unchanged code",
    "code unchanged",
    "same as before",
    "no changes",
    "is unchanged",
    "are unchanged",
    "as before",
    "other code",
    "(unchanged)",
    "unchanged)",
    "existing methods",
    "existing functions",
    "existing fields",
    "existing imports",
    "existing implementation",
    "existing logic",
    "existing entries",
];

/// Recognises a whole line that stands for code.
pub(super) fn recognise(line: &str) -> Option<Marker> {
    let trimmed = line.trim();
    if trimmed.len() > 300 || !trimmed.contains(|c: char| c.is_alphabetic() || c == '.' || c == '…') {
        return None;
    }
    let (body, commented) = uncomment(trimmed);
    let body = body.to_lowercase().replace('…', "...");
    let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if commented || is_prose(&body) { removal(&body, commented).or_else(|| reference(&body, commented)) } else { None }
}

/// Strips what opens and closes comments, and says whether anything opened one.
fn uncomment(line: &str) -> (&str, bool) {
    let mut body = line;
    let mut commented = false;
    while let Some(rest) = OPENERS.iter().find_map(|opener| body.strip_prefix(opener)) {
        body = rest.trim_start();
        commented = true;
    }
    while let Some(rest) = CLOSERS.iter().find_map(|closer| body.strip_suffix(closer)) {
        body = rest.trim_end();
    }
    (body.trim(), commented)
}

/// Whether the text has nothing that only code has.
fn is_prose(body: &str) -> bool {
    !body.contains(['"', '=', ';', '{', '}', '<', '>', '\\', '|', '$', '`'])
}

fn removal(body: &str, commented: bool) -> Option<Marker> {
    let start = body.trim_start_matches(['.', ' ', '[', '(', '-', '*']);
    if start.starts_with("plandex: removed") || start.starts_with("plandex: remove") {
        return Some(Marker::Removal(Strength::Strong));
    }
    let core = start.trim_end_matches(['.', ' ', ']', ')', '-', '*', ':']);
    let weak = ["removed code", "code removed", "removed", "deleted code", "code deleted", "remove this code"];
    (commented && weak.contains(&core)).then_some(Marker::Removal(Strength::Weak))
}

fn reference(body: &str, commented: bool) -> Option<Marker> {
    let dots =
        body.starts_with("...") || body.ends_with("...") || body.ends_with("...)") || body.starts_with("(...") || body.contains(" ... ");
    if body.contains("... existing code")
        || body.contains("...existing code")
        || body.contains("existing code ...")
        || body.contains("existing code...")
    {
        return Some(Marker::Reference(Strength::Strong));
    }
    let words = body.split(' ').count();
    if dots && words <= 24 && REFERRING.iter().any(|word| body.contains(word)) {
        let sure = commented && body.starts_with("...") && body.ends_with("...");
        return Some(Marker::Reference(if sure { Strength::Strong } else { Strength::Weak }));
    }
    if commented && (matches!(body, "..." | ".." | "....") || dots && words <= 12) {
        return Some(Marker::Reference(Strength::Weak));
    }
    (commented && words <= 16 && SENTENCES.iter().any(|sentence| body.contains(sentence))).then_some(Marker::Reference(Strength::Weak))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_every_comment_syntax() {
        for line in [
            "// ... existing code ...",
            "    # ... existing code ...",
            "<!-- ... existing code ... -->",
            "/* ... existing code ... */",
            "{/* ... existing code ... */}",
            "-- ... existing code ...",
            "; ... existing code ...",
            "% ... existing code ...",
            "(* ... existing code ... *)",
            "{- ... existing code ... -}",
            "\"\"\" ... existing code ... \"\"\"",
            "' ... existing code ...",
            "// … existing code …",
            "//...existing code...",
            "... existing code ...",
            "// ... Existing Code for the handlers ... ",
            "// ... rest of the function ...",
            "# ... rest of the file remains the same ...",
        ] {
            assert_eq!(recognise(line), Some(Marker::Reference(Strength::Strong)), "{line}");
        }
    }

    #[test]
    fn usual_wordings_are_weak_references() {
        for line in [
            "// rest of the code",
            "// ...",
            "# (unchanged)",
            "// other methods...",
            "// existing imports",
            "// remaining code stays the same",
        ] {
            assert_eq!(recognise(line), Some(Marker::Reference(Strength::Weak)), "{line}");
        }
    }

    #[test]
    fn code_is_no_marker() {
        for line in [
            "let a = \"... existing code ...\";",
            "println!(\"... existing code ...\");",
            "foo(...args)",
            "...",
            "...rest,",
            "// a comment",
            "def f(self): ...",
            "}",
            "",
        ] {
            assert_eq!(recognise(line), None, "{line}");
        }
    }

    #[test]
    fn removals() {
        assert_eq!(recognise("  // Plandex: removed code"), Some(Marker::Removal(Strength::Strong)));
        assert_eq!(recognise("# Plandex: removed the old handler"), Some(Marker::Removal(Strength::Strong)));
        assert_eq!(recognise("// (removed)"), Some(Marker::Removal(Strength::Weak)));
        assert_eq!(recognise("// removed the cache since it was slow"), None);
    }
}
