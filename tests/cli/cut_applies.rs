//! Applies that are killed or fail between the files and the plan.

use std::fs::{self, OpenOptions};

use crate::support::{Rule, Sandbox};

const OLD: &str = "def first():\n    return 1\n\n\ndef second():\n    return 2\n";
const PLAN: &str = "refs/plandex/plans/p/main";

/// The rules of a run whose one task writes a file; for the run of the prompt that has `words`.
fn writing(words: &str, path: &str, text: &str) -> Vec<Rule> {
    let code = format!(
        "- {path}:\n\n<PlandexBlock lang=\"python\" path=\"{path}\">\n{text}</PlandexBlock>\n\n\
         **Do {words}** has been completed.\n\n<PlandexFinish/>\n"
    );
    vec![
        Rule::reply("### Files\n\n- `a.py`\n\n<PlandexFinish/>\n").model("architect").when(&[words]),
        Rule::reply(format!("### Tasks\n\n1. Do {words}\nUses: `a.py`\n\n<PlandexFinish/>\n")).model("planner").when(&[words]),
        Rule::reply(code).model("coder").when(&[words]),
    ]
}

/// A plan `p` that has `a.py` return 11 instead of 1.
fn pending() -> Sandbox {
    let rules = [
        writing("the-newer", "a.py", &OLD.replace("return 1", "return 22")),
        writing("the-other", "other.py", "OTHER = 1\n"),
        writing("the-older", "a.py", &OLD.replace("return 1", "return 11")),
    ];
    let sandbox = Sandbox::new(&[("a.py", OLD)], rules.concat());
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do the-older"]).ok();
    sandbox
}

/// Applies `p`, and leaves what a kill leaves that comes before the plan is told.
fn apply_that_is_killed(sandbox: &Sandbox) {
    let before = sandbox.git(&["rev-parse", PLAN]);
    sandbox.run(&["apply", "--no-commit"]).ok();
    let records = sandbox.repo.join(".git/plandex/apply");
    fs::rename(records.join("last"), records.join("pending")).expect("there is a record");
    sandbox.git(&["update-ref", PLAN, &before]);
}

#[test]
fn what_the_plan_proposes_newly_is_pending_on_top_of_an_apply_that_was_killed() {
    let sandbox = pending();
    apply_that_is_killed(&sandbox);
    // The plan goes on in another worktree.
    let other = sandbox.beside("other");
    sandbox.git(&["worktree", "add", "--quiet", &other.to_string_lossy()]);
    sandbox.run_in(&other, &["tell", "do the-newer", "--plan=p"]).ok();
    let said = sandbox.run(&["load", "--note", "x"]);
    assert!(said.code == 0 && said.stderr.contains("finished it, without a commit: a.py"), "{}", said.stderr);
    assert_eq!(sandbox.read("a.py"), OLD.replace("return 1", "return 11"));
    let diff = sandbox.run(&["diff", "--plain"]).ok();
    assert!(diff.contains("-    return 11\n+    return 22\n"), "{diff}");
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.read("a.py"), OLD.replace("return 1", "return 22"));
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "");
    sandbox.fsck();
}

#[test]
fn an_apply_that_cannot_be_stored_in_the_plan_is_stored_by_the_next_command() {
    let sandbox = pending();
    let lock = sandbox.repo.join(".git").join(format!("{PLAN}.lock"));
    // A lock that is a directory is nobody's to remove.
    fs::create_dir_all(&lock).expect("it can be made");
    assert_ne!(sandbox.run(&["apply", "--no-commit"]).code, 0);
    fs::remove_dir(&lock).expect("it is there");
    // The user goes on at the very place.
    let mine = OLD.replace("return 1", "return 111");
    assert_eq!(sandbox.read("a.py"), OLD.replace("return 1", "return 11"));
    sandbox.write("a.py", &mine);
    let said = sandbox.run(&["apply", "--no-commit"]);
    assert!(said.code == 0 && said.stderr.contains("finished it, without a commit: a.py"), "{}", said.stderr);
    assert_eq!((sandbox.read("a.py"), sandbox.run(&["diff", "--name-only"]).ok()), (mine, String::new()));
    sandbox.fsck();
}

#[test]
fn a_plan_is_told_by_whoever_was_waiting_for_the_process_that_was_killed() {
    let sandbox = pending();
    sandbox.run(&["new", "q"]).ok();
    sandbox.run(&["tell", "do the-other"]).ok();
    sandbox.run(&["cd", "p"]).ok();
    apply_that_is_killed(&sandbox);
    let lock = sandbox.repo.join(".git/plandex/apply/lock");
    let alive = OpenOptions::new().write(true).open(lock).expect("it is there");
    alive.lock().expect("it is free");
    let mut waiting = sandbox.start(&["apply", "--no-commit", "--json", "--plan=q"]);
    waiting.wait_for(&["\"event\":\"stage\""]);
    drop(alive);
    let ended = waiting.end();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(sandbox.read("other.py"), "OTHER = 1\n");
    let states = sandbox.git(&["grep", "-h", "state:", PLAN, "--", "operations"]);
    assert_eq!(states, "state: applied", "the plan was forgotten");
    // The other one's apply is the later one.
    sandbox.run(&["apply", "--undo", "-y"]).ok();
    assert!(!sandbox.exists("other.py"));
    sandbox.run(&["apply", "--undo", "-y"]).ok();
    assert_eq!((sandbox.read("a.py").as_str(), sandbox.run(&["diff", "--name-only"]).ok().as_str()), (OLD, "a.py\n"));
    sandbox.fsck();
}
