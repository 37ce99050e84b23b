//! What holds for every original and proposal.

use git_plandex::edit::{Input, Merged, merge};
use proptest::prelude::*;

fn run(original: &str, proposal: &str) -> Merged {
    merge(&Input { path: "a.rs", original, proposal, explanation: None })
}

/// Functions of one to eight lines, some of which are equal in all of them.
fn file() -> impl Strategy<Value = Vec<Vec<String>>> {
    let line = prop_oneof![
        3 => "[a-z]{3,8}\\([a-z]{1,4}\\);",
        1 => Just("return Ok(());".to_owned()),
        1 => Just("check();".to_owned()),
    ];
    prop::collection::vec(prop::collection::vec(line, 1..8), 3..14)
}

fn text(file: &[Vec<String>]) -> String {
    let functions = file.iter().enumerate().map(|(at, body)| {
        let body: String = body.iter().map(|line| format!("    {line}\n")).collect();
        format!("fn function_{at}() {{\n{body}}}\n")
    });
    functions.collect::<Vec<_>>().join("\n")
}

/// The changed function with a reference on each side.
fn elided(file: &[Vec<String>], at: usize, edited: &str) -> String {
    let before = if at > 0 { "// ... existing code ...\n\n" } else { "" };
    let after = if at + 1 < file.len() { "\n// ... existing code ...\n" } else { "" };
    format!("{before}{edited}{after}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_proposal_equal_to_the_original_changes_nothing(original in any::<String>()) {
        let merged = run(&original, &original);
        prop_assert_eq!(merged.content, original);
        prop_assert!(merged.reasons.is_empty());
    }

    #[test]
    fn a_reference_alone_changes_nothing(file in file()) {
        let original = text(&file);
        let merged = run(&original, "// ... existing code ...\n");
        prop_assert_eq!(merged.content, original);
        prop_assert!(merged.reasons.is_empty());
    }

    #[test]
    fn a_complete_file_without_references_replaces_it(file in file(), at in any::<prop::sample::Index>(), new in "[a-z]{3,8}\\(\\);") {
        let original = text(&file);
        let at = at.index(file.len());
        let mut edited = file;
        edited[at].insert(0, new);
        let proposal = text(&edited);
        prop_assert_eq!(run(&original, &proposal).content, proposal);
    }

    #[test]
    fn an_elided_edit_comes_back_or_has_a_reason(file in file(), at in any::<prop::sample::Index>(), line in any::<prop::sample::Index>(), new in "[a-z]{9,12}\\(\\);", insert in any::<bool>()) {
        let original = text(&file);
        let at = at.index(file.len());
        let mut edited = file.clone();
        let line = line.index(edited[at].len());
        if insert {
            edited[at].insert(line, new);
        } else {
            edited[at][line] = new;
        }
        let expected = text(&edited);
        let function = expected.split_inclusive("}\n").nth(at).expect("every function ends in a brace").trim_start_matches('\n');
        let merged = run(&original, &elided(&file, at, function));
        prop_assert!(merged.content == expected || !merged.reasons.is_empty(), "{}", merged.content);
    }

    #[test]
    fn a_lone_snippet_is_never_taken_for_the_whole_file(file in file(), at in any::<prop::sample::Index>()) {
        let original = text(&file);
        let at = at.index(file.len());
        let function = original.split_inclusive("}\n").nth(at).expect("every function ends in a brace").trim_start_matches('\n');
        let snippet = function.replacen("{\n", "{\n    something_new();\n", 1);
        let merged = run(&original, &snippet);
        let kept = (0..file.len()).all(|at| merged.content.contains(&format!("fn function_{at}()")));
        prop_assert!(kept || !merged.reasons.is_empty(), "{}", merged.content);
    }

    #[test]
    fn no_text_makes_it_panic(original in "(\\PC|[\\n\\r\\t{}#/ ]|// \\.\\.\\. existing code \\.\\.\\.\\n|// Plandex: removed code\\n){0,60}",
                              proposal in "(\\PC|[\\n\\r\\t{}#/ ]|// \\.\\.\\. existing code \\.\\.\\.\\n|// Plandex: removed code\\n){0,60}") {
        run(&original, &proposal);
    }
}
