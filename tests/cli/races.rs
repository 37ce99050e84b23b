//! Events that do not commute, and runs that meet.

use crate::job::{self, PROMPT};
use crate::support::{Rule, Sandbox, Then};

/// A run that is at work for as long as the test wants.
fn busy() -> (Sandbox, crate::support::Live) {
    let held = Rule::reply("x").model("coder").cut_after(0, Then::Hold);
    let mut rules = vec![held];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let mut run = sandbox.start(&["tell", PROMPT, "--json"]);
    run.wait_for(&["\"event\":\"stage\"", "implementation"]);
    (sandbox, run)
}

#[test]
fn a_second_run_is_told_who_works_and_what_to_do() {
    let (sandbox, run) = busy();
    let words = |args: &[&str]| sandbox.mask(&sandbox.run(args).fails(1));
    let said = words(&["tell", "more"]);
    assert!(said.starts_with("error: 'cache-steps/main' is busy: tell has been at work since TIME (process PID on "), "{said}");
    assert!(said.ends_with(")\nhint: wait for it, or end that process; its plan stays usable\n"), "{said}");
    for args in [
        &["continue"][..],
        &["chat", "more"],
        &["build"],
        &["apply"],
        &["rewind", "1"],
        &["rename", "x"],
        &["archive"],
        &["delete-plan", "-y"],
    ] {
        assert!(words(args).contains("tell has been at work since TIME (process PID on "), "{args:?}: {}", words(args));
    }
    // Reading, loading and rejecting need no lease.
    let status = sandbox.run(&["status"]).ok();
    assert!(status.contains("running   tell by process"), "{status}");
    for args in [&["log"][..], &["diff"], &["load", "README.md"], &["rm", "README.md"], &["convo"]] {
        sandbox.run(args).ok();
    }
    // Another branch is free.
    sandbox.run(&["checkout", "-y", "other"]).ok();
    run.kill();
    sandbox.run(&["checkout", "main"]).ok();
    sandbox.server.set(job::rules());
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected(), "the death of the holder freed the branch");
}

#[test]
fn what_is_loaded_and_rejected_beside_a_run_stays() {
    let held = Rule::reply("x").model("coder").when(&[&job::current("Use the cache")]).cut_after(0, Then::Hold);
    let mut rules = vec![held];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let mut run = sandbox.start(&["tell", PROMPT, "--json"]);
    run.wait_for(&["\"event\":\"build\"", "src/cache.py", "built"]);
    run.wait_for(&["\"event\":\"stage\"", "Use the cache"]);
    sandbox.run(&["reject", "src/cache.py"]).ok();
    sandbox.run(&["load", "README.md"]).ok();
    run.kill();
    sandbox.server.set(job::rules());
    sandbox.run(&["continue"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "src/data/store.py\nsrc/steps.py\nsrc/store.py\n");
    assert!(sandbox.run(&["ls"]).ok().contains("README.md"));
    sandbox.fsck();
}

/// Runs two commands at once and returns their exit codes.
fn at_once(sandbox: &Sandbox, one: &[&str], other: &[&str]) -> (i32, i32) {
    let (first, second) = (sandbox.start(one), sandbox.start(other));
    (first.end().code, second.end().code)
}

#[test]
fn reject_against_apply_ends_as_if_one_came_first() {
    for _ in 0..4 {
        let sandbox = job::sandbox(job::rules());
        sandbox.run(&["tell", PROMPT]).ok();
        let codes = at_once(&sandbox, &["reject", "--all", "-y"], &["apply", "--no-commit"]);
        assert!(matches!(codes, (0, 0 | 1)), "{codes:?}");
        let applied = sandbox.exists("src/cache.py");
        // Either all files are there, or none is; nothing is half way, and nothing is pending either way.
        if applied {
            assert_eq!(sandbox.tree(), job::expected());
        } else {
            assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        }
        assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "", "applied: {applied}, {codes:?}");
        let states = sandbox.git(&["grep", "-h", "state:", "refs/plandex/plans/cache-steps/main", "--", "operations"]);
        let wanted = if applied { "applied" } else { "rejected" };
        assert!(states.lines().all(|line| line.ends_with(wanted)), "{states}");
        sandbox.fsck();
    }
}

