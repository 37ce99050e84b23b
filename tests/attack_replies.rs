//! Replies that attack: paths, links, keys and numbers that no honest model sends.

mod support;

use std::os::unix::fs::symlink;

use support::{Ran, Rule, Sandbox};

/// A model that chooses `context`, makes a task for each of `replies` with the files that it uses, and answers with them.
fn rules(context: &str, replies: &[(&str, &str)]) -> Vec<Rule> {
    let files: String = context.split_whitespace().map(|path| format!("- `{path}`\n")).collect();
    let tasks: String =
        replies.iter().enumerate().map(|(at, (uses, _))| format!("{0}. Task {0}\n- do it\nUses: `{uses}`\n\n", at + 1)).collect();
    let mut rules = vec![
        Rule::reply("<planName>attack</planName>").model("names"),
        Rule::reply("<commitMsg>Attack</commitMsg>").model("commit-messages"),
        Rule::reply(format!("Files.\n\n### Files\n\nAll\n{files}\n<PlandexFinish/>\n")).model("architect"),
        Rule::reply(format!("Plan.\n\n### Tasks\n\n{tasks}<PlandexFinish/>\n")).model("planner"),
    ];
    for (at, (_, reply)) in replies.iter().enumerate() {
        let title = format!("Task {}", at + 1);
        let text = format!("{reply}\n\n**{title}** has been completed.\n\n<PlandexFinish/>\n");
        rules.push(Rule::reply(text).model("coder").when(&[&format!("# Current task\n\n**{title}**")]));
    }
    rules.push(Rule::reply("nothing").model("builder"));
    rules.push(Rule::reply("nothing").model("whole-file-builder"));
    rules
}

fn block(path: &str, content: &str) -> String {
    format!(
        "**Creating `{path}`**\nType: new file\nSummary: s.\n\n- {path}:\n\n<PlandexBlock lang=\"txt\" path=\"{path}\">\n{content}</PlandexBlock>\n"
    )
}

fn sandbox(files: &[(&str, &str)], context: &str, replies: &[(&str, &str)]) -> Sandbox {
    Sandbox::new(files, rules(context, replies))
}

fn said(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

#[test]
fn a_doubtful_merge_whose_builder_is_still_at_work_does_not_break_the_run() {
    let reply = block("x", "new\n");
    let sandbox = sandbox(&[("x", "1\n")], "x", &[("x", &reply)]);
    let ran = sandbox.run(&["tell", "go"]);
    assert_eq!(ran.code, 0, "{}", said(&ran));
    assert!(said(&ran).contains("x"), "{}", said(&ran));
}

#[test]
fn removing_or_moving_a_symbolic_link_leaves_the_file_behind_it_alone() {
    for (reply, gone, made) in [
        ("### Remove Files\n- `link`\n<EndPlandexFileOps/>\n", "link", None),
        ("### Move Files\n- `link` → `other`\n<EndPlandexFileOps/>\n", "link", Some("other")),
    ] {
        let sandbox = sandbox(&[("real", "keep\n")], "real", &[("link", reply)]);
        symlink("real", sandbox.repo.join("link")).expect("a link");
        sandbox.commit("Link");
        sandbox.run(&["tell", "go"]).ok();
        sandbox.run(&["apply", "--no-commit"]).ok();
        assert_eq!(sandbox.read("real"), "keep\n");
        assert!(!sandbox.exists(gone));
        if let Some(made) = made {
            let target = std::fs::read_link(sandbox.repo.join(made)).expect("it is still a link");
            assert_eq!(target.to_string_lossy(), "real");
        }
        sandbox.fsck();
    }
}

#[test]
fn a_file_where_the_plan_has_a_directory_fails_alone_and_the_run_goes_on() {
    let (file, below, other) = (block("a", "file\n"), block("a/b", "below\n"), block("c", "other\n"));
    let sandbox = sandbox(&[("x", "1\n")], "x", &[("a", &file), ("a/b", &below), ("c", &other)]);
    let ran = sandbox.run(&["tell", "go"]);
    assert!(said(&ran).contains("'a/b' and 'a' cannot both be files"), "{}", said(&ran));
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "a\nc\n");
    sandbox.run(&["continue"]);
    sandbox.run(&["reject", "a/b"]);
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!((sandbox.read("a"), sandbox.read("c")), ("file\n".into(), "other\n".into()));
}

