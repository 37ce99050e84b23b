//! The examples of edits in the prompt keep the prompt's own rules: each merges without a doubt.

use git_plandex::edit::{Input, merge};
use git_plandex::reply::parse;

const PROMPT: &str = include_str!("../prompts/edits.md");

const CACHE: &str = "import json


class Cache:
    def __init__(self, entries):
        self.entries = entries

    def get(self, key):
        entry = self.entries.get(key)
        return entry and entry.value

    def clear(self):
        self.entries = {}

    def size(self):
        return len(self.entries)


def load(path):
    \"\"\"Reads a cache.\"\"\"
    with open(path) as file:
        return Cache(json.load(file))
";

/// Merges the prompt's example for `path` into `original`.
fn example(path: &str, original: &str) -> String {
    let reply = parse(PROMPT);
    let block = reply.operations.iter().find(|block| block.path == path).expect("the prompt has the example");
    let proposal = block.content.as_deref().expect("a block has content");
    let merged = merge(&Input { path, original, proposal, explanation: Some(&block.explanation) });
    assert!(merged.reasons.is_empty(), "{:?}\n{}", merged.reasons, merged.content);
    merged.content
}

#[test]
fn changes_of_a_class_in_typescript() {
    let (_, shown) = PROMPT.split_once("```ts\n").expect("the prompt shows the file");
    let (original, _) = shown.split_once("```\n").expect("the file ends");
    let expected = original
        .replace("60_000", "WINDOW_MS")
        .replace("  debugDump(): void {\n    console.log(this.hits);\n  }\n\n", "")
        .replace("\"./clock\";\n", "\"./clock\";\nimport { WINDOW_MS } from \"./config\";\n");
    assert_eq!(example("src/limits.ts", original), expected);
}

#[test]
fn a_python_reference_runs_on_over_the_end_of_a_body() {
    let method = "    def forget(self, key):\n        self.entries.pop(key, None)\n\n";
    let expected =
        CACHE.replace("    def clear(self)", &format!("{method}    def clear(self)")) + "\n\ndef version():\n    return \"1.2.0\"\n";
    assert_eq!(example("cache.py", CACHE), expected);
}

/// Merges what the rules allow without an example.
fn sure(path: &str, original: &str, proposal: &str) -> String {
    let merged = merge(&Input { path, original, proposal, explanation: None });
    assert!(merged.reasons.is_empty(), "{:?}\n{}", merged.reasons, merged.content);
    merged.content
}

const RUST: &str = "//! Words.

/// A list of words.
pub struct Words(Vec<String>);

impl Words {
    /// The first word.
    ///
    /// There may be none.
    #[must_use]
    pub fn first(
        &self,
    ) -> Option<&String> {
        self.0.first()
    }

    /// The last word.
    pub fn last(&self) -> Option<&String> {
        self.0.last()
    }
}

/// Reads words.
pub fn read(text: &str) -> Words {
    Words(text.split(' ').map(str::to_owned).collect())
}
";

#[test]
fn a_large_block_is_closed_after_a_reference_without_its_last_function() {
    let proposal = "// ... existing code ...
impl Words {
    // ... existing code ...
    #[must_use]
    pub fn first(
        &self,
    ) -> Option<&String> {
        self.0.iter().find(|word| !word.is_empty())
    }

    // ... existing code ...
}

/// Reads words, without empty ones.
pub fn read(text: &str) -> Words {
    // ... existing code ...
";
    let expected = RUST
        .replace("self.0.first()", "self.0.iter().find(|word| !word.is_empty())")
        .replace("Reads words.", "Reads words, without empty ones.");
    let explanation = "**Updating `a.rs`**\nType: replace\nReplace: the body of `first`, and the line `/// Reads words.`\n";
    let merged = merge(&Input { path: "a.rs", original: RUST, proposal, explanation: Some(explanation) });
    assert!(merged.reasons.is_empty(), "{:?}", merged.reasons);
    assert_eq!(merged.content, expected);
}

#[test]
fn a_block_begins_with_a_unique_inner_line() {
    let proposal = "// ... existing code ...
        self.0.last()
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Reads words.
// ... existing code ...
";
    let method = "        self.0.last()\n    }\n\n    /// How many words there are.\n    pub fn len(&self) -> usize {\n        self.0.len()\n    }\n";
    assert_eq!(sure("a.rs", RUST, proposal), RUST.replace("        self.0.last()\n    }\n", method));
}

#[test]
fn code_that_moves_to_a_second_block_of_one_name_is_right_or_in_doubt() {
    let first = &RUST[RUST.find("    /// The first").expect("it is there")..RUST.find("    /// The last").expect("it is there")];
    let moved = first.trim_end();
    let proposal = format!(
        "// ... existing code ...
pub struct Words(Vec<String>);

impl Words {{
    // Plandex: removed code
    /// The last word.
    // ... existing code ...
}}

/// Reads words.
pub fn read(text: &str) -> Words {{
    Words(text.split(' ').map(str::to_owned).collect())
}}

impl Words {{
{moved}
}}
"
    );
    let expected = format!("{}\nimpl Words {{\n{moved}\n}}\n", RUST.replace(first, ""));
    let merged = merge(&Input { path: "a.rs", original: RUST, proposal: &proposal, explanation: None });
    assert!(merged.content == expected || !merged.reasons.is_empty(), "{}", merged.content);
}
