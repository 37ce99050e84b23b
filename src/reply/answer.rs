//! Answers of the models that help: verdicts, names, messages, summaries, judgements of builds.
//!
//! Each is asked for in a tag of its own; prose around it, and an answer without the tag where it can only mean one thing, are accepted.

use std::ops::Range;

/// Whether a task is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is.
    pub finished: bool,
    /// Why.
    pub reasoning: String,
}

/// A span of the original to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The text to find.
    pub old: String,
    /// The text to put there.
    pub new: String,
}

/// A comment of the proposal, and whether it stands for code that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The comment's line.
    pub text: String,
    /// Whether it is a reference.
    pub reference: bool,
}

/// What the builder says about a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validation {
    /// The result is right.
    Correct,
    /// The result is wrong.
    Incorrect {
        /// Why.
        reasoning: String,
        /// The comments of the proposal, classified.
        comments: Vec<Comment>,
        /// What turns the original into what was meant.
        replacements: Vec<Replacement>,
    },
}

/// The text in the last `<name>` … `</name>`; an unclosed one reaches to the end.
fn tagged<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let open = format!("<{name}>");
    let inner = &text[text.rfind(&open)? + open.len()..];
    Some(inner.find(&format!("</{name}>")).map_or(inner, |end| &inner[..end]))
}

/// Reads `<subtaskStatus>`; `None` when the answer holds no verdict.
pub fn verdict(text: &str) -> Option<Verdict> {
    let word = tagged(text, "subtaskFinished")?.trim().to_ascii_lowercase();
    let finished = match word.trim_end_matches('.') {
        "true" | "yes" => true,
        "false" | "no" => false,
        _ => return None,
    };
    let reasoning = tagged(text, "reasoning").unwrap_or_default().trim().to_owned();
    Some(Verdict { finished, reasoning })
}

/// Reads `<planName>`, or an answer of one short line.
pub fn plan_name(text: &str) -> Option<String> {
    let name = tagged(text, "planName").or_else(|| short_line(text))?;
    let name = name.trim().trim_matches(['`', '"', '\'', '*', '.']).trim();
    (name.contains(char::is_alphanumeric) && !name.contains('\n')).then(|| name.to_owned())
}

fn short_line(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.contains('\n') && text.len() <= 60).then_some(text)
}

/// Reads `<commitMsg>`, or the whole answer without fences; `None` when that says nothing, as the form that was shown.
pub fn commit_message(text: &str) -> Option<String> {
    let message = match tagged(text, "commitMsg") {
        Some(message) => message.to_owned(),
        None => text.lines().filter(|line| super::line::fence(line).is_none()).collect::<Vec<_>>().join("\n"),
    };
    let message = message.trim().trim_matches(['`', '"']).trim();
    let is_safe = |c: &char| {
        *c == '\n' || !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    // It goes into the user's own history, and from there to any terminal.
    message.contains(char::is_alphanumeric).then(|| message.chars().filter(is_safe).collect())
}

/// Reads `<summary>`, or the whole answer.
pub fn summary(text: &str) -> Option<String> {
    let summary = tagged(text, "summary").unwrap_or(text).trim();
    (!summary.is_empty()).then(|| summary.to_owned())
}

/// Reads what the builder says about a merged file; `None` when it does not say it.
pub fn validation(text: &str) -> Option<Validation> {
    let last = |tag: &str| text.lines().enumerate().filter(|(_, line)| line.trim() == tag).map(|(at, _)| at).last();
    let (correct, incorrect) = (last("<PlandexCorrect/>"), last("<PlandexIncorrect/>"));
    if incorrect.is_none() || correct > incorrect && !text.contains("<Replacement>") {
        return correct.map(|_| Validation::Correct);
    }
    let reasoning = text.lines().take_while(|line| line.trim() != "<PlandexIncorrect/>").collect::<Vec<_>>().join("\n").trim().to_owned();
    let comments = between(text, "PlandexComments").map(|list| list.lines().filter_map(comment).collect()).unwrap_or_default();
    Some(Validation::Incorrect { reasoning, comments, replacements: replacements(text) })
}

fn comment(line: &str) -> Option<Comment> {
    let (kind, text) = line.trim().trim_start_matches("- ").split_once(':')?;
    let reference = match kind.trim().to_ascii_lowercase().as_str() {
        "reference" => true,
        "comment" => false,
        _ => return None,
    };
    let text = text.trim().trim_matches('`').trim().to_owned();
    (!text.is_empty()).then_some(Comment { text, reference })
}

fn replacements(text: &str) -> Vec<Replacement> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((replacement, after)) = span(rest, "Replacement") {
        if let (Some(old), Some(new)) = (between(replacement, "Old"), between(replacement, "New")) {
            found.push(Replacement { old: unnumbered(&old), new: unnumbered(&new) });
        }
        rest = after;
    }
    found
}

/// Reads the whole file; `None` when its tags are not there, so that a cut answer is not taken for a file.
pub fn whole_file(text: &str) -> Option<String> {
    let open = tag_lines(text, "<PlandexWholeFile>").next()?;
    let close = tag_lines(text, "</PlandexWholeFile>").filter(|close| close.start >= open.end).last()?;
    let content = &text[open.end..close.start];
    Some(super::block::unfenced(content, false).unwrap_or(content).to_owned())
}

