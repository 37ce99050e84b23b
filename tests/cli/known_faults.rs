//! Faults that programs of this kind are known for, each with the behaviour that is right.
//!
//! Others have their tests beside the code: task numbers followed by a tab, re-listed tasks, file operations without
//! their end tag, numbers in a summary (`tests/reply_grammar.rs`); removed files left empty, lost executable bits,
//! deletions missing from a commit, rollbacks that take the user's own files (`tests/apply`); settings that make every
//! run fail its own checks (`tests/config_layers.rs`); plan names with dashes (`tests/store_plan.rs`).
//! A check for changes in the wrong directory and a limit that is never read again for the next model of a chain have
//! no place here: nothing depends on the current directory, and there are no chains of models yet.

use crate::job;
use crate::support::Sandbox;

#[test]
fn every_alias_belongs_to_one_command() {
    // Panics on two commands, or two flags, with one name.
    git_plandex::cli::definition().debug_assert();
}

#[test]
fn names_that_git_quotes_are_listed_and_loaded() {
    let names = ["grüße.txt", "with space.txt", "quo\"te.txt", "日本/語.txt"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "text\n")).collect();
    let sandbox = Sandbox::new(&files, job::rules());
    for name in names {
        sandbox.run(&["load", name]).ok();
        let listed = sandbox.run(&["ls", "--json"]).ok();
        let rows: serde_json::Value = serde_json::from_str(&listed).expect("an array");
        let last = rows.as_array().and_then(|rows| rows.last()).expect("an item");
        let path: git_plandex::plan::RepoPath = last["path"].as_str().expect("a path").parse().expect("a path of the repository");
        assert_eq!(path.as_bytes(), name.as_bytes());
    }
    let missing = sandbox.run(&["load", "nicht-da.txt"]);
    missing.fails(1);
}

#[test]
fn a_rewind_leaves_files_that_were_only_loaded() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n"), ("b.txt", "b\n")], job::rules());
    sandbox.run(&["load", "a.txt"]).ok();
    let before = sandbox.tree();
    sandbox.run(&["load", "b.txt"]).ok();
    sandbox.run(&["rewind", "1"]).ok();
    assert_eq!(sandbox.tree(), before);
    assert!(!sandbox.run(&["ls"]).ok().contains("b.txt"));
}

#[test]
fn a_rewind_beyond_the_beginning_is_an_error() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], job::rules());
    sandbox.run(&["new"]).ok();
    for steps in ["1", "99", "18446744073709551616", "-1"] {
        let ran = sandbox.run(&["rewind", "--", steps]);
        ran.fails(1);
    }
}
