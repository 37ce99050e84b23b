//! Repositories of every kind, and places within them.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::job::{self, PROMPT};
use crate::support::{Rule, Sandbox, finish, tree_of};

const FILES: [(&str, &str); 1] = [("README.md", "# Steps\n")];

/// The job in a repository made by `git init` with these arguments.
fn whole_job(args: &[&str]) -> Sandbox {
    let sandbox = Sandbox::bare_bones(job::rules());
    sandbox.init(args);
    fill(&sandbox);
    sandbox.commit("Begin");
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected(), "{args:?}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.fsck();
    sandbox
}

fn fill(sandbox: &Sandbox) {
    let other = job::sandbox(vec![]);
    for (path, (_, bytes)) in other.tree() {
        sandbox.write(&path, bytes);
    }
}

#[test]
fn the_whole_job_runs_with_sha_256_and_with_reftable() {
    for args in [&["--object-format=sha256"][..], &["--ref-format=reftable"], &["--object-format=sha256", "--ref-format=reftable"]] {
        let sandbox = whole_job(args);
        sandbox.run(&["rewind", "2"]).ok();
        sandbox.run(&["rename", "other"]).ok();
        assert_eq!(sandbox.run(&["current"]).ok(), "other/main\n");
        sandbox.run(&["checkout", "b", "-y"]).ok();
        sandbox.run(&["archive"]).ok();
        assert_eq!(sandbox.run(&["plans", "--json"]).ok().trim(), "[]", "{args:?}");
    }
}

#[test]
fn the_whole_job_runs_in_a_repository_without_a_commit() {
    let sandbox = Sandbox::bare_bones(job::rules());
    sandbox.init(&[]);
    fill(&sandbox);
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
    sandbox.fsck();
}

#[test]
fn an_empty_repository_gets_its_first_files() {
    let code = "- a.txt:\n\n<PlandexBlock lang=\"text\" path=\"a.txt\">\nfirst\n</PlandexBlock>\n\n**Begin** has been completed.\n";
    let sandbox = Sandbox::bare_bones(vec![
        Rule::reply("### Tasks\n\n1. Begin\nUses: `a.txt`\n").model("planner"),
        Rule::reply(code).model("coder"),
        Rule::reply("<commitMsg>Begin</commitMsg>").model("commit-messages"),
    ]);
    sandbox.init(&[]);
    sandbox.run(&["tell", "begin", "--full"]).ok();
    assert_eq!(sandbox.read("a.txt"), "first\n");
    assert_eq!(sandbox.git(&["log", "--format=%s"]), "Begin");
}

