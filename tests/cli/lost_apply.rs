//! Applied files that are no longer in the working tree when the next run begins.

use crate::support::{Rule, Sandbox};

const OLD: &str = "one\ntwo\nthree\nfour\nfive\n";

/// A plan whose change of `a.txt` was applied and committed on a branch that is not checked out any more.
pub fn applied_elsewhere() -> Sandbox {
    let new = OLD.replace("two", "TWO");
    let code = format!(
        "- a.txt:\n\n<PlandexBlock lang=\"text\" path=\"a.txt\">\n{new}</PlandexBlock>\n\n\
         - b.txt:\n\n<PlandexBlock lang=\"text\" path=\"b.txt\">\nnew\n</PlandexBlock>\n\n**Do it** has been completed.\n\n<PlandexFinish/>\n"
    );
    let rules = vec![
        Rule::reply("<commitMsg>Do it</commitMsg>").model("commit-messages"),
        Rule::reply("### Files\n\n- `a.txt`\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("There is nothing more to do.\n\n<PlandexFinish/>\n").model("planner").when(&["what is left"]),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `a.txt`\n\n<PlandexFinish/>\n").model("planner"),
        Rule::reply(code).model("coder"),
    ];
    let sandbox = Sandbox::new(&[("a.txt", OLD)], rules);
    sandbox.git(&["checkout", "--quiet", "-b", "feature"]);
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do it", "--apply"]).ok();
    assert!(sandbox.exists("b.txt"));
    sandbox.git(&["checkout", "--quiet", "trunk"]);
    assert!(!sandbox.exists("b.txt"));
    sandbox
}

const SAID: &str = "\
error: what was applied last is not in the working tree: a.txt, b.txt
hint: --lost-apply=restore brings it back, --lost-apply=rebase goes on without it, git checkout feature goes where it was applied
";

#[test]
fn without_a_terminal_a_run_does_not_begin_before_it_is_decided() {
    let sandbox = applied_elsewhere();
    let (subjects, asked) = (sandbox.subjects("p/main"), sandbox.server.requests().len());
    let said = sandbox.run(&["tell", "do what is left"]).fails(1);
    assert_eq!(said, SAID);
    assert_eq!((sandbox.subjects("p/main"), sandbox.server.requests().len()), (subjects, asked), "nothing was begun");
    // Where it was applied there is nothing to decide.
    sandbox.git(&["checkout", "--quiet", "feature"]);
    sandbox.run(&["tell", "do what is left"]).fails(1);
    assert!(sandbox.server.requests().len() > asked);
}

#[test]
fn what_is_lost_is_brought_back_beside_the_users_own_edits() {
    let sandbox = applied_elsewhere();
    sandbox.write("a.txt", OLD.replace("five", "FIVE"));
    let said = sandbox.run(&["tell", "do what is left", "--lost-apply=restore"]).fails(1);
    assert!(said.contains("the reply made no tasks"), "{said}");
    assert_eq!(sandbox.read("a.txt"), "one\nTWO\nthree\nfour\nFIVE\n");
    assert_eq!(sandbox.read("b.txt"), "new\n");
    // It is an apply like any other.
    sandbox.run(&["apply", "--undo"]).ok();
    assert_eq!(sandbox.read("a.txt"), OLD.replace("five", "FIVE"));
    assert!(!sandbox.exists("b.txt"));
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "a.txt\nb.txt\n");
    sandbox.fsck();
}

#[test]
fn what_cannot_be_brought_back_stops_the_run_and_loses_nothing() {
    let sandbox = applied_elsewhere();
    sandbox.write("a.txt", OLD.replace("two", "2"));
    sandbox.write("b.txt", "mine\n");
    let (tree, asked) = (sandbox.tree(), sandbox.server.requests().len());
    let said = sandbox.run(&["tell", "do what is left", "--lost-apply=restore"]);
    assert_eq!((sandbox.tree(), sandbox.server.requests().len()), (tree, asked + usize::from(said.stderr.contains("no tasks")) * 2));
    sandbox.git(&["checkout", "--quiet", "--", "a.txt"]);
    let said = sandbox.run(&["tell", "do what is left", "--lost-apply=restore"]);
    assert_eq!(sandbox.read("b.txt"), "mine\n", "{}", said.stderr);
}

#[test]
fn a_plan_that_is_rebased_goes_on_without_what_is_lost() {
    let sandbox = applied_elsewhere();
    let said = sandbox.run(&["tell", "do what is left", "--lost-apply=rebase"]).fails(1);
    assert!(said.contains("the reply made no tasks"), "{said}");
    assert!(!sandbox.exists("b.txt") && sandbox.read("a.txt") == OLD);
    let states = sandbox.git(&["grep", "-h", "state:", "refs/plandex/plans/p/main", "--", "operations"]);
    assert_eq!(states, "state: rejected\nstate: rejected");
    let history = sandbox.subjects("p/main");
    assert!(history.iter().any(|line| line == "Go on without what is no longer in the files: a.txt, b.txt"), "{history:?}");
    // It is decided once.
    let said = sandbox.run(&["tell", "do what is left"]).fails(1);
    assert!(!said.contains("not in the working tree"), "{said}");
}

#[test]
fn a_setting_decides_too_and_a_chat_is_only_warned() {
    let sandbox = applied_elsewhere();
    sandbox.git(&["config", "plandex.lostApply", "warn"]);
    let said = sandbox.run(&["tell", "do what is left"]).fails(1);
    assert!(said.contains("not in the working tree: a.txt, b.txt") && said.contains("the reply made no tasks"), "{said}");
    sandbox.git(&["config", "--unset", "plandex.lostApply"]);
    sandbox.server.add(Rule::reply("Hello.\n").model("planner"));
    let said = sandbox.run(&["chat", "what is left?"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("not in the working tree: a.txt, b.txt"), "{}", said.stderr);
}
