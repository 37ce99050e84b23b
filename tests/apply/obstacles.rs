//! Paths that are not the plan's to write are refused by name, and nothing at all is written then.

use git_plandex::git::Obstacle;
use git_plandex::plan::FileMode;
use git_plandex::worktree::{self, ApplyOutcome, ConflictMode, FileChange, RefusedReason, UndoOutcome};

use super::support::{Sandbox, path, untold};

/// Applies the change beside a harmless one; both must stay undone. Returns why.
fn refused(sandbox: &Sandbox, change: FileChange) -> RefusedReason {
    let harmless = FileChange { path: path("harmless.txt"), base: None, result: Some(sandbox.entry("x\n")) };
    let name = change.path.clone();
    let before = sandbox.listing();
    for mode in [ConflictMode::Stop, ConflictMode::Markers] {
        let outcome = sandbox.try_apply(&[harmless.clone(), change.clone()], mode);
        let ApplyOutcome::Refused(survey) = outcome else { panic!("{outcome:?}") };
        assert_eq!(survey.refused[0].path, name);
        assert!(survey.to_string().contains(&format!("'{name}'")), "{survey}");
    }
    assert_eq!(sandbox.listing(), before, "something was written");
    let survey = sandbox.survey(&[harmless, change]);
    survey.refused[0].reason.clone()
}

fn new(sandbox: &Sandbox, name: &str) -> FileChange {
    FileChange { path: path(name), base: None, result: Some(sandbox.entry("plan\n")) }
}

#[test]
fn a_path_behind_a_symbolic_link_is_refused() {
    let sandbox = Sandbox::committed(&[("real/a.txt", "one\n")]);
    let outside = tempfile::tempdir().expect("it can be made");
    sandbox.link("out", outside.path().to_str().expect("UTF-8"));
    sandbox.link("in", "real");
    for name in ["out/evil.txt", "in/a.txt"] {
        let at = name.split('/').next().expect("a directory");
        assert_eq!(refused(&sandbox, new(&sandbox, name)), RefusedReason::Obstacle(Obstacle::BehindSymlink, at.into()));
    }
    assert_eq!(outside.path().read_dir().expect("it is there").count(), 0);
}

#[test]
fn a_directory_that_became_a_link_since_the_plan_saw_it_is_not_followed() {
    let sandbox = Sandbox::committed(&[("dir/a.txt", "one\n")]);
    let change = sandbox.change("dir/a.txt", Some("plan\n"));
    let outside = tempfile::tempdir().expect("it can be made");
    std::fs::rename(sandbox.place("dir"), outside.path().join("dir")).expect("it can be moved");
    sandbox.link("dir", outside.path().join("dir").to_str().expect("UTF-8"));
    assert!(matches!(refused(&sandbox, change), RefusedReason::Obstacle(Obstacle::BehindSymlink, _)));
    assert_eq!(std::fs::read_to_string(outside.path().join("dir/a.txt")).expect("it is there"), "one\n");
}

#[test]
fn a_link_that_the_plan_replaces_by_a_directory_is_no_obstacle() {
    let sandbox = Sandbox::committed(&[("real/a.txt", "one\n")]);
    sandbox.link("dir", "real");
    sandbox.commit_all("link");
    let link = Some(sandbox.entry_of(FileMode::Symlink, "real"));
    sandbox.apply(&[FileChange { path: path("dir"), base: link, result: None }, new(&sandbox, "dir/a.txt")]);
    assert_eq!((sandbox.read("dir/a.txt").as_deref(), sandbox.read("real/a.txt").as_deref()), (Some("plan\n"), Some("one\n")));
    sandbox.undo();
    assert_eq!(sandbox.read("dir/a.txt").as_deref(), Some("one\n"));
}

#[test]
fn submodules_and_nested_repositories_are_refused() {
    let library = Sandbox::committed(&[("code.c", "int x;\n")]);
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let from = library.root.to_str().expect("UTF-8");
    sandbox.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "lib"]);
    sandbox.commit_all("submodule");
    for name in ["lib", "lib/code.c", "lib/new.c"] {
        assert_eq!(refused(&sandbox, new(&sandbox, name)), RefusedReason::Obstacle(Obstacle::Submodule, "lib".into()));
    }
    sandbox.git(&["init", "-q", "vendor/nested"]);
    for name in ["vendor/nested", "vendor/nested/x.c"] {
        assert_eq!(refused(&sandbox, new(&sandbox, name)), RefusedReason::Obstacle(Obstacle::NestedRepository, "vendor/nested".into()));
    }
}

#[test]
fn a_linked_worktree_inside_this_one_is_a_nested_repository() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    sandbox.git(&["worktree", "add", "-q", "wt/side"]);
    assert!(matches!(refused(&sandbox, new(&sandbox, "wt/side/a.txt")), RefusedReason::Obstacle(Obstacle::NestedRepository, _)));
}

#[test]
fn paths_that_a_sparse_checkout_leaves_out_are_refused() {
    for sparse_index in [false, true] {
        let sandbox = Sandbox::committed(&[("in/a.txt", "one\n"), ("out/b.txt", "two\n"), ("out/deep/c.txt", "three\n")]);
        let change = sandbox.change("out/b.txt", Some("plan\n"));
        let index = if sparse_index { "--sparse-index" } else { "--no-sparse-index" };
        sandbox.git(&["sparse-checkout", "set", "--cone", index, "in"]);
        assert!(!sandbox.exists("out"));
        assert!(matches!(refused(&sandbox, change), RefusedReason::Obstacle(Obstacle::Sparse, _)));
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.apply(&[sandbox.change("in/a.txt", Some("plan\n"))]);
    }
}