#[test]
fn load_against_rewind_ends_as_if_one_came_first() {
    for _ in 0..4 {
        let sandbox = job::sandbox(vec![]);
        sandbox.run(&["load", "--note", "one"]).ok();
        sandbox.run(&["load", "--note", "two"]).ok();
        let codes = at_once(&sandbox, &["load", "--note", "three"], &["rewind", "1"]);
        assert_eq!(codes, (0, 0));
        let names: Vec<_> = sandbox.run(&["ls"]).ok().lines().map(|line| line.split('\t').nth(1).map(str::to_owned)).collect();
        let as_text: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
        // A rewind goes to the state that was one step back when it was asked for, or to the one that is when it comes.
        assert!(matches!(as_text.as_slice(), ["one", "three"] | ["one", "two"] | ["one"]), "{as_text:?}");
        sandbox.fsck();
    }
}

#[test]
fn two_applies_in_one_worktree_write_everything_once() {
    for _ in 0..4 {
        let sandbox = job::sandbox(job::rules());
        sandbox.run(&["tell", PROMPT]).ok();
        let codes = at_once(&sandbox, &["apply", "--commit"], &["apply", "--commit"]);
        assert!(codes.0 == 0 || codes.1 == 0, "{codes:?}");
        assert_eq!(sandbox.tree(), job::expected(), "{codes:?}");
        assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "");
        assert_eq!(sandbox.git(&["log", "--format=%s"]), "Cache the slow steps\nBegin", "{codes:?}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.fsck();
    }
}

/// A plan of two tasks that both edit `a.txt`; the second one's reply pauses within its block.
fn editing_twice() -> Sandbox {
    let block = |from: &str, to: &str, title: &str| {
        let lines = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n".replace(from, to);
        format!(
            "- a.txt:\n\n<PlandexBlock lang=\"text\" path=\"a.txt\">\n{lines}</PlandexBlock>\n\n**{title}** has been completed.\n\n<PlandexFinish/>\n"
        )
    };
    let second = block("six", "SIX", "Second").replace("two", "TWO");
    let middle = second.find("five").expect("it is there");
    let sandbox = Sandbox::new(
        &[("a.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n")],
        vec![
            Rule::reply("### Files\n\n- `a.txt`\n\n<PlandexFinish/>\n").model("architect"),
            Rule::reply("### Tasks\n\n1. First\nUses: `a.txt`\n\n2. Second\nUses: `a.txt`\n\n<PlandexFinish/>\n").model("planner"),
            Rule::reply(block("two", "TWO", "First")).model("coder").when(&[&job::current("First")]),
            Rule::reply(second).model("coder").when(&[&job::current("Second")]).piece(1).pause_at(middle),
        ],
    );
    sandbox.run(&["new", "p"]).ok();
    sandbox
}

#[test]
fn what_is_rejected_while_its_next_change_streams_leaves_that_change_alone() {
    let sandbox = editing_twice();
    let mut run = sandbox.start(&["tell", "do it", "--json"]);
    run.wait_for(&["\"event\":\"stage\"", "Second"]);
    run.wait_for_text("one\n");
    sandbox.run(&["reject", "a.txt"]).ok();
    sandbox.server.go_on();
    assert_eq!(run.end().code, 0);
    // The second change was made from what the first one had left, and is the only one that counts.
    let patch = sandbox.run(&["diff", "--plain"]).ok();
    assert!(patch.contains("-six\n+SIX\n") && !patch.contains("-two"), "{patch}");
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.read("a.txt"), "one\ntwo\nthree\nfour\nfive\nSIX\nseven\n");
    sandbox.fsck();
}

/// A run that somebody took for dead, as when the machine slept too long, and whose plan they took back some steps.
fn taken_over(steps: usize) -> Sandbox {
    let sandbox = editing_twice();
    let mut run = sandbox.start(&["tell", "do it", "--json"]);
    run.wait_for(&["\"event\":\"stage\"", "Second"]);
    run.wait_for_text("one\n");
    sandbox.git(&["update-ref", "-d", "refs/plandex/runs/p/main"]);
    sandbox.run(&["rewind", &steps.to_string()]).ok();
    sandbox.server.go_on();
    let ended = run.end();
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("error: 'p/main' was taken over by another command; this run stops"), "{}", ended.stderr);
    sandbox
}

