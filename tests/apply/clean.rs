//! Clean applies: the user's own edits stay, the plan's arrive, and an undo takes them back.

use std::collections::BTreeSet;

use git_plandex::plan::FileMode;
use git_plandex::worktree::{self, Action, ApplyOutcome, ConflictMode, FileChange, Standing};

use super::support::{Sandbox, lines, path};

#[test]
fn an_apply_writes_changes_adds_and_removes() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("dir/b.txt", "two\n")]);
    let changes =
        [sandbox.change("a.txt", Some("ONE\n")), sandbox.change("dir/b.txt", None), sandbox.change("new/deep/c.txt", Some("three\n"))];
    let applied = sandbox.apply(&changes);
    assert_eq!(applied.written, [path("a.txt"), path("new/deep/c.txt")]);
    assert_eq!(applied.removed, [path("dir/b.txt")]);
    assert_eq!(sandbox.git(&["status", "--porcelain", "-uall"]), " M a.txt\n D dir/b.txt\n?? new/deep/c.txt");
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("ONE\n"));
    assert!(!sandbox.exists("dir"), "an emptied directory goes, as with git");
    assert_eq!(sandbox.leftovers(), Vec::<String>::new());
}

#[test]
fn an_undo_restores_every_byte_and_directory() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("dir/b.txt", "two\n")]);
    sandbox.chmod("a.txt", 0o640);
    let before = sandbox.listing();
    let changes =
        [sandbox.change("a.txt", Some("ONE\n")), sandbox.change("dir/b.txt", None), sandbox.change("new/deep/c.txt", Some("three\n"))];
    sandbox.apply(&changes);
    assert_eq!(sandbox.mode("a.txt"), 0o640, "a rewritten file keeps its permissions");
    sandbox.undo();
    assert_eq!(sandbox.listing(), before);
    assert!(matches!(sandbox.try_undo(), git_plandex::worktree::UndoOutcome::Nothing));
}

#[test]
fn edits_of_the_user_elsewhere_in_the_file_stay() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[]))]);
    let change = sandbox.change("a.txt", Some(&lines(20, &[(18, "plan")])));
    sandbox.write("a.txt", lines(20, &[(2, "user")]));
    let survey = sandbox.survey(std::slice::from_ref(&change));
    assert_eq!(survey.to_string(), "merged: a.txt\n");
    sandbox.apply(&[change]);
    assert_eq!(sandbox.read("a.txt"), Some(lines(20, &[(2, "user"), (18, "plan")])));
    sandbox.write("a.txt", lines(20, &[(2, "user"), (10, "later"), (18, "plan")]));
    sandbox.undo();
    assert_eq!(sandbox.read("a.txt"), Some(lines(20, &[(2, "user"), (10, "later")])), "later edits survive an undo");
}

#[test]
fn a_conflict_stops_before_the_first_byte() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    let changes = [sandbox.change("a.txt", Some("plan\n")), sandbox.change("b.txt", Some("plan\n"))];
    sandbox.write("b.txt", "user\n");
    let before = sandbox.listing();
    let ApplyOutcome::Conflict(survey) = sandbox.try_apply(&changes, ConflictMode::Stop) else { panic!("no conflict") };
    let conflicts: Vec<_> = survey.conflicts().iter().map(|finding| finding.path.to_string()).collect();
    assert_eq!(conflicts, ["b.txt"]);
    assert!(matches!(&survey.conflicts()[0].action, Action::Conflict { kind, .. } if kind == "contents"));
    drop(survey);
    assert_eq!(sandbox.listing(), before);
    assert_eq!(sandbox.leftovers(), Vec::<String>::new());
}

#[test]
fn markers_are_written_when_asked_for_and_undone() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    let changes = [sandbox.change("a.txt", Some("plan a\n")), sandbox.change("b.txt", Some("plan\n"))];
    sandbox.write("b.txt", "user\n");
    let before = sandbox.listing();
    let ApplyOutcome::Applied(applied) = sandbox.try_apply(&changes, ConflictMode::Markers) else { panic!("not applied") };
    assert_eq!(applied.conflicts, [path("b.txt")]);
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("plan a\n"));
    assert_eq!(sandbox.read("b.txt").as_deref(), Some("<<<<<<< yours\nuser\n=======\nplan\n>>>>>>> plan\n"));
    sandbox.undo();
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn new_files_keep_the_executable_bit() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let result = Some(sandbox.entry_of(FileMode::Executable, "#!/bin/sh\n"));
    let base = Some(sandbox.entry("one\n"));
    let changes =
        [FileChange { path: path("run.sh"), base: None, result: result.clone() }, FileChange { path: path("a.txt"), base, result }];
    sandbox.apply(&changes);
    assert_eq!((sandbox.mode("run.sh") & 0o111 != 0, sandbox.mode("a.txt") & 0o111 != 0), (true, true));
    sandbox.undo();
    assert_eq!(sandbox.mode("a.txt") & 0o111, 0);
    assert!(!sandbox.exists("run.sh"));
}

#[test]
fn a_removed_file_is_gone_and_not_left_behind_empty() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    sandbox.apply(&[sandbox.change("a.txt", None)]);
    assert!(!sandbox.exists("a.txt"));
    assert!(sandbox.exists("b.txt"));
}

#[test]
fn an_undo_leaves_files_that_the_user_made_meanwhile() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    sandbox.apply(&[sandbox.change("new/dir/b.txt", Some("two\n"))]);
    sandbox.write("new/dir/mine.txt", "user\n");
    sandbox.write("other.txt", "user\n");
    sandbox.undo();
    assert!(!sandbox.exists("new/dir/b.txt"));
    assert_eq!(sandbox.read("new/dir/mine.txt").as_deref(), Some("user\n"));
    assert_eq!(sandbox.read("other.txt").as_deref(), Some("user\n"));
}

