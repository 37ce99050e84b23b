//! Applying into working trees that are not clean, taking back, and files that run by themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::job::{self, PROMPT};
use crate::support::{Rule, Sandbox};

/// A plan whose one task is answered by `code`, told and ready to apply.
fn pending(files: &[(&str, &str)], code: &str) -> Sandbox {
    let rules = vec![
        Rule::reply("<commitMsg>Do it</commitMsg>").model("commit-messages"),
        Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\n\n<PlandexFinish/>\n").model("planner"),
        Rule::reply(format!("{code}\n**Do it** has been completed.\n\n<PlandexFinish/>\n")).model("coder"),
    ];
    let sandbox = Sandbox::new(files, rules);
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do it", "--missing=overwrite"]).ok();
    sandbox
}

fn block(path: &str, text: &str) -> String {
    format!("- {path}:\n\n<PlandexBlock lang=\"text\" path=\"{path}\">\n{text}</PlandexBlock>\n\n")
}

fn told() -> Sandbox {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox
}

const CONFLICT: &str = "\
error: your files and the plan changed the same places of src/steps.py; nothing was written
hint: git plandex apply --conflicts=markers writes both for you to choose, git plandex reject PATH turns the plan's down
";

#[test]
fn the_users_own_edits_elsewhere_stay_and_stay_out_of_the_commit() {
    let sandbox = told();
    let mine = job::steps().replace("\"\"\"Step 2.\"\"\"", "\"\"\"Step two.\"\"\"");
    sandbox.write("src/steps.py", &mine);
    sandbox.git(&["add", "src/steps.py"]);
    let staged = mine.replace("\"\"\"Step 4.\"\"\"", "\"\"\"Step four.\"\"\"");
    sandbox.write("src/steps.py", staged);
    sandbox.write("README.md", "# My steps\n");
    sandbox.write("notes.txt", "untracked\n");
    sandbox.run(&["apply", "--commit"]).ok();
    let now = sandbox.read("src/steps.py");
    for words in ["Step two.", "Step four.", "cached(20", "Step 60, doubled."] {
        assert!(now.contains(words), "{words}");
    }
    let index = sandbox.git(&["show", ":src/steps.py"]);
    assert!(index.contains("Step two.") && !index.contains("Step four.") && index.contains("cached(20"), "{index}");
    let head = sandbox.git(&["show", "HEAD:src/steps.py"]);
    assert!(!head.contains("Step two.") && head.contains("cached(20"), "{head}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M README.md\nMM src/steps.py\n?? notes.txt");
    assert_eq!(sandbox.git(&["diff", "--cached", "--stat"]).lines().count(), 2, "the staged hunk alone is staged");
}

#[test]
fn overlapping_edits_stop_before_anything_is_written() {
    let sandbox = told();
    sandbox.write("src/steps.py", job::steps().replace("return value + 20\n", "return value * 20\n"));
    let before = (sandbox.tree(), sandbox.git(&["status", "--porcelain"]), sandbox.git(&["rev-parse", "HEAD"]));
    assert_eq!(sandbox.run(&["apply"]).fails(1), CONFLICT);
    assert_eq!((sandbox.tree(), sandbox.git(&["status", "--porcelain"]), sandbox.git(&["rev-parse", "HEAD"])), before);
    let pending = sandbox.run(&["diff", "--name-only"]).ok();
    assert_eq!(pending, "src/cache.py\nsrc/data/store.py\nsrc/steps.py\nsrc/store.py\n", "everything still waits");
    // Turning the file down lets the rest be applied.
    sandbox.run(&["reject", "src/steps.py"]).ok();
    sandbox.run(&["apply"]).ok();
    assert!(sandbox.exists("src/cache.py") && sandbox.read("src/steps.py").contains("return value * 20\n"));
}

#[test]
fn conflict_markers_are_written_when_asked_for_and_nothing_is_committed() {
    let sandbox = told();
    sandbox.write("src/steps.py", job::steps().replace("return value + 20\n", "return value * 20\n"));
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let said = sandbox.run(&["apply", "--conflicts=markers"]).fails(1);
    assert!(said.contains("error: your files and the plan changed the same places of src/steps.py"), "{said}");
    let text = sandbox.read("src/steps.py");
    for words in ["<<<<<<<", "return value * 20", "=======", "cached(20, value + 20)", ">>>>>>>", "Step 60, doubled."] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(sandbox.exists("src/cache.py") && sandbox.exists("src/data/store.py") && !sandbox.exists("src/store.py"));
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    sandbox.run(&["apply", "--undo"]).ok();
    assert!(sandbox.read("src/steps.py").contains("return value * 20\n") && !sandbox.read("src/steps.py").contains("<<<<<<<"));
}

