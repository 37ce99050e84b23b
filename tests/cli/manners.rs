//! What commands say when something is wrong, and that they ask and store nothing then.

use std::process::Stdio;

use crate::job::{self, PROMPT};
use crate::support::{Rule, Sandbox, finish};

/// A repository with one plan, which has loaded one file.
fn loaded() -> Sandbox {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], vec![]);
    sandbox.run(&["load", "a.txt"]).ok();
    sandbox
}

#[test]
fn a_reader_that_has_gone_ends_every_command_quietly() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["load", "README.md"]).ok();
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.write("reply.md", job::TASKS);
    let mut commands: Vec<Vec<&str>> =
        ["plans", "current", "ls", "status", "tasks", "diff", "log", "convo", "branches", "models", "config"]
            .iter()
            .flat_map(|name| [vec![*name], vec![*name, "--json"]])
            .collect();
    commands.extend([
        vec!["show", "1"],
        vec!["diff", "--stat"],
        vec!["diff", "--plain"],
        vec!["version"],
        vec!["help"],
        vec!["tell", "-h"],
        vec!["merge-edit", "src/store.py", "src/store.py"],
        vec!["parse-reply", "reply.md"],
        vec!["new"],
        vec!["demo"],
    ]);
    for args in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ran = finish(sandbox.command(&args).stdout(Stdio::from(writer)));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn a_reader_of_a_run_that_has_gone_stops_it_quietly() {
    let sandbox = job::sandbox(job::rules());
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let ran = finish(sandbox.command(&["tell", PROMPT]).stdout(Stdio::from(writer)));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("error") && !ran.stderr.contains("hint"), "{}", ran.stderr);
    sandbox.run(&["continue"]).ok();
    sandbox.run(&["apply", "--no-commit"]).ok();
    assert_eq!(sandbox.tree(), job::expected(), "what was stored goes on");
}

#[test]
fn a_command_line_that_is_wrong_names_the_help_that_works_below_git() {
    let sandbox = Sandbox::bare_bones(vec![]);
    let wrong: [(&[&str], &str); 4] = [
        (&["tell", "--nope"], "git plandex help tell"),
        (&["st", "--nope"], "git plandex help status"),
        (&["nope"], "git plandex help"),
        (&["chat", "--no-build", "x"], "git plandex help chat"),
    ];
    for (args, help) in wrong {
        let words = sandbox.run(args).fails(2);
        assert!(words.ends_with(&format!("For more information, try '{help}'.\n")), "{words}");
    }
    assert_eq!(sandbox.run(&["tell", "--chat", "--no-build", "x"]).code, 2, "a chat builds nothing");
    assert_eq!(sandbox.run(&["tell", "--chat", "--missing=load", "x"]).code, 2);
}

#[test]
fn the_help_says_what_each_command_is_for() {
    let sandbox = Sandbox::bare_bones(vec![]);
    for args in [&["help"][..], &["-h"]] {
        let text = sandbox.run(args).ok();
        assert!(text.contains("  apply          Merge the pending changes into your files"), "{args:?}: {text}");
    }
    let text = sandbox.run(&["help", "tell"]).ok();
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
    assert!(at("--no-commit") < at("--plan <PLAN") && at("--plan <PLAN") < at("--yes"), "its own options come first: {text}");
}

#[test]
fn a_load_of_nothing_makes_no_plan() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n"), ("b.bin", "\0")], vec![]);
    for args in [&["load", "nope"][..], &["load", "b.bin"]] {
        assert!(sandbox.run(args).fails(1).starts_with("error: not loaded: '"), "{args:?}");
        assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex"]), "", "{args:?}");
    }
    assert_eq!(sandbox.run(&["load", "a.txt", "nope"]).fails(1).lines().count(), 4, "a.txt is loaded all the same");
    assert!(sandbox.run(&["ls"]).ok().contains("a.txt"));
}

#[test]
fn what_names_nothing_in_the_context_says_where_to_look() {
    let sandbox = loaded();
    for args in [&["rm", "nope"][..], &["rm", "7"], &["show", "nope"]] {
        let words = sandbox.run(args).fails(1);
        assert!(words.ends_with("hint: git plandex ls  # shows the items and their numbers\n"), "{words}");
    }
}

