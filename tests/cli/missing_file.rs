//! A reply that writes a file which it has not been shown.

use crate::support::{Ran, Rule, Sandbox, Then};

const OLD: &str = "first\nsecond\nthird\n";

/// What the reply says before, in and after the block.
const HEAD: &str = "**Updating `unseen.txt`**\n\n- unseen.txt:\n\n<PlandexBlock lang=\"text\" path=\"unseen.txt\">\n";
const BODY: &str = "first\nchanged\nthird\n</PlandexBlock>\n\n";
const NEXT: &str = "- new.txt:\n\n<PlandexBlock lang=\"text\" path=\"new.txt\">\nnew\n</PlandexBlock>\n\n**Do it** has been completed.\n\n<PlandexFinish/>\n";

/// The signs of the three ways to go on.
const SIGNS: [(&str, &str); 3] = [
    ("load", "It is shown above now, as it is."),
    ("skip", "the block for it was taken out"),
    ("overwrite", "The user wants it to be replaced as a whole."),
];

/// A plan of one task, whose reply writes `unseen.txt`, at a level that does not choose files by itself.
pub fn sandbox() -> Sandbox {
    let goes_on = |sign: &str, text: String| Rule::reply(text).model("coder").when(&[sign]);
    let whole = [HEAD, BODY, NEXT].concat();
    let rules = vec![
        goes_on(SIGNS[0].1, [BODY, NEXT].concat()).when(&[OLD]),
        goes_on(SIGNS[1].1, NEXT.to_owned()),
        goes_on(SIGNS[2].1, [BODY, NEXT].concat()),
        Rule::reply(whole).model("coder"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `new.txt`\n\n<PlandexFinish/>\n").model("planner"),
    ];
    let sandbox = Sandbox::new(&[("unseen.txt", OLD)], rules);
    sandbox.run(&["new", "p", "--plus"]).ok();
    sandbox
}

fn ends_well(sandbox: &Sandbox, ran: Ran, choice: &str) {
    assert_eq!(ran.code, 0, "{choice}: {}", ran.stderr);
    let code = sandbox.run(&["apply", "--no-commit", "-y"]);
    assert_eq!(code.code, 0, "{choice}: {}", code.stderr);
    let changed = if choice == "skip" { OLD } else { "first\nchanged\nthird\n" };
    assert_eq!((sandbox.read("unseen.txt").as_str(), sandbox.read("new.txt").as_str()), (changed, "new\n"), "{choice}");
    let open = sandbox.run(&["tasks"]).ok();
    assert!(open.contains("done"), "{choice}: {open}");
}

#[test]
fn each_choice_is_obeyed_while_the_reply_streams() {
    for (choice, sign) in SIGNS {
        let sandbox = sandbox();
        let ran = sandbox.run(&["tell", "do it", &format!("--missing={choice}")]);
        ends_well(&sandbox, ran, choice);
        let asked = sandbox.server.requests().iter().filter(|request| request.text.contains(sign)).count();
        // The user's own words let the reply simply go on.
        assert_eq!(asked, usize::from(choice != "overwrite"), "{choice}");
    }
}

#[test]
fn without_a_choice_the_run_stops_at_the_tag_and_goes_on_with_any() {
    for (choice, sign) in SIGNS {
        let sandbox = sandbox();
        let said = sandbox.run(&["tell", "do it"]).fails(1);
        let end =
            "error: the reply writes 'unseen.txt', which it has not seen\nhint: git plandex continue --missing=load, skip or overwrite\n";
        assert!(said.ends_with(end), "{said}");
        let asked = sandbox.server.requests().len();
        assert!(sandbox.run(&["continue"]).fails(1).ends_with(end), "the choice is still open");
        assert_eq!(sandbox.server.requests().len(), asked, "nobody is asked for what cannot go on");
        let ran = sandbox.run(&["continue", &format!("--missing={choice}")]);
        ends_well(&sandbox, ran, choice);
        let requests = sandbox.server.requests();
        assert!(requests.last().expect("one more").text.contains(sign), "{choice}");
        assert_eq!(requests.len(), asked + 1, "{choice}: one more request finishes the reply");
    }
}

#[test]
fn with_automatic_context_the_file_is_loaded_without_asking() {
    let sandbox = sandbox();
    sandbox.run(&["set-auto", "semi"]).ok();
    sandbox.server.add(Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"));
    let ran = sandbox.run(&["tell", "do it"]);
    ends_well(&sandbox, ran, "load");
}

/// A plan of one task that uses `new.txt` alone, after a planning that was shown `unseen.txt`.
fn planned_with_the_file() -> Sandbox {
    let whole = [HEAD, BODY, NEXT].concat();
    let rules = vec![
        Rule::reply("### Files\n\n- `unseen.txt`\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `new.txt`\n\n<PlandexFinish/>\n").model("planner").when(&[OLD]),
        Rule::reply([BODY, NEXT].concat()).model("coder").when(&[SIGNS[0].1, OLD]),
        Rule::reply(whole).model("coder").unless(&[OLD]),
    ];
    let sandbox = Sandbox::new(&[("unseen.txt", OLD)], rules);
    sandbox.run(&["new", "p"]).ok();
    sandbox
}

#[test]
fn a_file_that_only_the_planning_was_shown_is_shown_before_a_task_writes_it() {
    let sandbox = planned_with_the_file();
    let ran = sandbox.run(&["tell", "do it"]);
    ends_well(&sandbox, ran, "load");
    let asked: Vec<_> = sandbox.server.requests().iter().map(|request| request.model.clone()).collect();
    assert_eq!(asked, ["architect", "planner", "coder", "coder"]);
}

#[test]
fn without_automatic_context_such_a_file_is_asked_about_again_after_a_stop() {
    let sandbox = planned_with_the_file();
    sandbox.run(&["tell", "do it", "--plan-only"]).ok();
    for args in [&["continue", "--missing=ask"][..], &["continue", "--missing=ask"]] {
        assert!(sandbox.run(args).fails(1).contains("writes 'unseen.txt', which it has not seen"));
    }
    let ran = sandbox.run(&["continue", "--missing=load"]);
    ends_well(&sandbox, ran, "load");
}

#[test]
fn a_file_that_does_not_fit_beside_the_others_is_left_out_not_told_as_shown() {
    let whole = [HEAD, BODY, NEXT].concat();
    let rules = vec![
        Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `big.txt`, `new.txt`\n\n<PlandexFinish/>\n").model("planner"),
        Rule::reply([BODY, NEXT].concat()).model("coder").when(&[SIGNS[0].1]),
        Rule::reply(NEXT).model("coder").when(&[SIGNS[1].1]),
        Rule::reply(whole).model("coder"),
    ];
    // Each of them fits alone.
    let many = |word: &str| format!("{word}\n").repeat(60_000);
    let sandbox = Sandbox::new(&[("big.txt", &many("big")), ("unseen.txt", &many("old"))], rules);
    sandbox.run(&["new", "p"]).ok();
    let ran = sandbox.run(&["tell", "do it"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("'unseen.txt' cannot be shown beside the other files, so it stays as it is"), "{}", ran.stderr);
    assert!(sandbox.server.requests().iter().all(|request| !request.text.contains(SIGNS[0].1)), "nothing is told as shown that is not");
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "new.txt\n");
}

/// A run that may overwrite the file, killed within the block for it.
fn killed_within_the_block() -> Sandbox {
    let whole = [HEAD, "only this\nis left\n</PlandexBlock>\n\n", NEXT].concat();
    let end = whole.find("is left").expect("a second line") + 3;
    let rules = vec![
        Rule::reply(&whole).model("coder").break_with(end, ": nothing more").cut_after(usize::MAX, Then::Hold).once(),
        Rule::reply(["is left\n</PlandexBlock>\n\n", NEXT].concat()).model("coder"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `new.txt`\n\n<PlandexFinish/>\n").model("planner"),
    ];
    let sandbox = Sandbox::new(&[("unseen.txt", OLD)], rules);
    sandbox.run(&["new", "p", "--plus"]).ok();
    let mut run = sandbox.start(&["tell", "do it", "--missing=overwrite", "--json"]);
    run.wait_for_text("only this\n");
    run.kill();
    sandbox
}

#[test]
fn the_choice_to_overwrite_outlives_a_kill_within_the_block() {
    let sandbox = killed_within_the_block();
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    assert_eq!(sandbox.read("unseen.txt"), "only this\nis left\n");
    let operations = sandbox.git(&["grep", "-h", "overwrite:", "refs/plandex/plans/p/main", "--", "operations"]);
    assert_eq!(operations, "overwrite: true");
}

#[test]
fn a_kill_while_the_question_is_open_leaves_it_open() {
    let sandbox = killed_within_the_block();
    // What a process leaves that is killed before it knows the answer.
    let runs = sandbox.repo.join(".git/plandex/runs");
    let run = std::fs::read_dir(runs).expect("the run left a directory").flatten().next().expect("one run");
    std::fs::remove_file(run.path().join("allowed")).expect("the choice was kept");
    let said = sandbox.run(&["continue"]).fails(1);
    assert!(said.contains("writes 'unseen.txt', which it has not seen"), "{said}");
    let convo = sandbox.run(&["convo", "--plain"]).ok();
    assert!(!convo.contains("only this"), "the reply ends at the tag: {convo}");
}