#[test]
fn an_untracked_file_in_the_way_is_a_conflict() {
    let sandbox = told();
    sandbox.write("src/cache.py", "mine\n");
    let said = sandbox.run(&["apply"]).fails(1);
    assert!(said.contains("src/cache.py"), "{said}");
    assert_eq!(sandbox.read("src/cache.py"), "mine\n");
    assert!(sandbox.exists("src/store.py"));
}

#[test]
fn undo_takes_the_last_apply_back_and_makes_it_pending_again() {
    let sandbox = told();
    let before = sandbox.tree();
    assert_eq!(sandbox.run(&["apply", "--undo"]).fails(1), "error: there is no apply to take back\n");
    sandbox.run(&["apply", "--no-commit"]).ok();
    sandbox.write("README.md", "# Mine\n");
    sandbox.run(&["apply", "--undo"]).ok();
    let mut expected = before;
    expected.insert("README.md".into(), (0o644, b"# Mine\n".to_vec()));
    assert_eq!(sandbox.tree(), expected);
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok().lines().count(), 4);
    sandbox.run(&["apply", "--no-commit"]).ok();
    sandbox.write("src/cache.py", "changed by me\n");
    let said = sandbox.run(&["apply", "--undo"]).fails(1);
    assert!(said.contains("changed since: src/cache.py") && said.contains("nothing was taken back"), "{said}");
    assert_eq!(sandbox.read("src/cache.py"), "changed by me\n");
}

#[test]
fn single_files_can_be_applied_and_a_move_goes_whole() {
    let sandbox = told();
    sandbox.run(&["apply", "--no-commit", "src/cache.py"]).ok();
    assert_eq!(sandbox.git(&["status", "--porcelain", "-uall"]), "?? src/cache.py");
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "src/data/store.py\nsrc/steps.py\nsrc/store.py\n");
    let from_below = sandbox.run_in(&sandbox.repo.join("src"), &["apply", "--no-commit", "data"]);
    assert_eq!(from_below.code, 0, "{}", from_below.stderr);
    assert!(sandbox.exists("src/data/store.py") && !sandbox.exists("src/store.py"), "the other end of the move comes along");
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "src/steps.py\n");
    let said = sandbox.run(&["apply", "src/cache.py"]).fails(1);
    assert_eq!(said, "error: 'src/cache.py' has no pending changes\nhint: git plandex diff --name-only lists what is\n");
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
    assert_eq!(sandbox.run(&["apply"]).ok(), "");
}

#[test]
fn files_that_run_by_themselves_need_a_yes_and_are_not_committed_automatically() {
    for (path, text) in [
        (".husky/pre-commit", "#!/bin/sh\ntouch ran\n"),
        (".envrc", "export X=1\n"),
        (".gitattributes", "*.txt filter=evil\n"),
        ("tools/hooks/pre-commit", "#!/bin/sh\ntouch ran\n"),
        (".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ./x\n"),
    ] {
        let sandbox = pending(&[("a.txt", "a\n")], &(block(path, text) + &block("b.txt", "b\n")));
        sandbox.git(&["config", "core.hooksPath", "tools/hooks"]);
        let said = sandbox.run(&["apply"]).fails(1);
        assert!(said.contains(&format!("warning: {path} ")) && said.contains(text.lines().next_back().expect("a line").trim()), "{said}");
        assert!(said.contains("-y"), "{said}");
        assert!(!sandbox.exists(path) && !sandbox.exists("b.txt"), "{path}");
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        let ran = sandbox.run(&["apply", "-y"]);
        assert_eq!(ran.code, 0, "{path}: {}", ran.stderr);
        assert!(ran.stderr.contains("not committed, as some files run commands by themselves"), "{path}: {}", ran.stderr);
        assert!(sandbox.exists(path) && !sandbox.exists("ran"), "{path}");
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head, "{path}");
    }
    // Attributes without a driver are ordinary.
    let sandbox = pending(&[("a.txt", "a\n")], &block(".gitattributes", "*.txt text\n"));
    sandbox.run(&["apply"]).ok();
}

