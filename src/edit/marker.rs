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

/// What a reference begins with, behind its dots and brackets.
const BEGINNINGS: &[&str] = &[
    "existing",
    "rest of",
    "the rest",
    "remaining",
    "remainder",
    "unchanged",
    "same as",
    "other ",
    "all other",
    "previous ",
    "omitted",
    "start of",
    "end of",
    "no change",
    "keep ",
    "original ",
    "more ",
    "elided",
    "snip",
    "implementation",
    "code remains",
    "code unchanged",
    "your existing",
    "all existing",
    "and so on",
    "function body",
    "method body",
    "methods",
    "body ",
];

/// What a reference may end with instead, before its dots and brackets.
const ENDINGS: &[&str] = &[
    "unchanged",
    "the same",
    "same as before",
    "as before",
    "omitted",
    "existing code",
    "remains",
    "stays as it is",
    "for brevity",
    "code here",
    "code above",
    "code below",
    "code remains",
    "implementation",
];

/// Sentences that are references without an ellipsis.
const SENTENCES: &[&str] = &[
    "existing code",
    "rest of the code",
    "rest of the file",
    "rest of code",
    "rest of file",
    "rest of your code",
    "rest of the function",
    "rest of the class",
    "rest of the method",
    "rest of the implementation",
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
    "no changes here",
    "(unchanged)",
    "existing methods",
    "existing functions",
    "existing fields",
    "existing imports",
    "existing implementation",
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
    let core = body.trim_matches(|c: char| matches!(c, '.' | ' ' | '(' | ')' | '[' | ']' | '-' | '*' | ':'));
    let opened = body.trim_start_matches(['(', '[', ' ', '-', '*']).starts_with("...");
    let closed = body.trim_end_matches([')', ']', ' ', '-', '*']).ends_with("...");
    let words = core.split(' ').count();
    if ["... existing code", "...existing code", "existing code ...", "existing code..."].iter().any(|wording| body.contains(wording)) {
        return (opened || closed || words <= 12).then_some(Marker::Reference(Strength::Strong));
    }
    let refers = BEGINNINGS.iter().any(|words| core.starts_with(words)) || ENDINGS.iter().any(|words| core.ends_with(words));
    if opened && closed && refers && words <= 16 && (commented || body.starts_with("... ")) {
        return Some(Marker::Reference(if commented { Strength::Strong } else { Strength::Weak }));
    }
    let bare = core.is_empty() && matches!(body, ".." | "..." | "....");
    let weak =
        bare || (opened || closed) && refers && words <= 10 || words <= 10 && SENTENCES.iter().any(|sentence| body.contains(sentence));
    (commented && weak).then_some(Marker::Reference(Strength::Weak))
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
            "...previousAnimation,",
            "# First group the \"import\" statements, then \"from ... import ...\".",
            "//                with async scheduler by default...",
            "// and more than that, it keeps the order of the rest",
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