#[test]
fn nobody_is_asked_about_what_cannot_be() {
    let sandbox = loaded();
    let said = |args: &[&str]| sandbox.run(args).fails(1);
    assert_eq!(said(&["unarchive", "plan"]), "error: plan 'plan' is not archived\nhint: git plandex cd plan makes it current\n");
    assert_eq!(said(&["unarchive", "nope"]), "error: no archived plan is called 'nope'\nhint: git plandex plans --archived lists them\n");
    let main = "error: the branch 'main' of plan 'plan' cannot be deleted\nhint: git plandex delete-plan\n";
    assert_eq!(said(&["delete-branch", "main"]), main);
    let nope = "error: no plan is called 'nope'\nhint: git plandex plans lists the plans\n";
    assert_eq!(said(&["delete-plan", "nope"]), nope);
    assert_eq!(said(&["delete-plan", "-y", "plan", "nope"]), nope);
    assert_eq!(sandbox.run(&["current"]).ok(), "plan/main\n", "nothing was deleted");
}

#[test]
fn what_is_deleted_is_named_with_the_commit_that_brings_it_back() {
    let sandbox = loaded();
    sandbox.run(&["checkout", "-y", "side"]).ok();
    let tip = sandbox.git(&["rev-parse", "refs/plandex/plans/plan/side"]);
    let said = sandbox.run(&["delete-branch", "-y", "side"]);
    let (words, hint) = said.stderr.split_once('\n').expect("two lines");
    assert_eq!(words, format!("deleted 'plan/side' (was {})", &tip[..10]));
    let command = hint.trim_start_matches("hint: git ").split(" brings").next().expect("a command");
    sandbox.git(&command.split(' ').collect::<Vec<_>>());
    assert_eq!(sandbox.git(&["rev-parse", "refs/plandex/plans/plan/side"]), tip, "the hint works as written");
    let said = sandbox.run(&["delete-plan", "-y"]).stderr;
    assert!(said.contains("deleted 'plan/main' (was ") && said.contains("deleted 'plan/side' (was "), "{said}");
}

#[test]
fn a_misspelt_command_is_answered_with_whole_names() {
    let sandbox = Sandbox::bare_bones(vec![]);
    assert!(!sandbox.run(&["undo"]).fails(2).contains("similar"), "nothing is like it");
    for (word, names) in [("tel", "'tell', 'help'"), ("bild", "'build'"), ("lod", "'load', 'log'"), ("contine", "'continue', 'config'")] {
        let said = sandbox.run(&[word]).fails(2);
        assert!(said.contains(names) && !said.contains("'c'") && !said.contains("'l'"), "{said}");
    }
}

#[test]
fn an_empty_prompt_is_refused_in_the_words_of_its_command() {
    let sandbox = loaded();
    // Words that are empty are a mistake, a variable without a value perhaps: what is piped in does not stand in for them.
    for args in [&["chat", ""], &["tell", "  "]] {
        assert_eq!(sandbox.run_with("more words from a pipe\n", args).code, 2, "{args:?}");
    }
    for (command, args) in [("chat", &["chat", ""][..]), ("tell", &["tell", "  "]), ("tell", &["tell"])] {
        let hint = format!("error: the prompt is empty\nhint: git plandex {command} \"what you want\", -f FILE, or a pipe\n");
        assert_eq!(sandbox.run_with("", args).fails(2), hint, "{args:?}");
    }
}

#[test]
fn nothing_is_begun_from_a_talk_that_was_not_had() {
    let sandbox = job::sandbox(job::rules());
    let said = sandbox.run(&["tell", "--from-chat"]).fails(1);
    assert!(said.starts_with("error: nothing has been talked about yet\nhint: git plandex chat "), "{said}");
    assert!(sandbox.server.requests().is_empty());
}

