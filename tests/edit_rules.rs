//! Every example of the manual page git-plandex-edits(7) is what the merge does.

use git_plandex::edit::{Input, merge};

const PAGE: &str = include_str!("../man/git-plandex-edits.7");

/// One rule of the page with its example.
#[derive(Default)]
struct Rule {
    title: String,
    parts: Vec<(String, String)>,
}

impl Rule {
    fn part(&self, label: &str) -> Option<&str> {
        self.parts.iter().find(|(own, _)| own == label).map(|(_, text)| text.as_str())
    }
}

/// Reads the rules: a heading, then a literal block of `label:` lines with indented texts or `label: value` lines.
fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut literal = false;
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix(".Ss ") {
            rules.push(Rule { title: title.to_owned(), parts: Vec::new() });
        }
        literal = line.starts_with(".Bd") || literal && line != ".Ed";
        let Some(rule) = rules.last_mut().filter(|_| literal && !line.starts_with(".Bd")) else { continue };
        if line.is_empty() || line.starts_with("    ") {
            let text = line.strip_prefix("    ").unwrap_or_default().replace("\\e", "\\");
            let (_, part) = rule.parts.last_mut().expect("a label stands before its text");
            part.push_str(&text);
            part.push('\n');
        } else {
            let (label, value) = line.split_once(':').expect("a line of an example is indented or a label");
            rule.parts.push((label.to_owned(), value.trim().to_owned()));
        }
    }
    rules
}

#[test]
fn every_rule_has_an_example_that_holds() {
    let rules = rules();
    assert!(rules.len() >= 20, "only {} rules were read", rules.len());
    for rule in &rules {
        let text = |label: &str| rule.part(label).unwrap_or_else(|| panic!("`{}` has no {label}", rule.title));
        let input =
            Input { path: text("path"), original: text("original"), proposal: text("proposal"), explanation: rule.part("explanation") };
        let merged = merge(&input);
        if let Some(result) = rule.part("result") {
            assert_eq!(merged.content, result, "{}", rule.title);
        }
        let reasons: Vec<&str> = merged.reasons.iter().map(|reason| reason.kind.as_str()).collect();
        match rule.part("reason") {
            Some(reason) => assert!(reasons.contains(&reason), "{}: {reasons:?}", rule.title),
            None => assert!(reasons.is_empty() && rule.part("result").is_some(), "{}: {:?}", rule.title, merged.reasons),
        }
    }
}
