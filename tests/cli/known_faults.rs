//! Faults that programs of this kind are known for, each with the behaviour that is right.
//!
//! Others have their tests beside the code:
//!
//! | fault | right here, and tested in |
//! |---|---|
//! | a plan name with dashes is taken for a range | names only: `tests/store_plan.rs`, `commands::plans_are_made_named_put_away_and_deleted` |
//! | settings that make every run fail its own checks | `tests/config_layers.rs` |
//! | a task number followed by a tab is read as the task before it; a task that is listed again is lost; file operations without their end tag; numbers in a summary | `tests/reply_grammar.rs` |
//! | moves, removes and resets are lost when they are built later | `levels::moves_removes_and_resets_survive_until_they_are_built` |
//! | the limit of the next model of a chain is never read | `tests/config_models.rs`, `fallbacks::` |
//! | what was wrong in the original counts as new | `tests/edit_merge.rs` (`a_syntax_error_that_the_original_had_is_no_reason`) |
//! | an apply writes what was there before its builds | `levels::apply_offers_to_build_what_is_unbuilt`, `frames::an_apply_that_builds_first_is_one_frame` |
//! | a removed file is left empty; deletions are missing from the commit; executable bits get lost; rollbacks take the user's own files | `tests/apply` |
//! | a script that was not run counts as applied | `levels::a_script_in_a_reply_is_stored_and_shown_and_never_written` |
//! | a second whole content for a file is an error | `a_second_whole_content_takes_the_place_of_the_first` |
//!
//! These cannot occur: own packs with local models that are refused, as nearly all of these tests run with one; a check for
//! changes in the wrong directory, as nothing depends on the current directory; a wrong word on the state of a subscription,
//! which is its own program's to know; short ids of runs that are compared as whole ones, as a run is named by its branch.

use crate::job;
use crate::support::{Rule, Sandbox};

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

#[test]
fn a_second_whole_content_takes_the_place_of_the_first() {
    let reply = |text: &str, title: &str| {
        let block = format!("- a.txt:\n\n<PlandexBlock lang=\"text\" path=\"a.txt\">\n{text}</PlandexBlock>\n");
        Rule::reply(format!("{block}\n**{title}** has been completed.\n\n<PlandexFinish/>\n")).when(&[&job::current(title)])
    };
    let sandbox = Sandbox::new(
        &[("README.md", "# Empty\n")],
        vec![
            Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"),
            Rule::reply("### Tasks\n\n1. First\nUses: `a.txt`\n\n2. Second\nUses: `a.txt`\n\n<PlandexFinish/>\n").model("planner"),
            reply("one\ntwo\n", "First").model("coder"),
            reply("alpha\nbeta\n", "Second").model("coder"),
        ],
    );
    sandbox.run(&["tell", "write it twice"]).ok();
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!(sandbox.read("a.txt"), "alpha\nbeta\n");
}
