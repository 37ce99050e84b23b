//! Files that the user changes between a reply and its build: the build starts from what the model was shown.

use crate::job;
use crate::support::{Rule, Sandbox};

const OLD: &str = "def one():\n    return 1\n\n\ndef last():\n    return 9\n";
const NEW: &str = "def one():\n    return 11\n\n\ndef last():\n    return 9\n";
const MINE: &str = "def mine():\n    return 5\n\n\n";

/// The reply to the one task: `a.py` as a whole, and a new file.
fn reply() -> String {
    let block = |path: &str, text: &str| format!("- {path}:\n\n<PlandexBlock lang=\"python\" path=\"{path}\">\n{text}</PlandexBlock>\n\n");
    block("a.py", NEW) + &block("b.py", "new = 1\n") + "**Do it** has been completed.\n\n<PlandexFinish/>\n"
}

/// A plan of one task that uses `a.py`, which is in no commit; `chosen` says whether the architect loads it.
fn sandbox(chosen: bool, coder: Vec<Rule>) -> Sandbox {
    let files = if chosen { "- `a.py`\n\n" } else { "" };
    let mut rules = vec![
        Rule::reply(format!("### Files\n\n{files}<PlandexFinish/>\n")).model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `a.py`\n\n<PlandexFinish/>\n").model("planner"),
    ];
    rules.extend(coder);
    let sandbox = Sandbox::new(&[("c.py", "c = 1\n")], rules);
    sandbox.write("a.py", OLD);
    sandbox.run(&["new", "p"]).ok();
    sandbox
}

/// The file with the user's function before the last one.
fn with_mine(text: &str) -> String {
    text.replace("def last", &format!("{MINE}def last"))
}

fn apply_keeps_both(sandbox: &Sandbox) {
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!(sandbox.read("a.py"), with_mine(NEW));
    assert_eq!(sandbox.read("b.py"), "new = 1\n");
    sandbox.fsck();
}

#[test]
fn a_function_that_the_user_adds_before_the_build_stays() {
    for (chosen, later) in [(true, "continue"), (true, "build"), (false, "continue"), (false, "build")] {
        let sandbox = sandbox(chosen, vec![Rule::reply(reply()).model("coder")]);
        sandbox.run(&["tell", "do it", "--no-build"]).ok();
        sandbox.write("a.py", with_mine(OLD));
        // What the model saw hangs below the plan alone.
        sandbox.git(&["gc", "--quiet", "--prune=now"]);
        sandbox.run(&[later]).ok();
        assert!(!sandbox.run(&["diff", "--plain"]).ok().contains("mine"), "{later}: the plan says nothing about the user's function");
        apply_keeps_both(&sandbox);
    }
}

#[test]
fn what_a_killed_run_was_shown_is_what_its_reply_is_built_on() {
    for chosen in [true, false] {
        let (begins, goes_on) = job::broken(&reply(), "</PlandexBlock>");
        let sandbox = sandbox(chosen, vec![begins.model("coder"), goes_on.model("coder")]);
        let mut run = sandbox.start(&["tell", "do it", "--no-build", "--json"]);
        run.wait_for(&["\"event\":\"operation\""]);
        run.kill();
        sandbox.write("a.py", with_mine(OLD));
        sandbox.run(&["continue"]).ok();
        apply_keeps_both(&sandbox);
    }
}

#[test]
fn a_file_that_the_user_makes_before_the_build_is_not_written_over() {
    let sandbox = sandbox(true, vec![Rule::reply(reply()).model("coder")]);
    sandbox.run(&["tell", "do it", "--no-build"]).ok();
    sandbox.write("b.py", "mine = 2\n");
    sandbox.run(&["build"]).ok();
    sandbox.run(&["apply", "--no-commit", "-y"]);
    assert!(sandbox.read("b.py").contains("mine = 2\n"), "{}", sandbox.read("b.py"));
}
