//! How far a run goes by itself: autonomy levels, stops, plans without code, changes without builds.

use crate::job::{self, PROMPT};
use crate::support::{Rule, Sandbox};

/// How many replies of the stages a server has been asked for, errands aside.
fn replies(sandbox: &Sandbox) -> usize {
    let errands = ["names", "commit-messages", "auto-continue"];
    sandbox.server.requests().iter().filter(|request| !errands.contains(&request.model.as_str())).count()
}

/// Rules for a model that has to be shown its files by hand.
fn by_hand() -> Vec<Rule> {
    let mut rules = job::rules();
    rules.push(Rule::reply(job::TASKS).model("planner"));
    rules
}

#[test]
fn the_level_none_stops_after_every_reply_and_builds_nothing() {
    let sandbox = job::sandbox(by_hand());
    sandbox.run(&["load", "src/steps.py", "src/store.py"]).ok();
    sandbox.run(&["tell", PROMPT, "--no-auto"]).ok();
    assert_eq!(replies(&sandbox), 1, "the tasks are planned");
    for done in 1..=3 {
        sandbox.run(&["continue", "--no-auto"]).ok();
        assert_eq!(replies(&sandbox), 1 + done);
        let status = sandbox.run(&["status", "--json"]).ok();
        assert!(status.contains(&format!("\"tasks_done\": {done}")) && status.contains(&format!("\"unbuilt\": {done}")), "{status}");
    }
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "");
    sandbox.run(&["build"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected(), "moves are built with the rest");
}

#[test]
fn stop_ends_after_one_reply_in_every_stage() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--stop"]).ok();
    for count in 1..=5 {
        assert_eq!(replies(&sandbox), count);
        sandbox.run(&["continue", "--stop"]).ok();
    }
    assert_eq!(replies(&sandbox), 5, "nothing is left to ask for");
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn plan_only_ends_with_the_tasks() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--plan-only"]).ok();
    assert_eq!(replies(&sandbox), 2);
    assert_eq!(
        sandbox.run(&["tasks"]).ok(),
        "1\topen\tAdd a cache\t0\tsrc/cache.py\n2\topen\tUse the cache\t0\tsrc/steps.py, src/cache.py\n3\topen\tMove the store\t0\tsrc/store.py\n"
    );
    sandbox.run(&["continue", "--plan-only"]).ok();
    assert_eq!(replies(&sandbox), 2, "the tasks are there already");
    sandbox.run(&["continue"]).ok();
    assert_eq!(replies(&sandbox), 5);
}

/// Answers one task with these operations.
fn operations(text: &str) -> Vec<Rule> {
    vec![
        Rule::reply("### Files\n\n- `a.txt`\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply("### Tasks\n\n1. Do it\nUses: `a.txt`, `b.txt`, `c.txt`, `d.txt`\n\n<PlandexFinish/>\n").model("planner"),
        Rule::reply(format!("{text}\n**Do it** has been completed.\n\n<PlandexFinish/>\n")).model("coder"),
    ]
}

#[test]
fn moves_removes_and_resets_survive_until_they_are_built() {
    let text = "\
- d.txt:

<PlandexBlock lang=\"text\" path=\"d.txt\">
first
changed
</PlandexBlock>

### Move Files
- `a.txt` → `sub/a.txt`
<EndPlandexFileOps/>

### Remove Files
- `b.txt`
<EndPlandexFileOps/>

- c.txt:

<PlandexBlock lang=\"text\" path=\"c.txt\">
changed
</PlandexBlock>

### Reset Changes
- `c.txt`
<EndPlandexFileOps/>
";
    let files = [("a.txt", "a\n"), ("b.txt", "b\n"), ("c.txt", "c\n"), ("d.txt", "first\nsecond\n")];
    let sandbox = Sandbox::new(&files, operations(text));
    sandbox.run(&["new", "p"]).ok();
    let said = sandbox.run(&["tell", "do it", "--no-build"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("git plandex build"), "{}", said.stderr);
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "");
    sandbox.run(&["build"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "a.txt\nb.txt\nd.txt\nsub/a.txt\n");
    sandbox.run(&["apply", "--no-commit", "-y"]).ok();
    let tree: Vec<_> = sandbox.tree().into_iter().map(|(path, (_, text))| (path, String::from_utf8(text).expect("text"))).collect();
    let expected = [("c.txt", "c\n"), ("d.txt", "first\nchanged\n"), ("sub/a.txt", "a\n")];
    assert_eq!(tree, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert!(sandbox.run(&["status", "--json"]).ok().contains("\"unbuilt\": 0"));
    sandbox.fsck();
}

#[test]
fn apply_offers_to_build_what_is_unbuilt() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--no-build"]).ok();
    let said = sandbox.run(&["apply"]).fails(1);
    assert_eq!(
        said,
        "error: \"3 proposed changes are not built yet. Build them?\" cannot be asked without a terminal\nhint: use -y to answer it on the command line\n"
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.run(&["apply", "-y", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn full_applies_and_commits_when_everything_is_done() {
    for args in [&["tell", PROMPT, "--full"][..], &["tell", PROMPT, "--apply", "--commit"]] {
        let sandbox = job::sandbox(job::rules());
        sandbox.run(args).ok();
        assert_eq!(sandbox.tree(), job::expected(), "{args:?}");
        assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]), "Cache the slow steps");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    }
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--full", "--no-commit"]).ok();
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]), "Begin");
    // A run that did not finish applies nothing.
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--full", "--stop"]).ok();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_commit_names_the_plan_and_the_state_that_was_applied() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    let state = sandbox.git(&["rev-parse", "refs/plandex/plans/cache-steps/main"]);
    sandbox.run(&["apply", "--commit"]).ok();
    let trailer = sandbox.git(&["log", "-1", "--format=%(trailers:key=Plandex-Plan,valueonly)"]);
    assert_eq!(trailer, format!("cache-steps/main {state}"));
    let commit = sandbox.git(&["rev-parse", "HEAD"]);
    let operations = sandbox.git(&["grep", "-h", "commit:", "refs/plandex/plans/cache-steps/main", "--", "operations"]);
    assert_eq!(operations.matches(&commit).count(), 3, "{operations}");
}

