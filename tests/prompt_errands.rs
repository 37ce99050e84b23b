//! Prompts of the small requests and of the builder.

use git_plandex::plan::{Role, SubtaskState};
use git_plandex::prompt::{
    TaskView, Turn, ValidateScene, VerdictScene, WholeFileScene, commit_message, from_chat, plan_name, summary, validate, verdict,
    whole_file,
};

#[test]
fn the_verdict_shows_task_and_replies() {
    let uses = ["a.rs".to_owned()];
    let task = TaskView { title: "Add it", description: "with care\nand love", uses: &uses, state: SubtaskState::Open };
    let messages = verdict(&VerdictScene { task, replies: &["First reply.\n", "Second reply."] });
    insta::assert_snapshot!(messages[0].text());
}

#[test]
fn the_plan_name_shows_the_beginning_of_the_prompt() {
    insta::assert_snapshot!(plan_name("Add a cache.")[0].text());
    assert!(plan_name(&"x".repeat(100_000))[0].text().len() < 4000);
}

#[test]
fn the_commit_message_shows_files_and_explanations() {
    insta::assert_snapshot!(commit_message(&["**Updating `a.rs`**\nType: add", "**Creating `b.rs`**"], &["a.rs", "b.rs"])[0].text());
}

#[test]
fn the_summary_shows_the_summary_before() {
    let turns = [Turn { role: Role::User, text: "Add it.", note: None }, Turn { role: Role::Assistant, text: "Done.\n", note: None }];
    insta::assert_snapshot!(summary(Some("## Summary of the plan so far\n\nNothing yet."), &turns)[0].text());
    assert!(!summary(None, &turns)[0].text().contains("earlier"));
}

#[test]
fn the_validation_shows_everything_that_is_in_doubt() {
    let scene = ValidateScene {
        path: "a.rs",
        original: "\u{feff}fn a() {\r\n}\r\n\r\nfn b() {}\r\n\r\n\r\n\r\n\r\n\r\nfn c() {}\r\n",
        proposal: "fn a() {\n    b();\n}\n// ... existing code ...\n",
        explanation: "**Updating `a.rs`**\nType: add\n",
        diff: "@@ -1,2 +1,3 @@\n fn a() {\n+    b();\n }\n",
        reasons: &["ambiguous-location: `}` stands twice"],
        syntax_errors: &["line 3: unexpected `}`"],
    };
    insta::assert_snapshot!(validate(&scene)[0].text());
    let bare = ValidateScene { explanation: "", syntax_errors: &[], ..scene };
    let text = validate(&bare)[0].text();
    assert!(!text.contains("<explanation>") && !text.contains("- syntax error in"));
}

#[test]
fn the_whole_file_shows_which_comments_are_references() {
    let scene = WholeFileScene {
        path: "a.rs",
        original: "fn a() {}\n",
        proposal: "// ... existing code ...\n// keep\nfn b() {}\n",
        explanation: "Adds `b`.",
        comments: &[("// ... existing code ...", true), (" // keep", false)],
        reasons: &["lone-snippet: no anchor"],
    };
    insta::assert_snapshot!(whole_file(&scene)[0].text());
    let bare = WholeFileScene { explanation: "", comments: &[], reasons: &[], ..scene };
    insta::assert_snapshot!(whole_file(&bare)[0].text());
}

#[test]
fn a_conversation_is_carried_out_by_a_fixed_prompt() {
    assert!(from_chat().contains("what we discussed"));
}
