//! Commits of an apply: only the plan's part of each file, the user's staged and other edits left as they were.

use std::fs;

use git_plandex::plan::{Entry, ObjectId};
use git_plandex::worktree::{self, Applied, CommitOutcome, CommitRequest, Error};

use super::support::{Sandbox, lines, path};

fn try_commit(sandbox: &Sandbox, applied: &Applied) -> Result<CommitOutcome, Error> {
    // Cargo sets this one for its tests.
    let hidden = ["CARGO_PKG_NAME".to_owned()];
    let seen = sandbox.try_git(&["rev-parse", "--verify", "-q", "HEAD"], None).0.then(|| sandbox.head());
    let request =
        CommitRequest { message: "Do the plan's work\n\nWith a reason.", trailer: "x/main 1234", hide_env: &hidden, seen: seen.as_ref() };
    worktree::commit(&sandbox.repo(), applied, &request, super::support::untold)
}

fn commit(sandbox: &Sandbox, applied: &Applied) -> ObjectId {
    match try_commit(sandbox, applied).expect("the commit can be made") {
        CommitOutcome::Committed { commit, left_out } => {
            assert!(left_out.is_empty());
            assert!(!sandbox.exists(".git/index.lock"));
            commit
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_commit_holds_additions_changes_and_removals() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    let first = sandbox.head();
    let changes = [sandbox.change("a.txt", Some("ONE\n")), sandbox.change("b.txt", None), sandbox.change("c/d.txt", Some("new\n"))];
    let applied = sandbox.apply(&changes);
    let made = commit(&sandbox, &applied);
    assert_eq!(sandbox.head(), made);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD~"]), first.as_str());
    assert_eq!(sandbox.git(&["show", "--format=", "--name-status", "HEAD"]), "M\ta.txt\nD\tb.txt\nA\tc/d.txt");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.git(&["log", "-1", "--format=%B"]), "Do the plan's work\n\nWith a reason.\n\nPlandex-Plan: x/main 1234");
    assert_eq!(sandbox.git(&["log", "-g", "-1", "--format=%gs"]), "commit: Do the plan's work");
    assert_eq!(worktree::last_apply(&sandbox.repo()).expect("it can be read").and_then(|last| last.commit), Some(made));
    assert_eq!(sandbox.git(&["diff-files", "--name-only"]), "", "git knows the times of the files");
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn staged_and_unstaged_hunks_of_the_same_file_stay_the_user_s() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(40, &[]))]);
    sandbox.write("a.txt", lines(40, &[(2, "staged")]));
    sandbox.git(&["add", "a.txt"]);
    sandbox.write("a.txt", lines(40, &[(2, "staged"), (12, "unstaged")]));
    sandbox.write("other.txt", "mine\n");
    sandbox.git(&["add", "other.txt"]);
    let plan = lines(40, &[(2, "staged"), (12, "unstaged"), (30, "plan")]);
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some(&plan))]);
    commit(&sandbox, &applied);
    assert_eq!(sandbox.git(&["show", "HEAD:a.txt"]) + "\n", lines(40, &[(30, "plan")]));
    assert_eq!(sandbox.git(&["show", ":a.txt"]) + "\n", lines(40, &[(2, "staged"), (30, "plan")]));
    assert_eq!(sandbox.read("a.txt"), Some(plan));
    assert_eq!(sandbox.git(&["show", "--format=", "--name-only", "HEAD"]), "a.txt");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "a.txt\nother.txt");
}

#[test]
fn a_change_that_overlaps_a_staged_hunk_is_not_committed() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(10, &[]))]);
    let change = sandbox.change("a.txt", Some(&lines(10, &[(5, "plan")])));
    let applied = sandbox.apply(&[change]);
    let (ok, _) = sandbox
        .try_git(&["update-index", "--cacheinfo", &format!("100644,{},a.txt", sandbox.entry(lines(10, &[(5, "staged")])).oid)], None);
    assert!(ok);
    let before = (sandbox.head(), sandbox.git(&["ls-files", "-s"]));
    assert_eq!(try_commit(&sandbox, &applied).expect("it is no failure"), CommitOutcome::Conflict(vec![path("a.txt")]));
    assert_eq!((sandbox.head(), sandbox.git(&["ls-files", "-s"])), before);
    assert!(!sandbox.exists(".git/index.lock"));
}

#[test]
fn a_repository_without_commits_gets_its_first() {
    let sandbox = Sandbox::new();
    sandbox.write("mine.txt", "user\n");
    sandbox.git(&["add", "mine.txt"]);
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some("one\n"))]);
    commit(&sandbox, &applied);
    assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "a.txt");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "mine.txt");
    assert_eq!(sandbox.git(&["log", "-g", "-1", "--format=%gs"]), "commit (initial): Do the plan's work");
}

#[test]
fn a_file_that_git_does_not_know_stays_out() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    sandbox.write("notes.txt", "mine\n");
    let changes = [sandbox.change("notes.txt", Some("mine\nplan\n")), sandbox.change("a.txt", Some("ONE\n"))];
    let applied = sandbox.apply(&changes);
    let outcome = try_commit(&sandbox, &applied).expect("the commit can be made");
    assert!(matches!(&outcome, CommitOutcome::Committed { left_out, .. } if *left_out == [path("notes.txt")]), "{outcome:?}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? notes.txt");
}