#[test]
fn chat_answers_and_touches_nothing_and_its_talk_can_begin() {
    let code = "- evil.txt:\n\n<PlandexBlock lang=\"text\" path=\"evil.txt\">\nevil\n</PlandexBlock>\n\n### Tasks\n\n1. Evil\n\n<PlandexFinish/>\n";
    let mut rules = vec![
        Rule::reply("I would cache step 20.\n\n<PlandexFinish/>\n")
            .model("architect")
            .when(&["Which steps are slow?"])
            .unless(&["Begin with what we"]),
        Rule::reply(code).model("architect").when(&["And now?"]).unless(&["Begin with what we"]),
        Rule::reply(job::CONTEXT).model("architect").when(&["I would cache step 20.", "Begin with what we have talked about"]),
        Rule::reply(job::TASKS).model("planner").when(&["I would cache step 20."]),
    ];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    assert_eq!(sandbox.run(&["chat", "Which steps are slow?"]).ok().trim(), "I would cache step 20.");
    sandbox.run(&["tell", "--chat", "And now?"]).ok();
    assert_eq!(sandbox.run(&["tasks", "--json"]).ok().trim(), "[]");
    assert_eq!(sandbox.run(&["diff"]).ok(), "");
    assert!(sandbox.run(&["status", "--json"]).ok().contains("\"unbuilt\": 0"));
    assert!(!sandbox.exists("evil.txt"));
    sandbox.run(&["tell", "--from-chat"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn a_task_that_is_never_said_to_be_complete_ends_after_a_few_replies() {
    let mut rules = vec![
        Rule::reply("I am still at it.\n").model("coder").when(&[&job::current("Add a cache")]),
        Rule::reply("<reasoning>not yet</reasoning>\n<subtaskFinished>false</subtaskFinished>").model("auto-continue"),
    ];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let ran = sandbox.run(&["tell", PROMPT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("'Add a cache' took too many replies and counts as done; look at its changes"), "{}", ran.stderr);
    assert!(sandbox.run(&["tasks"]).ok().lines().all(|line| line.contains("\tdone\t")));
}

#[test]
fn a_models_verdict_completes_a_task_that_its_reply_did_not() {
    let silent = job::CODE[0].replace("**Add a cache** has been completed.\n", "That was all.\n");
    for (finished, replies_of_task) in [(true, 1), (false, 2)] {
        let verdict = format!("<reasoning>the file is there</reasoning>\n<subtaskFinished>{finished}</subtaskFinished>");
        let mut rules = vec![
            Rule::reply(silent.as_str()).model("coder").when(&[&job::current("Add a cache")]).once(),
            Rule::reply("**Add a cache** has been completed.\n").model("coder").when(&[&job::current("Add a cache"), "the file is there"]),
            Rule::reply(verdict).model("auto-continue"),
        ];
        rules.extend(job::rules());
        let sandbox = job::sandbox(rules);
        sandbox.run(&["tell", PROMPT]).ok();
        let log = job::log(&sandbox.server.requests());
        assert_eq!(log.iter().filter(|line| *line == "coder: Add a cache").count(), replies_of_task, "{log:?}");
        assert_eq!(log.iter().filter(|line| *line == "auto-continue").count(), 1, "{log:?}");
        sandbox.run(&["apply", "--no-commit"]).ok();
        assert_eq!(sandbox.tree(), job::expected());
    }
}

#[test]
fn a_limit_of_replies_ends_a_run_with_its_own_code() {
    let sandbox = job::sandbox(job::rules());
    let said = sandbox.run_env(&[("PLANDEX_MAX_REPLIES", "3")], &["tell", PROMPT]).fails(4);
    assert!(said.ends_with("error: stopped after 3 replies, as configured by max-replies\nhint: git plandex continue\n"), "{said}");
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn a_script_in_a_reply_is_stored_and_shown_and_never_written() {
    let text = "\
- _apply.sh:

<PlandexBlock lang=\"bash\" path=\"_apply.sh\">
touch ran
</PlandexBlock>

- a.txt:

<PlandexBlock lang=\"text\" path=\"a.txt\">
changed
</PlandexBlock>
";
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], operations(text));
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do it"]).ok();
    assert!(sandbox.run(&["diff", "--plain"]).ok().contains("+touch ran"));
    let said = sandbox.run(&["apply", "--no-commit", "-y"]);
    assert_eq!(said.code, 0);
    assert!(said.stderr.contains("the plan's script was not written and not run; git plandex diff shows it"), "{}", said.stderr);
    assert_eq!(sandbox.read("a.txt"), "changed\n");
    assert!(!sandbox.exists("_apply.sh") && !sandbox.exists("ran"));
    assert!(sandbox.run(&["diff", "--name-only"]).ok().contains("_apply.sh"), "it is not lost");
}

#[test]
fn a_prompt_after_a_stopped_reply_begins_anew() {
    let (begins, _) = job::broken(job::CODE[0], "_values = {}");
    let mut rules = vec![begins.model("coder")];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let mut run = sandbox.start(&["tell", PROMPT, "--json"]);
    run.wait_for_text("_values = {}");
    run.kill();
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn an_interrupted_run_keeps_what_came_and_goes_on() {
    let (begins, goes_on) = job::broken(job::CODE[0], "_values = {}");
    let mut rules = vec![begins.model("coder"), goes_on.model("coder")];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let mut run = sandbox.start(&["tell", PROMPT, "--json"]);
    run.wait_for_text("_values = {}");
    let sent = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let ran = run.end();
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    assert!(ran.stderr.contains("what was received is kept\nhint: git plandex continue goes on"), "{}", ran.stderr);
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn a_reply_that_reaches_the_output_limit_goes_on_and_an_answer_waits_for_a_word() {
    let cut = job::CODE[1].find("# ... existing code ...\n\ndef step_60").expect("it is there");
    let mut rules = vec![
        Rule::reply(&job::CODE[1][..cut]).model("coder").when(&[&job::current("Use the cache")]).unless(&[job::GOES_ON]).cut_short(),
        Rule::reply(&job::CODE[1][cut..]).model("coder").when(&[job::GOES_ON]),
    ];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected());

    sandbox.server.set(vec![
        Rule::reply("It is a long story.\n").model("planner").unless(&[job::GOES_ON]).cut_short(),
        Rule::reply("That was it.\n").model("planner").when(&[job::GOES_ON]),
    ]);
    let ran = sandbox.run(&["chat", "Tell me", "--basic"]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, "It is a long story."), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: git plandex continue goes on"), "{}", ran.stderr);
    assert_eq!(sandbox.run(&["continue", "--basic"]).ok().trim(), "That was it.");
}

#[test]
fn a_plan_that_never_ends_is_given_up() {
    let sandbox = job::sandbox(vec![Rule::reply("And so on.\n").model("planner").cut_short()]);
    sandbox.run(&["new", "p"]).ok();
    let said = sandbox.run(&["tell", PROMPT, "--basic"]).fails(4);
    let end =
        "error: the reply does not fit into what the model may write, even in several parts\nhint: git plandex tell with a smaller task\n";
    assert!(said.ends_with(end), "{said}");
    assert_eq!(replies(&sandbox), 4);
}

#[test]
fn going_on_to_the_plan_alone_asks_no_model_about_a_task() {
    let sandbox = Sandbox::new(
        &[("a.txt", "a\n")],
        vec![
            Rule::reply("### Files\n\n<PlandexFinish/>\n").model("architect"),
            Rule::reply("### Tasks\n\n1. Do it\n\n<PlandexFinish/>\n").model("planner"),
            Rule::reply("Not done yet.\n\n<PlandexFinish/>\n").model("coder"),
        ],
    );
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["tell", "do it", "--plan-only"]).ok();
    sandbox.run(&["continue", "--stop"]).ok();
    let asked = sandbox.server.requests().len();
    sandbox.run(&["continue", "--plan-only"]).ok();
    assert_eq!(sandbox.server.requests().len(), asked);
}
