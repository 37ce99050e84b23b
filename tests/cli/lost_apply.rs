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
    sandbox.run(&["apply", "--undo", "-y"]).ok();
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

/// The rules of a run whose one task writes files; for the run of the prompt that has `words`.
fn writing(words: &str, files: &[(&str, &str)]) -> Vec<Rule> {
    let block =
        |(path, text): &(&str, &str)| format!("- {path}:\n\n<PlandexBlock lang=\"text\" path=\"{path}\">\n{text}</PlandexBlock>\n\n");
    let blocks: String = files.iter().map(block).collect();
    vec![
        Rule::reply("### Files\n\n- `a.txt`\n\n<PlandexFinish/>\n").model("architect").when(&[words]),
        Rule::reply(format!("### Tasks\n\n1. Do {words}\nUses: `a.txt`\n\n<PlandexFinish/>\n")).model("planner").when(&[words]),
        Rule::reply(format!("{blocks}**Do {words}** has been completed.\n\n<PlandexFinish/>\n")).model("coder").when(&[words]),
    ]
}

const LONG: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\nthirteen\nfourteen\n";

/// A plan that was applied twice to `a.txt` on a branch, with another plan's apply in between, on another branch now.
fn applied_twice_elsewhere() -> Sandbox {
    let (first, second) = (LONG.replace("two", "TWO"), LONG.replace("two", "ZWEI").replace("nine", "NINE"));
    let rules = [
        vec![
            Rule::reply("<commitMsg>Do it</commitMsg>").model("commit-messages"),
            Rule::reply("There is nothing more to do.\n\n<PlandexFinish/>\n").model("planner").when(&["what is left"]),
        ],
        writing("the-second", &[("a.txt", &second), ("c.txt", "c\n")]),
        writing("the-between", &[("d.txt", "d\n")]),
        writing("the-first", &[("a.txt", &first), ("b.txt", "b\n")]),
    ];
    let sandbox = Sandbox::new(&[("a.txt", LONG)], rules.concat());
    sandbox.git(&["checkout", "--quiet", "-b", "feature"]);
    for (plan, prompt) in [("p", "do the-first"), ("q", "do the-between"), ("p", "do the-second"), ("q", "do the-between")] {
        if !sandbox.git(&["for-each-ref", "refs/plandex/plans"]).contains(&format!("/{plan}/")) {
            sandbox.run(&["new", plan]).ok();
        }
        if !(plan == "q" && sandbox.exists("d.txt")) {
            sandbox.run(&["tell", prompt, "--apply", &format!("--plan={plan}")]).ok();
        }
    }
    assert_eq!((sandbox.read("a.txt"), sandbox.exists("c.txt")), (second, true));
    sandbox.git(&["checkout", "--quiet", "trunk"]);
    sandbox
}

#[test]
fn all_applies_of_the_plan_are_named_and_brought_back_in_their_order() {
    let sandbox = applied_twice_elsewhere();
    let tree = sandbox.tree();
    let said = sandbox.run(&["tell", "do what is left", "--plan=p"]).fails(1);
    assert!(said.contains("not in the working tree: a.txt, b.txt, c.txt\n"), "{said}");
    // What is in the way of one is in the way of all.
    sandbox.write("a.txt", LONG.replace("nine", "9"));
    let mine = sandbox.tree();
    let said = sandbox.run(&["tell", "do what is left", "--plan=p", "--lost-apply=restore"]).fails(1);
    assert!(said.contains("your own changes overlap in a.txt"), "{said}");
    assert_eq!(sandbox.tree(), mine);
    sandbox.git(&["checkout", "--quiet", "--", "a.txt"]);
    let said = sandbox.run(&["tell", "do what is left", "--plan=p", "--lost-apply=restore"]).fails(1);
    assert!(said.contains("the reply made no tasks"), "{said}");
    assert_eq!(sandbox.read("a.txt"), LONG.replace("two", "ZWEI").replace("nine", "NINE"));
    assert_eq!((sandbox.read("b.txt").as_str(), sandbox.read("c.txt").as_str()), ("b\n", "c\n"));
    // It is decided, and each apply can be taken back by itself.
    let said = sandbox.run(&["tell", "do what is left", "--plan=p"]).fails(1);
    assert!(!said.contains("not in the working tree"), "{said}");
    sandbox.run(&["apply", "--undo", "-y"]).ok();
    assert_eq!((sandbox.read("a.txt"), sandbox.exists("c.txt")), (LONG.replace("two", "TWO"), false));
    sandbox.run(&["apply", "--undo", "-y"]).ok();
    assert_eq!(sandbox.tree(), tree);
    sandbox.fsck();
}

#[test]
fn all_applies_of_the_plan_are_gone_on_without_at_once() {
    let sandbox = applied_twice_elsewhere();
    let said = sandbox.run(&["tell", "do what is left", "--plan=p", "--lost-apply=rebase"]).fails(1);
    assert!(said.contains("the reply made no tasks"), "{said}");
    let states = sandbox.git(&["grep", "-h", "state:", "refs/plandex/plans/p/main", "--", "operations"]);
    assert_eq!(states.lines().collect::<Vec<_>>(), ["state: rejected"; 4]);
    let said = sandbox.run(&["tell", "do what is left", "--plan=p"]).fails(1);
    assert!(!said.contains("not in the working tree"), "{said}");
}

#[test]
fn a_change_that_was_carried_to_a_new_name_is_found_when_it_is_lost() {
    let rules = [
        vec![
            Rule::reply("<commitMsg>Do it</commitMsg>").model("commit-messages"),
            Rule::reply("There is nothing more to do.\n\n<PlandexFinish/>\n").model("planner").when(&["what is left"]),
        ],
        writing("the-first", &[("a.txt", &OLD.replace("two", "TWO"))]),
    ];
    let sandbox = Sandbox::new(&[("a.txt", OLD)], rules.concat());
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do the-first"]).ok();
    sandbox.git(&["mv", "a.txt", "moved.txt"]);
    sandbox.commit("Move it");
    sandbox.git(&["checkout", "--quiet", "-b", "feature"]);
    sandbox.run(&["apply", "--commit"]).ok();
    assert_eq!(sandbox.read("moved.txt"), OLD.replace("two", "TWO"));
    sandbox.git(&["checkout", "--quiet", "trunk"]);
    let said = sandbox.run(&["tell", "do what is left"]).fails(1);
    assert!(said.contains("not in the working tree: a.txt\n"), "{said}");
    sandbox.run(&["tell", "do what is left", "--lost-apply=restore"]).fails(1);
    assert_eq!(sandbox.read("moved.txt"), OLD.replace("two", "TWO"));
}