/// The lines between the first `<name>` and the next `</name>`, each alone on its line.
fn between(text: &str, name: &str) -> Option<String> {
    span(text, name).map(|(inner, _)| inner.to_owned())
}

/// What stands between the tags, and what comes after them.
fn span<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let open = tag_lines(text, &format!("<{name}>")).next()?;
    let close = tag_lines(text, &format!("</{name}>")).find(|close| close.start >= open.end)?;
    Some((&text[open.end..close.start], &text[close.end..]))
}

/// Where the lines are that consist of `tag`.
fn tag_lines(text: &str, tag: &str) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = end;
        end += line.len();
        (line.trim() == tag).then_some(start..end)
    })
}

/// The text without the line numbers that the builder was shown, if every line has one and they count up.
fn unnumbered(text: &str) -> String {
    let split = |line: &str| -> Option<(u32, usize)> {
        let (number, _) = line.split_once('|')?;
        let after = &line[number.len() + 1..];
        let skip = number.len() + 1 + usize::from(after.starts_with(' '));
        Some((number.trim().parse().ok()?, skip))
    };
    let numbers: Option<Vec<(u32, usize)>> = text.lines().map(split).collect();
    match numbers {
        Some(numbers) if !numbers.is_empty() && numbers.windows(2).all(|pair| pair[0].0.checked_add(1) == Some(pair[1].0)) => {
            text.split_inclusive('\n').zip(numbers).map(|(line, (_, skip))| &line[skip..]).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_read_from_its_last_tags() {
        let text = "Well: <subtaskFinished>true or false</subtaskFinished>\n<subtaskStatus>\n<reasoning>The route is missing.</reasoning>\n<subtaskFinished> False. </subtaskFinished>\n</subtaskStatus>";
        assert_eq!(verdict(text), Some(Verdict { finished: false, reasoning: "The route is missing.".into() }));
        assert_eq!(verdict("<subtaskFinished>yes").map(|verdict| verdict.finished), Some(true));
        for text in ["", "true", "<subtaskFinished>perhaps</subtaskFinished>"] {
            assert_eq!(verdict(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_and_messages_are_read_with_and_without_their_tag() {
        assert_eq!(plan_name("Sure!\n<planName>\nadd-auth\n</planName>").as_deref(), Some("add-auth"));
        assert_eq!(plan_name("`add-auth`").as_deref(), Some("add-auth"));
        assert_eq!(plan_name("I think that\na name would be nice"), None);
        assert_eq!(plan_name(""), None);
        assert_eq!(commit_message("<commitMsg>Add auth</commitMsg>").as_deref(), Some("Add auth"));
        assert_eq!(commit_message("```\nAdd auth\n```\n").as_deref(), Some("Add auth"));
        assert_eq!(commit_message(" "), None);
        assert_eq!(commit_message("<commitMsg>…</commitMsg>"), None, "the form of the answer is not an answer");
        assert_eq!(plan_name("<planName>…</planName>"), None);
        assert_eq!(summary("Here:\n<summary>\n## S\n\nx\n</summary>\n").as_deref(), Some("## S\n\nx"));
    }

    #[test]
    fn a_validation_is_correct_or_brings_replacements() {
        assert_eq!(validation("All fine.\n\n<PlandexCorrect/>\n"), Some(Validation::Correct));
        assert_eq!(validation("I would write <PlandexCorrect/> if it were."), None);
        let text = "The import is gone.\n\n<PlandexIncorrect/>\n\n<PlandexComments>\nreference: // ... existing code ...\ncomment: `# keep: this`\nnone\n</PlandexComments>\n\n<PlandexReplacements>\n<Replacement>\n<Old>\n 9 | a\n10 |   b\n11 |\n</Old>\n<New>\na\n  c </New>\n</New>\n</Replacement>\n<Replacement>\n<Old>\n1 | x\n</Old>\n<New>\n</New>\n</Replacement>\n<Replacement>\n<Old>\ncut";
        let comment = |text: &str, reference| Comment { text: text.into(), reference };
        let replacement = |old: &str, new: &str| Replacement { old: old.into(), new: new.into() };
        let expected = Validation::Incorrect {
            reasoning: "The import is gone.".into(),
            comments: vec![comment("// ... existing code ...", true), comment("# keep: this", false)],
            replacements: vec![replacement("a\n  b\n\n", "a\n  c </New>\n"), replacement("x\n", "")],
        };
        assert_eq!(validation(text), Some(expected));
    }

    #[test]
    fn line_numbers_are_stripped_only_as_the_exact_echo_of_a_whole_block() {
        for text in ["1 | a\nb\n", "1 | a\n3 | b\n", "x | a\n", "a\n", ""] {
            assert_eq!(unnumbered(text), text);
        }
        assert_eq!(unnumbered(" 9 | a\n10 |\n11 | | c\n"), "a\n\n| c\n");
    }

    #[test]
    fn a_whole_file_needs_both_tags() {
        assert_eq!(
            whole_file("Sure.\n<PlandexWholeFile>\na\n</PlandexWholeFile>\nb\n</PlandexWholeFile>\n").as_deref(),
            Some("a\n</PlandexWholeFile>\nb\n")
        );
        assert_eq!(whole_file("<PlandexWholeFile>\n```rust\na\n```\n</PlandexWholeFile>").as_deref(), Some("a\n"));
        assert_eq!(whole_file("<PlandexWholeFile>\na\n"), None);
        assert_eq!(whole_file("a\n"), None);
    }
}