#[test]
fn status_names_a_prompt_without_a_reply_and_a_run_that_was_killed() {
    let refused = Rule::status(401, r#"{"error":{"message":"no such key","code":"invalid_api_key"}}"#);
    let (begins, _) = job::broken(job::TASKS, "1. Add a cache");
    let sandbox = job::sandbox(vec![Rule::reply("<planName>cache-steps</planName>").model("names"), refused]);
    let said = sandbox.run(&["tell", PROMPT]).fails(3);
    assert!(said.ends_with("; then git plandex continue\n"), "typed again, the prompt would be there twice: {said}");
    assert!(sandbox.run(&["status"]).ok().contains("no reply  to: Cache the slow steps\n"));
    let mut rules = vec![begins.model("planner")];
    rules.extend(job::rules());
    sandbox.server.set(rules);
    let mut run = sandbox.start(&["continue", "--json"]);
    run.wait_for_text("1. Add a cache");
    run.kill();
    let status = sandbox.run(&["status"]).ok();
    assert!(status.contains("killed    continue by process ") && status.contains("; what it had received is kept\n"), "{status}");
    let json: serde_json::Value = serde_json::from_str(&sandbox.run(&["status", "--json"]).ok()).expect("JSON");
    assert_eq!((&json[0]["running"], &json[0]["killed"]["command"]), (&serde_json::Value::Null, &"continue".into()));
    sandbox.run(&["continue"]).ok();
    assert!(!sandbox.run(&["status"]).ok().contains("killed"));
}

#[test]
fn a_key_is_no_name_setting_or_prompt() {
    const LIVE: &str = "correct-horse-battery";
    const SHAPED: &str = "sk-live-4f9a8c7d6e5b";
    let sandbox = loaded();
    let refs = sandbox.git(&["for-each-ref"]);
    for key in [LIVE, SHAPED] {
        for args in [
            &["new", key][..],
            &["rename", key],
            &["checkout", "-y", key],
            &["set-config", key, "true"],
            &["set-config", "model-pack", key],
            &["set-config", "--global", "editor", key],
            &["set-config", "--local", "editor", key],
            &["tell", key],
            &["chat", key],
        ] {
            let ran = sandbox.run_env(&[("MY_API_KEY", LIVE)], args);
            assert_eq!(ran.code, 1, "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("looks like a key, so it was not stored"), "{args:?}: {}", ran.stderr);
            assert!(!ran.stderr.contains(key) && !ran.stdout.contains(key), "{args:?}: {}", ran.stderr);
        }
    }
    assert_eq!(sandbox.git(&["for-each-ref"]), refs, "nothing is stored");
    assert!(!sandbox.git(&["config", "--list"]).contains(SHAPED));
}

#[test]
fn names_that_turn_text_around_are_shown_as_they_are() {
    let name = "evil\u{202e}txt.exe";
    let text = format!(
        "- {name}:\n\n<PlandexBlock lang=\"text\" path=\"{name}\">\nx\n</PlandexBlock>\n\n**Do it** has been completed.\n\n<PlandexFinish/>\n"
    );
    let rules = vec![
        Rule::reply("<planName>p</planName>").model("names"),
        Rule::reply("### Files\n\n- `a.txt`\n\n<PlandexFinish/>\n").model("architect"),
        Rule::reply(format!("### Tasks\n\n1. Do it\nUses: `{name}`\n\n<PlandexFinish/>\n")).model("planner"),
        Rule::reply(text).model("coder"),
    ];
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], rules);
    let told = sandbox.run(&["tell", "do it"]);
    assert!(!told.stderr.contains('\u{202e}') && told.stderr.contains("evil<U+202E>txt.exe"), "{}", told.stderr);
    let applied = sandbox.run(&["apply", "--no-commit"]);
    assert!(applied.stderr.contains("wrote evil<U+202E>txt.exe\n"), "{}", applied.stderr);
    assert!(sandbox.exists(name));
}

#[test]
fn a_rewind_over_a_build_says_that_something_is_unbuilt() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--no-build"]).ok();
    sandbox.run(&["build"]).ok();
    sandbox.run(&["rewind", "1"]).ok();
    let ran = sandbox.run(&["status"]);
    assert!(ran.stdout.contains("unbuilt   3 proposed changes\n") && ran.stdout.contains("stage     build\n"), "{}", ran.stdout);
    assert!(ran.stderr.starts_with("hint: git plandex build\n"), "{}", ran.stderr);
}