#[test]
fn what_a_run_received_that_was_taken_over_joins_the_conversation_if_it_fits() {
    let sandbox = taken_over(1);
    sandbox.run(&["load", "--note", "more"]).ok();
    let convo = sandbox.run(&["convo", "--plain"]).ok();
    assert!(convo.contains("five\nSIX\nseven\n"), "{convo}");
    sandbox.fsck();
}

#[test]
fn what_a_run_received_that_does_not_fit_any_more_is_kept_in_a_file() {
    let sandbox = taken_over(4);
    let said = sandbox.run(&["load", "--note", "more"]);
    let file = said.stderr.split("it stands in ").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(kept.contains("five\nSIX\nseven\n"), "{}: {kept}", said.stderr);
    assert_eq!(sandbox.run(&["load", "--note", "again"]).stderr.matches("it stands in").count(), 0, "it is told once");
    sandbox.fsck();
}

#[test]
fn a_run_whose_branch_is_deleted_stops_and_says_so() {
    let sandbox = editing_twice();
    let mut run = sandbox.start(&["tell", "do it", "--json"]);
    run.wait_for(&["\"event\":\"stage\"", "Second"]);
    run.wait_for_text("one\n");
    sandbox.git(&["update-ref", "-d", "refs/plandex/runs/p/main"]);
    sandbox.run(&["delete-plan", "-y"]).ok();
    sandbox.server.go_on();
    let ended = run.end();
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("error: no plan is called 'p'"), "{}", ended.stderr);
}

#[test]
fn a_removed_context_item_stays_away_from_a_run() {
    let sandbox = editing_twice();
    sandbox.run(&["load", "a.txt"]).ok();
    let mut run = sandbox.start(&["tell", "do it", "--json"]);
    run.wait_for(&["\"event\":\"stage\"", "Second"]);
    run.wait_for_text("one\n");
    sandbox.run(&["rm", "a.txt"]).ok();
    sandbox.server.go_on();
    assert_eq!(run.end().code, 0);
    assert_eq!(sandbox.run(&["ls", "--json"]).ok().trim(), "[]");
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "a.txt\n");
}

#[test]
fn two_applies_from_two_worktrees_of_one_plan_write_everything_once() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    let linked = sandbox.beside("linked");
    sandbox.git(&["worktree", "add", "--quiet", linked.to_str().expect("a path"), "-b", "other"]);
    let there = sandbox.command_in(&linked, env!("CARGO_BIN_EXE_git-plandex"), &["apply", "--no-commit", "--plan", "cache-steps"]);
    let (here, there) = (sandbox.start(&["apply", "--no-commit"]), sandbox.start_command(there));
    let codes = (here.end().code, there.end().code);
    let trees = (sandbox.tree(), crate::support::tree_of(&linked));
    // One of them has all of it; the other was told to wait, or came when nothing was pending.
    let all = job::expected();
    assert!((trees.0 == all) != (trees.1 == all), "{codes:?}");
    let clean = if trees.0 == all { &linked } else { &sandbox.repo };
    assert_eq!(sandbox.git_in(clean, &["status", "--porcelain"]).ok(), "", "{codes:?}");
    assert_eq!(sandbox.run(&["diff", "--name-only", "--plan", "cache-steps"]).ok(), "");
    sandbox.fsck();
}

#[test]
fn a_plan_that_goes_away_is_current_nowhere() {
    for gone in [&["delete-plan", "-y"][..], &["archive"]] {
        let sandbox = job::sandbox(vec![]);
        sandbox.run(&["new", "p"]).ok();
        let linked = sandbox.beside("linked");
        sandbox.git(&["worktree", "add", "--quiet", linked.to_str().expect("a path"), "-b", "other"]);
        sandbox.run_in(&linked, &["cd", "p"]).ok();
        let said = sandbox.mask(&sandbox.run(gone).stderr);
        for dir in ["/SANDBOX/repo", "/SANDBOX/linked"] {
            assert!(said.contains(&format!("no plan is current in {dir} any more; git plandex cd PLAN chooses one")), "{gone:?}: {said}");
        }
        for dir in [&sandbox.repo, &linked] {
            let current = sandbox.run_in(dir, &["current"]).fails(1);
            assert_eq!(current, "error: no current plan\nhint: git plandex new, or git plandex cd PLAN\n", "{gone:?}");
            assert!(sandbox.run_in(dir, &["status"]).fails(1).starts_with("error: no current plan\nhint: git plandex tell"), "{gone:?}");
        }
    }
}
