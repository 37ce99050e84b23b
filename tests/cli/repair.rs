//! Doubtful edits: what the builder says counts, what it does not settle is marked, and can be tried again.

use crate::support::{Rule, Sandbox};

const TASKS: &str = "### Tasks\n\n1. Count the steps\n- count in step 2\nUses: `steps.rs`\n\n<PlandexFinish/>\n";

/// An edit that fits each of the functions equally well.
const CODE: &str = "\
**Updating `steps.rs`**
Type: add
Summary: Count.

- steps.rs:

<PlandexBlock lang=\"rust\" path=\"steps.rs\">
// ... existing code ...
        return false;
    }
    state.count += 1;
    state.take();
// ... existing code ...
</PlandexBlock>

**Count the steps** has been completed.

<PlandexFinish/>
";

fn steps() -> String {
    let step = |n: usize| {
        format!(
            "fn step_{n}(state: &mut State) -> bool {{\n    if state.look({n}).is_none() {{\n        return false;\n    }}\n    state.take();\n    {n} > 0\n}}\n\n"
        )
    };
    (0..5).map(step).collect()
}

fn meant() -> String {
    steps().replace("    state.take();\n    2 > 0\n", "    state.count += 1;\n    state.take();\n    2 > 0\n")
}

/// What a builder answers that knows the place.
pub fn replacement() -> String {
    "It belongs into step 2.\n\n<PlandexIncorrect/>\n\n<PlandexComments>\n</PlandexComments>\n\n<PlandexReplacements>\n<Replacement>\n<Old>\n    state.take();\n    2 > 0\n</Old>\n<New>\n    state.count += 1;\n    state.take();\n    2 > 0\n</New>\n</Replacement>\n</PlandexReplacements>\n".into()
}

/// A repository for an edit that fits several places, with a builder that answers by these rules.
pub fn sandbox(builder: Vec<Rule>) -> Sandbox {
    let mut rules = vec![
        Rule::reply("<planName>count</planName>").model("names"),
        Rule::reply("### Files\n\n- `steps.rs`\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply(TASKS).model("planner"),
        Rule::reply(CODE).model("coder"),
    ];
    rules.extend(builder);
    Sandbox::new(&[("steps.rs", &steps())], rules)
}

/// The attempts on the plan's only operation, as stored.
fn attempts(sandbox: &Sandbox) -> Vec<String> {
    let files = sandbox.git(&["ls-tree", "-r", "--name-only", "refs/plandex/plans/count/main", "operations/"]);
    let yml = files.lines().find(|path| path.ends_with(".yml")).expect("an operation").to_owned();
    let text = sandbox.git(&["show", &format!("refs/plandex/plans/count/main:{yml}")]);
    text.lines().filter_map(|line| line.trim().strip_prefix("- by: ")).map(str::to_owned).collect()
}

#[test]
fn a_doubtful_edit_is_settled_by_the_builder() {
    let sandbox = sandbox(vec![Rule::reply(replacement()).model("builder")]);
    sandbox.run(&["tell", "count"]).ok();
    sandbox.run(&["apply"]).ok();
    assert_eq!(sandbox.read("steps.rs"), meant());
    assert_eq!(attempts(&sandbox), ["merge", "builder"]);
    sandbox.fsck();
}

#[test]
fn what_nobody_settles_is_marked_and_needs_a_yes() {
    let sandbox = sandbox(vec![Rule::reply("No idea.").model("builder"), Rule::reply("No idea.").model("whole-file-builder")]);
    let told = sandbox.run(&["tell", "count"]);
    assert!(told.stderr.contains("ambiguous-location"), "{}", told.stderr);
    told.ok();
    let words = sandbox.run(&["apply"]).fails(1);
    assert!(words.contains("-y"), "{words}");
    assert_eq!(sandbox.read("steps.rs"), steps());
    assert!(sandbox.run(&["diff"]).stderr.contains("may be wrong"));
    sandbox.run(&["apply", "-y"]).ok();
    assert_ne!(sandbox.read("steps.rs"), steps());
}

#[test]
fn a_doubtful_build_can_be_tried_again() {
    let sandbox = sandbox(vec![
        Rule::reply("No idea.").model("builder").times(3),
        Rule::reply("No idea.").model("whole-file-builder"),
        Rule::reply(replacement()).model("builder"),
    ]);
    sandbox.run(&["tell", "count"]).ok();
    sandbox.run(&["build"]).ok();
    assert_eq!(sandbox.run(&["diff"]).stderr, "");
    sandbox.run(&["apply"]).ok();
    assert_eq!(sandbox.read("steps.rs"), meant());
}