#[test]
fn a_file_hidden_from_git_by_flags_is_read_from_disk() {
    for flag in ["--skip-worktree", "--assume-unchanged"] {
        let sandbox = Sandbox::committed(&[("a.txt", "one\ntwo\nthree\nfour\nfive\n")]);
        let change = sandbox.change("a.txt", Some("one\ntwo\nthree\nfour\nplan\n"));
        sandbox.git(&["update-index", flag, "a.txt"]);
        sandbox.write("a.txt", "user\ntwo\nthree\nfour\nfive\n");
        sandbox.apply(&[change]);
        assert_eq!(sandbox.read("a.txt").as_deref(), Some("user\ntwo\nthree\nfour\nplan\n"), "{flag}");
    }
}

#[test]
fn an_untracked_file_in_the_way_is_kept() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), (".gitignore", "*.log\n")]);
    for name in ["notes.txt", "debug.log"] {
        sandbox.write(name, "mine\n");
        assert_eq!(refused(&sandbox, new(&sandbox, name)), RefusedReason::UntrackedInTheWay);
        assert_eq!(sandbox.read(name).as_deref(), Some("mine\n"));
    }
    sandbox.write("same.txt", "plan\n");
    assert_eq!(sandbox.apply(&[new(&sandbox, "same.txt")]).unchanged, [path("same.txt")], "the same file is not in the way");
}

#[test]
fn a_directory_with_files_of_the_user_is_not_replaced_by_a_file() {
    let sandbox = Sandbox::committed(&[("dir/a.txt", "one\n"), (".gitignore", "*.log\n")]);
    let remove = sandbox.change("dir/a.txt", None);
    sandbox.write("dir/debug.log", "mine\n");
    let outcome = sandbox.try_apply(&[remove.clone(), new(&sandbox, "dir")], ConflictMode::Stop);
    assert!(
        matches!(&outcome, ApplyOutcome::Refused(survey) if survey.refused[0].reason == RefusedReason::DirectoryInTheWay),
        "{outcome:?}"
    );
    assert_eq!(sandbox.read("dir/debug.log").as_deref(), Some("mine\n"));
    sandbox.remove("dir/debug.log");
    std::fs::create_dir(sandbox.place("dir/empty")).expect("it can be made");
    sandbox.apply(&[remove, new(&sandbox, "dir")]);
    assert_eq!(sandbox.read("dir").as_deref(), Some("plan\n"), "an empty directory is not in the way");
}

#[test]
fn a_file_where_a_directory_is_needed_is_kept() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), (".gitignore", "*.log\n")]);
    sandbox.write("x.log", "mine\n");
    assert_eq!(refused(&sandbox, new(&sandbox, "a.txt/inside")), RefusedReason::FileInTheWay("a.txt".into()));
    assert_eq!(refused(&sandbox, new(&sandbox, "x.log/inside")), RefusedReason::FileInTheWay("x.log".into()));
}

#[test]
fn names_that_differ_only_in_case_are_refused_where_the_file_system_folds_them() {
    let sandbox = Sandbox::committed(&[("README.md", "one\n"), ("Docs/a.txt", "two\n")]);
    sandbox.git(&["config", "core.ignoreCase", "true"]);
    assert_eq!(refused(&sandbox, new(&sandbox, "readme.md")), RefusedReason::CaseCollision("README.md".into()));
    assert_eq!(refused(&sandbox, new(&sandbox, "docs/b.txt")), RefusedReason::CaseCollision("Docs".into()));
    let twins = [new(&sandbox, "twin"), new(&sandbox, "TWIN")];
    assert!(matches!(sandbox.try_apply(&twins, ConflictMode::Stop), ApplyOutcome::Refused(_)));
    let rename =
        [sandbox.change("README.md", None), FileChange { path: path("Readme.md"), base: None, result: Some(sandbox.entry("one\n")) }];
    sandbox.apply(&rename);
    assert!(sandbox.exists("Readme.md") && !sandbox.exists("README.md"));
}

#[test]
fn a_fifo_is_not_opened() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let made = std::process::Command::new("mkfifo").arg(sandbox.place("pipe")).status().expect("mkfifo runs");
    assert!(made.success());
    let survey = sandbox.survey(&[new(&sandbox, "pipe")]);
    assert_eq!(survey.refused[0].reason, RefusedReason::Obstacle(Obstacle::Special, "pipe".into()));
}

#[test]
fn a_bare_repository_has_no_files_to_apply_to() {
    let bare = Sandbox::with(&["--bare"]);
    let change = FileChange { path: path("a.txt"), base: None, result: Some(bare.entry("x\n")) };
    let error = worktree::survey(&bare.repo(), &[change], None).expect_err("there is no working tree");
    assert!(error.to_string().contains("bare repository"), "{error}");
    assert_eq!(worktree::recover(&bare.repo(), untold).expect("there is nothing to do"), None);
}

#[test]
fn an_undo_keeps_what_the_user_put_in_the_place_of_a_removed_file() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    sandbox.apply(&[sandbox.change("a.txt", None), sandbox.change("b.txt", Some("plan\n"))]);
    sandbox.git(&["rm", "-q", "--cached", "a.txt"]);
    sandbox.write("a.txt", "mine\n");
    let before = sandbox.listing();
    assert!(matches!(sandbox.try_undo(), UndoOutcome::Refused(_)));
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn an_undo_that_conflicts_writes_nothing() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n"), ("b.txt", "two\n")]);
    sandbox.apply(&[sandbox.change("a.txt", Some("plan\n")), sandbox.change("b.txt", Some("plan\n"))]);
    sandbox.write("a.txt", "user after plan\n");
    let before = sandbox.listing();
    assert!(matches!(sandbox.try_undo(), UndoOutcome::Conflict(_)));
    assert_eq!(sandbox.listing(), before);
}