#[test]
fn hooks_run_as_for_git_commit_and_see_no_keys() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let hook = |name: &str, text: &str| {
        sandbox.write(&format!(".git/hooks/{name}"), format!("#!/bin/sh\n{text}\n"));
        sandbox.chmod(&format!(".git/hooks/{name}"), 0o755);
    };
    hook(
        "pre-commit",
        "git diff --cached --name-only > .git/seen; echo formatted > a.txt; git add a.txt; echo \"${CARGO_PKG_NAME-none} ${CARGO_PKG_VERSION+seen}\" >> .git/seen",
    );
    hook("prepare-commit-msg", "echo \"$2\" >> .git/seen");
    hook("commit-msg", "echo checked >> \"$1\"");
    hook("post-commit", "git rev-parse HEAD > .git/posted");
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some("ONE\n"))]);
    let made = commit(&sandbox, &applied);
    assert_eq!(sandbox.read(".git/seen").as_deref(), Some("a.txt\nnone seen\nmessage\n"));
    assert_eq!(sandbox.git(&["show", "HEAD:a.txt"]), "formatted");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "what a hook adds is in the index too");
    assert!(sandbox.git(&["log", "-1", "--format=%B"]).ends_with("checked"));
    assert_eq!(sandbox.read(".git/posted").as_deref().map(str::trim), Some(made.as_str()));
}

#[test]
fn a_hook_that_refuses_leaves_everything_as_it_was() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some("ONE\n"))]);
    for name in ["pre-commit", "commit-msg"] {
        sandbox.write(&format!(".git/hooks/{name}"), "#!/bin/sh\necho not today >&2\nexit 1\n");
        sandbox.chmod(&format!(".git/hooks/{name}"), 0o755);
        let before = (sandbox.head(), sandbox.git(&["ls-files", "-s"]));
        let error = try_commit(&sandbox, &applied).expect_err("the hook refuses");
        assert!(matches!(&error, Error::Hook { hook, output } if *hook == name && output.contains("not today")), "{error}");
        assert_eq!((sandbox.head(), sandbox.git(&["ls-files", "-s"])), before);
        assert!(!sandbox.exists(".git/index.lock"));
        fs::remove_file(sandbox.place(&format!(".git/hooks/{name}"))).expect("it is there");
    }
    commit(&sandbox, &applied);
}

#[test]
fn nothing_is_committed_in_the_middle_of_a_merge() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    let applied = sandbox.apply(&[sandbox.change("b.txt", Some("TWO\n"))]);
    sandbox.git(&["stash", "-q"]);
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.write("a.txt", "side\n");
    sandbox.commit_all("side");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.write("a.txt", "main\n");
    sandbox.commit_all("main");
    assert!(!sandbox.try_git(&["merge", "-q", "side"], None).0);
    let error = try_commit(&sandbox, &applied).expect_err("a merge is in progress");
    assert_eq!(error.to_string(), "a merge is in progress, nothing was committed");
}

#[test]
fn what_is_committed_already_is_nothing_to_commit() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some("ONE\n"))]);
    sandbox.commit_all("by hand");
    assert_eq!(try_commit(&sandbox, &applied).expect("it is no failure"), CommitOutcome::Nothing);
}

#[test]
fn a_renamed_file_is_committed_under_its_new_name() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[])), ("keep.txt", "x\n")]);
    let seen = sandbox.head();
    let change = sandbox.change("a.txt", Some(&lines(20, &[(5, "plan")])));
    sandbox.git(&["mv", "a.txt", "moved.txt"]);
    sandbox.git(&["commit", "-q", "-m", "move"]);
    let repo = sandbox.repo();
    let survey = worktree::survey(&repo, &[change], Some(&seen)).expect("it can be surveyed");
    let done = super::support::apply(&repo, survey, &super::support::request(worktree::ConflictMode::Stop)).expect("it can be applied");
    let worktree::ApplyOutcome::Applied(applied) = done else { panic!("{done:?}") };
    let request = CommitRequest { message: "Edit", trailer: "x/main 1", hide_env: &[], seen: Some(&seen) };
    let outcome = worktree::commit(&repo, &applied, &request, super::support::untold).expect("it can be committed");
    assert!(matches!(outcome, CommitOutcome::Committed { .. }), "{outcome:?}");
    assert_eq!(sandbox.git(&["show", "--format=", "--name-only", "HEAD"]), "moved.txt");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_mode_change_is_committed() {
    let sandbox = Sandbox::committed(&[("run.sh", "#!/bin/sh\n")]);
    let mut change = sandbox.change("run.sh", Some("#!/bin/sh\n"));
    change.result = change.result.map(|result| Entry { mode: git_plandex::plan::FileMode::Executable, ..result });
    let applied = sandbox.apply(&[change]);
    commit(&sandbox, &applied);
    assert!(sandbox.git(&["ls-tree", "HEAD", "run.sh"]).starts_with("100755"));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_staged_rename_of_the_user_stays_staged_with_the_plan_s_edit_in_it() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[])), ("keep.txt", "x\n")]);
    let change = sandbox.change("a.txt", Some(&lines(20, &[(5, "plan")])));
    sandbox.git(&["mv", "a.txt", "moved.txt"]);
    let applied = sandbox.apply(&[change]);
    commit(&sandbox, &applied);
    assert_eq!(sandbox.git(&["show", "HEAD:a.txt"]) + "\n", lines(20, &[(5, "plan")]));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "R  a.txt -> moved.txt");
}

#[test]
fn an_undo_after_a_commit_restores_the_files_and_names_the_commit() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some("ONE\n")), sandbox.change("b.txt", Some("new\n"))]);
    let made = commit(&sandbox, &applied);
    let undone = sandbox.undo();
    assert_eq!((undone.commit.as_ref(), undone.paths), (Some(&made), vec![path("a.txt"), path("b.txt")]));
    assert_eq!((sandbox.read("a.txt").as_deref(), sandbox.exists("b.txt")), (Some("one\n"), false));
    assert_eq!(sandbox.head(), made, "the user's history is not touched");
}