#[test]
fn a_bare_repository_plans_from_head_and_refuses_to_apply() {
    let sandbox = job::sandbox(job::rules());
    let bare = sandbox.beside("bare.git");
    sandbox.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    let ran = sandbox.run_in(&bare, &["tell", PROMPT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(sandbox.run_in(&bare, &["diff", "--name-only"]).ok().lines().count(), 4);
    let said = sandbox.run_in(&bare, &["apply"]).fails(1);
    let words = "\
error: '/SANDBOX/bare.git' is a bare repository; this needs a working tree
hint: git worktree add PATH, then git plandex apply there
";
    assert_eq!(sandbox.mask(&said), words);
    sandbox.run_in(&bare, &["load", "README.md"]).ok();
    assert_eq!(sandbox.run_in(&bare, &["show", "README.md"]).ok(), FILES[0].1);
}

#[test]
fn commands_work_from_any_subdirectory() {
    let sandbox = job::sandbox(job::rules());
    let below = sandbox.repo.join("src");
    sandbox.run_in(&below, &["load", "store.py", "../README.md"]).ok();
    let names = sandbox.run_in(&below, &["ls", "--json"]).ok();
    assert!(names.contains("\"src/store.py\"") && names.contains("\"README.md\""), "{names}");
    sandbox.run_in(&below, &["tell", PROMPT]).ok();
    assert!(sandbox.run_in(&below, &["diff", "--plain", "steps.py"]).ok().starts_with("diff --git a/src/steps.py"));
    sandbox.run_in(&below, &["reject", "steps.py"]).ok();
    sandbox.run_in(&below, &["apply", "--no-commit"]).ok();
    assert!(sandbox.exists("src/cache.py") && sandbox.exists("src/data/store.py"));
}

#[test]
fn each_linked_worktree_has_its_own_current_plan() {
    let sandbox = job::sandbox(job::rules());
    let linked = sandbox.beside("linked");
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", &linked.to_string_lossy()]);
    sandbox.run(&["new", "here"]).ok();
    assert!(sandbox.run_in(&linked, &["current"]).fails(1).contains("git plandex new"));
    sandbox.run_in(&linked, &["tell", PROMPT]).ok();
    assert_eq!(sandbox.run_in(&linked, &["current"]).ok(), "cache-steps/main\n");
    assert_eq!(sandbox.run(&["current"]).ok(), "here/main\n");
    sandbox.run_in(&linked, &["apply", "--commit"]).ok();
    assert_eq!(tree_of(&linked), job::expected());
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s", "side"]), "Cache the slow steps");
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]), "Begin");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_read_only_repository_can_be_read() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["load", "README.md"]).ok();
    sandbox.run(&["tell", PROMPT]).ok();
    let read_only = |on: bool| {
        let mode = if on { "a-w,a+rX" } else { "u+w" };
        assert!(finish(std::process::Command::new("chmod").args(["-R", mode]).arg(&sandbox.repo)).code == 0);
    };
    read_only(true);
    // The permissions do not bind root, so the commands run as nobody where they can.
    let nobody = |args: &[&str]| {
        let plain = sandbox.command(args);
        if !rustix_is_root() {
            return finish(&mut sandbox.command(args));
        }
        let mut command = sandbox.command_in(&sandbox.repo, "setpriv", &["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(plain.get_program()).args(plain.get_args());
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "safe.directory").env("GIT_CONFIG_VALUE_0", "*");
        finish(&mut command)
    };
    open_up(&sandbox);
    let before = sandbox.git(&["for-each-ref"]);
    for args in [
        &["log"][..],
        &["diff"],
        &["diff", "--plain"],
        &["show", "1"],
        &["current"],
        &["status"],
        &["tasks"],
        &["convo"],
        &["plans"],
        &["ls"],
        &["branches"],
        &["config"],
    ] {
        let ran = nobody(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
        assert!(!ran.stdout.is_empty(), "{args:?}");
    }
    for (args, place) in
        [(&["load", "src/store.py"][..], "/SANDBOX/repo/.git/objects/"), (&["apply", "--no-commit"], "/SANDBOX/repo/.git/plandex/")]
    {
        let ran = nobody(args);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        let said = sandbox.mask(&ran.stderr);
        assert!(said.starts_with("error: ") && said.contains(place), "{said}");
    }
    read_only(false);
    assert_eq!(sandbox.git(&["for-each-ref"]), before);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

fn rustix_is_root() -> bool {
    finish(std::process::Command::new("id").arg("-u")).stdout.trim() == "0"
}

/// Lets others pass through the scratch directory to the repository and the program.
fn open_up(sandbox: &Sandbox) {
    let root = sandbox.repo.parent().expect("the scratch directory");
    for dir in [root, &sandbox.home] {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).expect("ours");
    }
}

#[test]
fn a_shallow_and_a_partial_clone_do_the_whole_job() {
    let origin = job::sandbox(vec![]);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.repo.display());
    for args in [&["--depth=1"][..], &["--filter=blob:none"]] {
        let sandbox = Sandbox::bare_bones(job::rules());
        fs::remove_dir(&sandbox.repo).expect("empty");
        let cloned = sandbox.git_in(&sandbox.home, &[&["clone", "--quiet"], args, &[&url, &sandbox.repo.to_string_lossy()]].concat());
        assert_eq!(cloned.code, 0, "{}", cloned.stderr);
        sandbox.run(&["tell", PROMPT]).ok();
        sandbox.run(&["apply", "--commit"]).ok();
        assert_eq!(sandbox.tree(), job::expected(), "{args:?}");
    }
}