#[test]
fn a_chat_says_nothing_of_files_that_were_pending_before() {
    let mut rules = vec![Rule::reply("It is a cache.\n").when(&["what is it?"])];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    sandbox.run(&["tell", PROMPT]).ok();
    let words = sandbox.run(&["chat", "--basic", "what is it?"]).stderr;
    assert!(words.contains("\ndone\n") && !words.contains("changed") && !words.contains("src/cache.py"), "{words}");
}

#[test]
fn what_does_not_end_a_run_is_a_warning() {
    let mut rules = vec![Rule::status(503, "{\"error\":{\"message\":\"busy\"}}").header("retry-after", "0").model("architect").once()];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let words = sandbox.run(&["tell", PROMPT, "--stop"]).stderr;
    assert!(words.contains("warning: ") && words.contains("trying again"), "{words}");
    assert!(!words.contains("error:"), "{words}");
}

#[test]
fn a_mistake_in_models_yml_is_named_by_file_and_line() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], vec![]);
    sandbox.models_yml("models:\n  m: { provider: openai, model: x }\n  n: { provider: openai, modle: x }\n");
    for args in [&["models"][..], &["tell", "x"]] {
        let words = sandbox.mask(&sandbox.run(args).fails(1));
        let file = "/SANDBOX/home/.config/plandex/models.yml";
        assert!(words.starts_with(&format!("error: {file}:3:")), "{words}");
        assert!(words.contains("modle") && words.contains("context_window"), "what is allowed: {words}");
        assert!(words.contains(&format!("hint: edit line 3 of {file}")), "{words}");
    }
}

#[test]
fn changed_tasks_are_listed_as_they_were_asked_for() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--plan-only"]).ok();
    for args in [
        &["tasks", "edit", "1", "--title", "x", "--json"][..],
        &["tasks", "--json", "reorder", "2", "3"],
        &["tasks", "drop", "1", "--json"],
    ] {
        let rows: serde_json::Value = serde_json::from_str(&sandbox.run(args).ok()).expect("JSON");
        assert!(rows.is_array(), "{args:?}");
    }
}

#[test]
fn input_that_cannot_be_read_is_no_mistake_of_the_command_line() {
    let sandbox = loaded();
    for args in [&["tell", "-f", "nope"][..], &["parse-reply", "nope"]] {
        assert!(sandbox.run(args).fails(1).starts_with("error: cannot read 'nope'"), "{args:?}");
    }
    assert_eq!(sandbox.run(&["merge-edit", "nope", "nope"]).code, 2, "its own codes");
}

#[test]
fn a_yes_given_beforehand_makes_no_commit() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.run(&["set-config", "auto-commit", "false"]).ok();
    sandbox.run(&["apply", "-y"]).ok();
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn what_a_killed_run_left_is_said_with_what_to_type() {
    for (current, hint) in [
        ("cache-steps", "git plandex continue goes on from there"),
        ("other", "git plandex continue --plan cache-steps/main goes on from there"),
    ] {
        let (begins, _) = job::broken(job::TASKS, "1. Add a cache");
        let mut rules = vec![begins.model("planner")];
        rules.extend(job::rules());
        let sandbox = job::sandbox(rules);
        let mut run = sandbox.start(&["tell", PROMPT, "--json"]);
        run.wait_for_text("1. Add a cache");
        run.kill();
        if current == "other" {
            // Makes another plan current without looking at what was left.
            sandbox.git(&["update-ref", "refs/plandex/plans/other/main", "refs/plandex/plans/cache-steps/main"]);
            sandbox.run(&["cd", "other"]).ok();
        }
        let words = sandbox.run(&["load", "README.md"]).stderr;
        assert!(words.starts_with(&format!("kept what an interrupted run of 'cache-steps/main' had received\nhint: {hint}\n")), "{words}");
        let words = sandbox.run(&["continue", "--plan", "cache-steps"]).stderr;
        assert!(!words.contains("interrupted"), "it is said once: {words}");
    }
}