#[test]
fn a_reply_that_is_full_auto_asks_all_the_same_before_it_writes_a_hook() {
    let sandbox = pending(&[("a.txt", "a\n")], &block(".husky/pre-commit", "touch ran\n"));
    sandbox.run(&["reject", "--all", "-y"]).ok();
    let said = sandbox.run(&["tell", "do it", "--full"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(!sandbox.exists(".husky"));
}

#[test]
fn hooks_do_not_see_the_providers_keys() {
    let sandbox = told();
    let hook = sandbox.repo.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("a directory")).expect("made");
    fs::write(&hook, "#!/bin/sh\nenv > \"$HOME/seen\"\n").expect("written");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
    let keys = [
        ("ANTHROPIC_API_KEY", "sk-ant-0123456789"),
        ("OPENAI_API_KEY", "sk-0123456789"),
        ("ACME_API_KEY", "acme-0123456789"),
        ("OTHER", "kept"),
    ];
    let ran = sandbox.run_env(&keys, &["apply", "--commit"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let seen = fs::read_to_string(sandbox.home.join("seen")).expect("the hook ran");
    assert!(seen.contains("OTHER=kept"), "{seen}");
    assert!(!seen.contains("0123456789"), "{seen}");
}

#[test]
fn a_hook_that_refuses_leaves_the_files_applied_and_says_so() {
    let sandbox = told();
    let hook = sandbox.repo.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("a directory")).expect("made");
    fs::write(&hook, "#!/bin/sh\necho no way >&2\nexit 1\n").expect("written");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let said = sandbox.run(&["apply", "--commit"]).fails(1);
    assert!(said.contains("pre-commit") && said.contains("no way"), "{said}");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(sandbox.tree(), job::expected(), "{said}");
    let pending = sandbox.run(&["diff", "--name-only"]).ok();
    assert_eq!(pending, "", "what is in the files is not pending any more: {said}");
}

#[test]
fn rejecting_takes_changes_away_and_a_rewind_brings_them_back() {
    let sandbox = told();
    sandbox.run(&["reject", "src/cache.py"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "src/data/store.py\nsrc/steps.py\nsrc/store.py\n");
    sandbox.run(&["rewind", "1"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok().lines().count(), 4);
    assert!(sandbox.run(&["reject", "--all"]).fails(1).contains("-y"));
    sandbox.run(&["reject", "--all", "-y"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "");
    let said = sandbox.run(&["reject", "nothing.txt"]).fails(1);
    assert_eq!(said, "error: 'nothing.txt' has no pending changes\nhint: git plandex diff --name-only lists what is\n");
    // What was rejected can be proposed again.
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn an_undo_finds_the_plan_under_its_new_name_and_in_the_archive() {
    for moved in [&["rename", "other"][..], &["archive"]] {
        let sandbox = told();
        sandbox.run(&["apply", "--no-commit"]).ok();
        sandbox.run(moved).ok();
        // Another plan has the old name now.
        sandbox.run(&["new", "cache-steps"]);
        let before = sandbox.git(&["for-each-ref", "refs/plandex/plans/cache-steps"]);
        sandbox.run(&["apply", "--undo", "-y"]).ok();
        assert!(!sandbox.exists("src/cache.py") && sandbox.exists("src/store.py"), "{moved:?}");
        assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex/plans/cache-steps"]), before, "{moved:?}");
        let name = if moved[0] == "rename" { "other" } else { "cache-steps" };
        let name = if moved[0] == "archive" {
            let said = sandbox.run(&["unarchive", name]);
            assert_eq!(said.code, 0, "{}", said.stderr);
            said.stderr.split('\'').nth(1).expect("the name that it has now").to_owned()
        } else {
            name.to_owned()
        };
        let pending = sandbox.run(&["diff", "--name-only", "--plan", &name]).ok();
        assert_eq!(pending, "src/cache.py\nsrc/data/store.py\nsrc/steps.py\nsrc/store.py\n", "{moved:?}");
        sandbox.fsck();
    }
}

#[test]
fn an_apply_of_another_plan_is_only_taken_back_when_that_is_meant() {
    let sandbox = told();
    sandbox.run(&["apply", "--no-commit"]).ok();
    let applied = sandbox.tree();
    sandbox.run(&["new", "other"]).ok();
    let said = sandbox.run(&["apply", "--undo"]).fails(1);
    let asks = "error: \"The last apply of this worktree is of 'cache-steps/main'. Take it back?\" cannot be asked without a terminal\n";
    assert_eq!(said, format!("{asks}hint: use --plan cache-steps/main to answer it on the command line\n"));
    let said = sandbox.run(&["apply", "--undo", "--plan", "other", "-y"]).fails(1);
    let other = "error: the last apply of this worktree is of 'cache-steps/main', not of 'other/main'\n";
    assert_eq!(said, format!("{other}hint: git plandex apply --undo --plan cache-steps/main\n"));
    assert_eq!(sandbox.tree(), applied);
    sandbox.run(&["apply", "--undo", "--plan", "cache-steps"]).ok();
    assert!(!sandbox.exists("src/cache.py"));
}

#[test]
fn a_commit_that_fails_leaves_the_files_applied_and_says_so() {
    let sandbox = told();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.write(".git/MERGE_HEAD", format!("{head}\n"));
    let said = sandbox.run(&["apply", "--commit"]).fails(1);
    assert!(said.contains("wrote src/cache.py\n"), "{said}");
    let words = "error: the files are applied, but not committed: a merge is in progress, nothing was committed\n";
    let hint = "hint: git add and git commit when that is mended, or git plandex apply --undo takes it back\n";
    assert!(said.ends_with(&format!("{words}{hint}")), "{said}");
    assert_eq!(sandbox.tree(), job::expected());
    sandbox.run(&["apply", "--undo"]).ok();
    assert!(!sandbox.exists("src/cache.py"));
}

#[test]
fn no_model_writes_the_message_of_a_commit_that_is_not_made() {
    let sandbox = told();
    let asked = || sandbox.server.requests().iter().filter(|request| request.model == "commit-messages").count();
    // Whoever carries the change over by hand has committed it already.
    for (path, (_, content)) in job::expected() {
        sandbox.write(&path, content);
    }
    sandbox.git(&["rm", "-q", "--cached", "src/store.py"]);
    std::fs::remove_file(sandbox.repo.join("src/store.py")).expect("removed");
    sandbox.commit("by hand");
    assert!(sandbox.run(&["apply", "--commit"]).stderr.contains("nothing to commit: HEAD has it all"));
    assert_eq!(asked(), 0);
    sandbox.run(&["apply", "--undo"]);
    let sandbox = told();
    sandbox.write("src/steps.py", job::steps().replace("return value + 20\n", "return value * 20\n"));
    let said = sandbox.run(&["apply", "--conflicts=markers", "--commit"]).fails(1);
    assert!(said.contains("not committed, as conflicts are marked; git add and git commit when they are resolved"), "{said}");
}

/// What the index holds, with every staged blob.
fn index(sandbox: &Sandbox) -> String {
    sandbox.git(&["ls-files", "--stage"])
}

#[test]
fn a_dirty_tree_loses_nothing_whether_an_apply_is_refused_or_done() {
    let sandbox = told();
    let overlapping = job::steps().replace("return value + 20\n", "return value * 20\n");
    sandbox.write("src/steps.py", overlapping.replace("Step 2.", "Staged 2."));
    sandbox.git(&["add", "src/steps.py"]);
    sandbox.write("src/steps.py", overlapping.replace("Step 2.", "Staged 2.").replace("Step 4.", "Unstaged 4."));
    sandbox.write("README.md", "# Mine\n");
    sandbox.write("staged.txt", "staged\n");
    sandbox.git(&["add", "staged.txt"]);
    sandbox.write("staged.txt", "staged, and more\n");
    sandbox.write("src/cache.py", "untracked, in the way\n");
    sandbox.write("notes.txt", "untracked\n");
    let state = || (sandbox.tree(), index(&sandbox), sandbox.git(&["rev-parse", "HEAD"]));
    let before = state();
    for args in [&["apply"][..], &["apply", "--commit"], &["apply", "--conflicts=markers"], &["apply", "src/steps.py", "--commit"]] {
        sandbox.run(args).fails(1);
        assert_eq!(state(), before, "{args:?}");
    }
    // What neither overlaps nor is in the way arrives, and every other byte stays.
    sandbox.run(&["apply", "src/store.py", "--no-commit"]).ok();
    let mut expected = before.0.clone();
    let store = expected.remove("src/store.py").expect("it was there");
    expected.insert("src/data/store.py".into(), store);
    assert_eq!((sandbox.tree(), index(&sandbox)), (expected, before.1.clone()));
    sandbox.run(&["apply", "--undo"]).ok();
    assert_eq!(state(), before);
    // Out of the way, and without the overlap, all of it arrives beside the user's own edits, staged and not.
    std::fs::remove_file(sandbox.repo.join("src/cache.py")).expect("removed");
    let mine = |text: &str| text.replace("return value * 20\n", "return value + 20\n");
    sandbox.write("src/steps.py", mine(&sandbox.read("src/steps.py")));
    let untouched = (index(&sandbox), sandbox.tree());
    sandbox.run(&["apply", "--no-commit"]).ok();
    let steps = sandbox.read("src/steps.py");
    for words in ["Staged 2.", "Unstaged 4.", "cached(20", "Step 60, doubled."] {
        assert!(steps.contains(words), "{words}");
    }
    assert_eq!(index(&sandbox), untouched.0, "without a commit the index stays");
    for path in ["README.md", "staged.txt", "notes.txt"] {
        assert_eq!(sandbox.tree().get(path), untouched.1.get(path), "{path}");
    }
    sandbox.run(&["apply", "--undo"]).ok();
    assert_eq!((index(&sandbox), sandbox.tree()), untouched);
}