#[test]
fn a_tracked_file_behind_a_directory_that_became_a_link_is_neither_read_nor_fatal() {
    let (behind, plain) = (block("d/f", "evil\n"), block("y", "fine\n"));
    let sandbox = sandbox(&[("d/f", "1\n"), ("x", "1\n")], "d/f x", &[("d/f", &behind), ("y", &plain)]);
    let outside = sandbox.beside("outside");
    std::fs::create_dir(&outside).expect("a directory");
    std::fs::write(outside.join("f"), "TOP-SECRET\n").expect("a file");
    std::fs::remove_dir_all(sandbox.repo.join("d")).expect("it is there");
    symlink(&outside, sandbox.repo.join("d")).expect("a link");
    let ran = sandbox.run(&["tell", "go"]);
    assert_eq!(ran.code, 0, "{}", said(&ran));
    assert!(sandbox.server.requests().iter().all(|request| !request.text.contains("TOP-SECRET")));
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(std::fs::read_to_string(outside.join("f")).expect("still there"), "TOP-SECRET\n");
    assert_eq!(sandbox.read("y"), "fine\n");
}

const KEY: &str = "sk-attack-0123456789abcdef";

#[test]
fn a_key_in_a_prompt_a_note_or_a_reply_is_neither_shown_nor_stored() {
    let reply = format!("The key is {KEY}.\n");
    let sandbox = sandbox(&[("x", "1\n")], "x", &[("x", &reply)]);
    let env = [("SOME_API_KEY", KEY)];
    let prompt = format!("Use {KEY}");
    for args in
        [&["load", "--note", &prompt][..], &["tell", &prompt], &["convo"], &["log"], &["ls"], &["show", "1"], &["tell", "--json", &prompt]]
    {
        let ran = sandbox.run_env(&env, args);
        assert!(!said(&ran).contains(KEY), "{args:?}: {}", said(&ran));
    }
    for commit in sandbox.git(&["rev-list", "--all"]).lines() {
        let message = sandbox.git(&["show", "--no-patch", "--format=%B", commit]);
        assert!(!message.contains(KEY), "{message}");
        let found = sandbox.git_in(&sandbox.repo, &["grep", "-l", KEY, commit]);
        assert_eq!(found.stdout, "");
    }
}

#[test]
fn a_reply_that_a_kill_broke_is_adopted_without_the_key_in_it() {
    let reply = format!("The key is {KEY}.\nMore.\n{}", "x ".repeat(2_000));
    let mut all = rules("x", &[("x", "unused")]);
    let held = Rule::reply(reply).model("coder").cut_after(30_000, support::Then::Hold);
    all.insert(0, held);
    let sandbox = Sandbox::new(&[("x", "1\n")], all);
    let mut command = sandbox.command(&["tell", "go", "--json"]);
    command.env("SOME_API_KEY", KEY).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("piped")));
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains("More"))), "the reply streams");
    child.kill().expect("it is alive");
    child.wait().expect("it ends");
    let ran = sandbox.run_env(&[("SOME_API_KEY", KEY)], &["load", "x"]);
    assert!(said(&ran).contains("interrupted"), "{}", said(&ran));
    let found = sandbox.git_in(&sandbox.repo, &["grep", "-l", KEY, "refs/plandex/plans/attack/main"]);
    assert_eq!(found.stdout, "");
    let kept = sandbox.git_in(&sandbox.repo, &["grep", "-c", "The key is ...\\.", "refs/plandex/plans/attack/main"]);
    assert_eq!(kept.code, 0, "{}", kept.stderr);
}

#[test]
fn usage_beyond_all_numbers_does_not_break_the_run() {
    let mut all = rules("x", &[("x", "Nothing to do.\n")]);
    all.iter_mut().for_each(|rule| *rule = rule.clone().usage(u64::MAX, 0, u64::MAX));
    let sandbox = Sandbox::new(&[("x", "1\n")], all);
    let ran = sandbox.run(&["tell", "go"]);
    assert_eq!(ran.code, 0, "{}", said(&ran));
}