#[test]
fn a_file_that_was_only_loaded_is_never_touched() {
    let sandbox = Sandbox::committed(&[("loaded.txt", "one\n"), ("a.txt", "two\n")]);
    let loaded = sandbox.change("loaded.txt", Some("one\n"));
    let change = sandbox.change("a.txt", Some("TWO\n"));
    sandbox.write("loaded.txt", "user\n");
    sandbox.apply(&[loaded, change]);
    sandbox.undo();
    assert_eq!(sandbox.read("loaded.txt").as_deref(), Some("user\n"));
}

#[test]
fn the_place_of_a_change_counts_and_not_the_first_equal_text() {
    let text = "fn a() {\n    x();\n}\n\nfn b() {\n    x();\n}\n\nfn c() {\n    x();\n}\n";
    let sandbox = Sandbox::committed(&[("a.rs", text)]);
    let proposed = "fn a() {\n    x();\n}\n\nfn b() {\n    x();\n}\n\nfn c() {\n    y();\n}\n";
    let change = sandbox.change("a.rs", Some(proposed));
    let mine = format!("// mine\n{text}");
    sandbox.write("a.rs", &mine);
    sandbox.apply(&[change]);
    assert_eq!(sandbox.read("a.rs"), Some(format!("// mine\n{proposed}")));
}

#[test]
fn a_second_apply_of_the_same_change_merges_nothing_twice() {
    let sandbox = Sandbox::committed(&[("a.txt", "a\nb\n")]);
    let change = sandbox.change("a.txt", Some("a\nb\nplan\n"));
    sandbox.write("a.txt", "user\na\nb\n");
    sandbox.apply(std::slice::from_ref(&change));
    let once = sandbox.read("a.txt");
    let again = sandbox.apply(std::slice::from_ref(&change));
    assert_eq!(again.unchanged, [path("a.txt")]);
    assert_eq!(sandbox.read("a.txt"), once);
    sandbox.undo();
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("user\na\nb\n"));
}

#[test]
fn the_user_s_rename_is_followed() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[])), ("keep.txt", "x\n")]);
    let change = sandbox.change("a.txt", Some(&lines(20, &[(5, "plan")])));
    let survey_base = sandbox.head();
    sandbox.git(&["mv", "a.txt", "moved.txt"]);
    let repo = sandbox.repo();
    let survey = git_plandex::worktree::survey(&repo, &[change], Some(&survey_base)).expect("it can be surveyed");
    assert!(survey.is_clean(), "{survey}");
    let done = super::support::apply(&repo, survey, &super::support::request(ConflictMode::Stop)).expect("it can be applied");
    assert!(matches!(done, ApplyOutcome::Applied(_)));
    assert!(!sandbox.exists("a.txt"));
    assert_eq!(sandbox.read("moved.txt"), Some(lines(20, &[(5, "plan")])));
    sandbox.undo();
    assert_eq!(sandbox.read("moved.txt"), Some(lines(20, &[])));
}

#[test]
fn an_apply_whose_changes_are_gone_is_noticed() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[])), ("b.txt", "two\n")]);
    let missing = || {
        let last = worktree::last_apply(&sandbox.repo()).expect("it can be read").expect("there is one");
        let traces = last.traces(&sandbox.repo(), &BTreeSet::new()).expect("it can be looked at");
        traces.into_iter().filter(|trace| trace.standing == Standing::Gone).map(|trace| trace.file).collect::<Vec<_>>()
    };
    sandbox.apply(&[sandbox.change("a.txt", Some(&lines(20, &[(5, "plan")]))), sandbox.change("c.txt", Some("new\n"))]);
    assert_eq!(missing(), []);
    sandbox.write("a.txt", lines(20, &[(5, "plan"), (15, "user")]));
    assert_eq!(missing(), [], "a later edit takes nothing away");
    sandbox.git(&["checkout", "-q", "-f", "main"]);
    assert_eq!(missing(), [path("a.txt")]);
    sandbox.git(&["clean", "-qf"]);
    assert_eq!(missing(), [path("a.txt"), path("c.txt")]);
    sandbox.write("c.txt", "mine\n");
    assert_eq!(missing(), [path("a.txt")], "what is in the way of one file hides no other");
}

#[test]
fn applies_are_taken_back_one_after_the_other() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[]))]);
    let mut states = vec![sandbox.listing()];
    for line in [3, 9, 15] {
        let text = sandbox.read("a.txt").expect("it is there");
        sandbox.apply(&[sandbox.change("a.txt", Some(&text.replacen(&format!("line {line}\n"), "plan\n", 1)))]);
        states.push(sandbox.listing());
    }
    while let Some(state) = states.pop() {
        assert_eq!(sandbox.listing(), state);
        if !states.is_empty() {
            sandbox.undo();
        }
    }
    assert!(matches!(sandbox.try_undo(), git_plandex::worktree::UndoOutcome::Nothing));
}

#[test]
fn only_the_newest_records_are_kept() {
    let sandbox = Sandbox::committed(&[("a.txt", "0\n")]);
    for n in 1..=25 {
        sandbox.apply(&[sandbox.change("a.txt", Some(&format!("{n}\n")))]);
    }
    let mut undone = 0;
    while let git_plandex::worktree::UndoOutcome::Undone(_) = sandbox.try_undo() {
        undone += 1;
    }
    assert_eq!((undone, sandbox.read("a.txt").as_deref()), (21, Some("4\n")));
}
