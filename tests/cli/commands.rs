//! Each command once, with its options and what it prints for programs.

use crate::job::{self, PROMPT};
use crate::support::Sandbox;

/// A plan whose job is done and waits to be applied.
fn told() -> Sandbox {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["load", "README.md", "--note", "Keep it short."]).ok();
    sandbox.run(&["rename", "cache-steps"]).ok();
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox
}

/// Every key of the JSON is in snake case.
fn snake(value: &serde_json::Value) {
    match value {
        serde_json::Value::Array(all) => all.iter().for_each(snake),
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                assert!(key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{key}");
                snake(value);
            }
        }
        _ => {}
    }
}

#[test]
fn listings_print_arrays_of_objects_with_stable_keys() {
    let sandbox = told();
    let mut all = String::new();
    let listings: [&[&str]; 12] = [
        &["plans"],
        &["plans", "--archived"],
        &["current"],
        &["status"],
        &["ls"],
        &["tasks"],
        &["diff"],
        &["log"],
        &["convo", "1-2"],
        &["branches"],
        &["models"],
        &["config"],
    ];
    for args in listings {
        let text = sandbox.run(&[args, &["--json"]].concat()).ok();
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert!(value.is_array(), "{args:?}");
        snake(&value);
        all += &format!("$ {}\n{}\n", args.join(" "), sandbox.mask(&text));
    }
    insta::assert_snapshot!("listings_as_json", all);
}

#[test]
fn listings_in_a_pipe_are_lines_of_fields() {
    let sandbox = told();
    let mut all = String::new();
    let listings: [&[&str]; 11] = [
        &["plans"],
        &["current"],
        &["status"],
        &["ls"],
        &["tasks"],
        &["diff", "--stat"],
        &["diff", "--name-only"],
        &["log"],
        &["branches"],
        &["models"],
        &["version"],
    ];
    for args in listings {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
        all += &sandbox.mask(&format!("$ {}\n{}{}\n", args.join(" "), ran.stdout, ran.stderr));
    }
    insta::assert_snapshot!("listings_in_a_pipe", all.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn a_run_prints_events_for_programs_and_words_for_people() {
    let sandbox = job::sandbox(job::rules());
    let ran = sandbox.run(&["tell", PROMPT, "--json"]);
    let mut events = ran.events();
    events.iter().for_each(snake);
    // How a reply is cut into events is up to the network.
    events.retain(|event| event["event"] != "reply");
    let lines: Vec<String> = events.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("a_run_as_events", sandbox.mask(&lines.join("\n")));
    sandbox.run(&["reject", "--all", "-y"]).ok();
    let ran = sandbox.run(&["tell", PROMPT]);
    insta::assert_snapshot!("a_run_in_words", sandbox.mask(&format!("{}\n----\n{}", ran.stdout, ran.stderr)));
    let ran = sandbox.run(&["apply", "--json"]);
    ran.events().iter().for_each(snake);
    let lines: Vec<String> = ran.events().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("an_apply_as_events", sandbox.mask(&format!("{}\n----\n{}", lines.join("\n"), ran.stderr)));
}

#[test]
fn plans_are_made_named_put_away_and_deleted() {
    let sandbox = job::sandbox(vec![]);
    assert_eq!(sandbox.run(&["new"]).ok(), "plan\n");
    assert_eq!(sandbox.run(&["new"]).ok(), "plan-2\n");
    assert_eq!(sandbox.run(&["new", "jwt-auth"]).ok(), "jwt-auth\n");
    assert_eq!(sandbox.run(&["current"]).ok(), "jwt-auth/main\n");
    sandbox.run(&["cd", "plan"]).ok();
    assert_eq!(sandbox.run(&["cu"]).ok(), "plan/main\n");
    assert_eq!(sandbox.run(&["--plan", "jwt-auth", "current"]).ok(), "jwt-auth/main\n", "for this command only");
    assert_eq!(sandbox.run(&["current"]).ok(), "plan/main\n");
    sandbox.run(&["rename", "first"]).ok();
    assert_eq!(sandbox.run(&["current"]).ok(), "first/main\n", "the current plan is found under its new name");
    assert!(sandbox.run(&["rename", "jwt-auth"]).fails(1).contains("there is already a plan called 'jwt-auth'"));
    sandbox.run(&["archive", "plan-2"]).ok();
    let names = |args: &[&str]| -> Vec<String> {
        let rows: serde_json::Value = serde_json::from_str(&sandbox.run(args).ok()).expect("JSON");
        let mut names: Vec<_> =
            rows.as_array().expect("an array").iter().map(|row| row["plan"].as_str().expect("a name").to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&["plans", "--json"]), ["first", "jwt-auth"]);
    assert_eq!(names(&["plans", "--archived", "--json"]), ["plan-2"]);
    assert!(sandbox.run(&["cd", "plan-2"]).fails(1).contains("unarchive"));
    sandbox.run(&["unarchive", "plan-2"]).ok();
    assert_eq!(names(&["pl", "--json"]), ["first", "jwt-auth", "plan-2"]);
    assert!(sandbox.run(&["delete-plan", "jwt-auth"]).fails(1).contains("-y"));
    sandbox.run(&["delete-plan", "jwt-auth", "plan-2", "-y"]).ok();
    assert_eq!(names(&["plans", "--json"]), ["first"]);
    sandbox.run(&["dp", "--all", "--yes"]).ok();
    assert_eq!(names(&["plans", "--json"]), Vec::<String>::new());
    assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex"]), "");
    assert_eq!(sandbox.run(&["current"]).fails(1), "error: no current plan\nhint: git plandex new, or git plandex cd PLAN\n");
}

#[test]
fn context_is_loaded_listed_shown_and_removed() {
    let sandbox = Sandbox::new(&[("a.txt", "text a\n"), ("src/b.rs", "fn b() {}\n"), ("src/c.rs", "fn c() {}\n")], vec![]);
    let said = sandbox.run(&["load", "a.txt", "src/b.rs", "src/c.rs", "--note", "No macros."]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!("a_load", said.stderr);
    assert_eq!(sandbox.run(&["current"]).ok(), "plan/main\n", "a plan was made");
    assert_eq!(sandbox.run(&["show", "1"]).ok(), "text a\n");
    assert_eq!(sandbox.run(&["show", "src/b.rs"]).ok(), "fn b() {}\n");
    assert_eq!(sandbox.run(&["show", "4"]).ok(), "No macros.");
    assert!(sandbox.run(&["show", "9"]).fails(1).contains('9'));
    assert_eq!(sandbox.run_in(&sandbox.repo.join("src"), &["show", "b.rs"]).ok(), "fn b() {}\n");
    let left = || sandbox.run(&["ls"]).ok().lines().map(|line| line.split('\t').nth(1).unwrap_or_default().to_owned()).collect::<Vec<_>>();
    sandbox.run(&["rm", "src"]).ok();
    assert_eq!(left(), ["a.txt", "No macros."]);
    sandbox.run(&["load", "src/b.rs", "src/c.rs"]).ok();
    sandbox.run(&["rm", "src/*.rs"]).ok();
    sandbox.run(&["rm", "1-2"]).ok();
    assert_eq!(left(), Vec::<String>::new());
    assert!(sandbox.run(&["rm", "nothing"]).fails(1).contains("nothing"));
    sandbox.run(&["l", "a.txt"]).ok();
    sandbox.write("a.txt", "changed\n");
    sandbox.run(&["load", "a.txt"]).ok();
    assert_eq!((left().len(), sandbox.run(&["show", "a.txt"]).ok()), (1, "changed\n".to_owned()), "a second load refreshes");
}

#[test]
fn tasks_are_edited_dropped_and_moved() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--plan-only"]).ok();
    let titles =
        || sandbox.run(&["tasks"]).ok().lines().map(|line| line.split('\t').nth(2).unwrap_or_default().to_owned()).collect::<Vec<_>>();
    sandbox.run(&["tasks", "reorder", "3", "1"]).ok();
    assert_eq!(titles(), ["Move the store", "Add a cache", "Use the cache"]);
    sandbox.run(&["tasks", "drop", "3"]).ok();
    sandbox
        .run(&["tasks", "edit", "2", "--title", "Write a cache", "--description", "In one file", "--uses", "src/cache.py,README.md"])
        .ok();
    assert_eq!(titles(), ["Move the store", "Write a cache"]);
    let row = sandbox.run(&["tasks", "--json"]).ok();
    assert!(row.contains("In one file") && row.contains("\"README.md\""), "{row}");
    assert!(sandbox.run(&["tasks", "drop", "7"]).fails(1).contains("there is no task 7"));
    assert!(sandbox.run(&["tasks", "reorder", "1", "9"]).fails(1).contains("there is no place 9"));
    sandbox.run(&["continue", "--stop"]).ok();
    assert!(sandbox.run(&["tasks", "edit", "1", "--title", "x"]).fails(1).contains("task 1 is not open"));
    assert!(sandbox.run(&["tasks", "drop", "1"]).fails(1).contains("task 1 is not open"));
    assert!(sandbox.exists("src/store.py"));
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "src/data/store.py\nsrc/store.py\n", "the task that came first was done");
}

#[test]
fn history_goes_back_and_forward_again() {
    let sandbox = job::sandbox(vec![]);
    sandbox.run(&["load", "--note", "one"]).ok();
    sandbox.run(&["load", "--note", "two"]).ok();
    let count = || sandbox.run(&["ls"]).ok().lines().count();
    let tip = sandbox.git(&["rev-parse", "refs/plandex/plans/plan/main"]);
    let said = sandbox.run(&["rewind", "1"]);
    assert_eq!((said.code, count()), (0, 1));
    assert!(said.stderr.contains(&format!("git plandex rewind {} brings back what was", &tip[..10])), "{}", said.stderr);
    sandbox.run(&["rw", &tip[..10]]).ok();
    assert_eq!(count(), 2, "forward again");
    assert!(sandbox.run(&["rewind", "99"]).fails(1).contains("99"));
    assert!(sandbox.run(&["rewind", "abcdef0"]).fails(1).contains("abcdef0"));
    assert!(sandbox.run(&["rewind"]).fails(1).contains("git plandex rewind STEPS"));
    assert_eq!(sandbox.subjects("plan/main"), ["Begin a plan", "Load one", "Load two", "Rewind to: Load one", "Rewind to: Load two"]);
    assert_eq!(sandbox.run(&["log", "-n", "2", "--json"]).ok().matches("\"commit\"").count(), 2);
    sandbox.fsck();
}

#[test]
fn branches_diverge_and_leave_the_files_alone() {
    let sandbox = told();
    assert!(sandbox.run(&["checkout", "other"]).fails(1).contains("-y"));
    sandbox.run(&["checkout", "other", "-y"]).ok();
    assert_eq!(sandbox.run(&["current"]).ok(), "cache-steps/other\n");
    sandbox.run(&["reject", "--all", "-y"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok(), "");
    sandbox.run(&["co", "main"]).ok();
    assert_eq!(sandbox.run(&["diff", "--name-only"]).ok().lines().count(), 4);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert!(sandbox.run(&["delete-branch", "other"]).fails(1).contains("-y"));
    assert!(sandbox.run(&["delete-branch", "nowhere", "-y"]).fails(1).contains("nowhere"));
    assert!(sandbox.run(&["delete-branch", "main", "-y"]).fails(1).contains("main"));
    sandbox.run(&["delete-branch", "other", "-y"]).ok();
    assert_eq!(sandbox.run(&["branches", "--json"]).ok().matches("\"branch\"").count(), 1);
}

#[test]
fn settings_say_where_they_come_from() {
    let sandbox = job::sandbox(vec![]);
    let value = |key: &str| sandbox.run(&["config", key]).ok().trim().to_owned();
    assert_eq!((value("auto-mode"), value("auto-apply"), value("auto-load-context")), ("semi".into(), "false".into(), "true".into()));
    sandbox.run(&["set-config", "auto-commit", "false"]).ok();
    assert_eq!(sandbox.git(&["config", "plandex.autoCommit"]), "false");
    sandbox.run(&["set-auto", "basic", "--global"]).ok();
    assert_eq!(sandbox.git(&["config", "--global", "plandex.autoMode"]), "basic");
    assert_eq!((value("smart-context"), value("auto-commit")), ("false".into(), "false".into()));
    sandbox.run(&["new", "p"]).ok();
    sandbox.run(&["set-auto", "full"]).ok();
    sandbox.run(&["set-config", "max-replies", "7"]).ok();
    assert_eq!((value("auto-apply"), value("max-replies"), value("smart-context")), ("true".into(), "7".into(), "true".into()));
    assert!(!sandbox.git(&["show", "refs/plandex/plans/p/main:plan.yml"]).contains("auto-apply"), "consent never travels");
    sandbox.run(&["set-config", "--unset", "max-replies"]).ok();
    assert_eq!(value("max-replies"), "200");
    assert_eq!(sandbox.run_env(&[("PLANDEX_MAX_REPLIES", "9")], &["config", "maxReplies"]).ok().trim(), "9");
    assert!(sandbox.run(&["set-config", "no-such", "1"]).fails(1).contains("no-such"));
    assert!(sandbox.run(&["config", "no-such"]).fails(1).contains("git plandex config lists them"));
    assert!(sandbox.run(&["set-config", "auto-build", "perhaps"]).fails(1).contains("true or false"));
    sandbox.git(&["config", "plandex.auto-build", "true"]);
    assert!(sandbox.run(&["config"]).stderr.contains("auto-build"), "a dashed key in git config is reported");
}

#[test]
fn convo_prints_ranges_plainly() {
    let sandbox = told();
    assert_eq!(sandbox.run(&["convo", "1", "--plain"]).ok().trim_end(), PROMPT);
    assert_eq!(sandbox.run(&["convo", "2", "--plain"]).ok().trim_end(), job::CONTEXT.trim_end());
    assert_eq!(sandbox.run(&["convo", "2-3", "--json"]).ok().matches("\"index\"").count(), 2);
    assert_eq!(sandbox.run(&["convo", "5-", "--json"]).ok().matches("\"index\"").count(), 2);
}

#[test]
fn plumbing_reads_and_merges_without_a_repository() {
    let sandbox = Sandbox::bare_bones(vec![]);
    let (old, new) = (sandbox.beside("old.rs"), sandbox.beside("new.rs"));
    std::fs::write(&old, "fn a() {\n    one();\n}\n\nfn b() {}\n").expect("written");
    std::fs::write(&new, "fn a() {\n    two();\n}\n\n// ... existing code ...\n").expect("written");
    let merged = sandbox.run(&["merge-edit", "--path", "x.rs", &old.to_string_lossy(), &new.to_string_lossy()]);
    assert_eq!((merged.code, merged.stdout.as_str()), (0, "fn a() {\n    two();\n}\n\nfn b() {}\n"), "{}", merged.stderr);
    assert_eq!(sandbox.run(&["merge-edit", "/nowhere", &new.to_string_lossy()]).code, 2);
    let parsed = sandbox.run_with(job::TASKS, &["parse-reply"]).ok();
    let value: serde_json::Value = serde_json::from_str(&parsed).expect("one document");
    snake(&value);
    assert_eq!(value["tasks"][2]["title"], "Move the store");
    std::fs::write(&new, job::CODE[2]).expect("written");
    let parsed: serde_json::Value =
        serde_json::from_str(&sandbox.run(&["parse-reply", &new.to_string_lossy()]).ok()).expect("one document");
    assert_eq!(parsed["operations"][0]["destination"], "src/data/store.py");
    assert_eq!(parsed["completed_tasks"][0], "Move the store");
}

#[test]
fn prompts_come_from_words_files_and_pipes() {
    let sandbox = job::sandbox(vec![]);
    sandbox.run(&["new", "p"]).ok();
    sandbox.write("prompt.md", "from a file\n");
    let prompts = |ran: crate::support::Ran| {
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let rows: serde_json::Value = serde_json::from_str(&sandbox.run(&["convo", "--json"]).ok()).expect("JSON");
        rows.as_array().and_then(|rows| rows.last()).expect("a message")["text"].as_str().expect("text").to_owned()
    };
    assert_eq!(prompts(sandbox.run(&["tell", "several", "words"])), "several words");
    assert_eq!(prompts(sandbox.run(&["tell", "-f", "prompt.md"])).trim(), "from a file");
    assert_eq!(prompts(sandbox.run_with("from a pipe\n", &["tell"])).trim(), "from a pipe");
    assert_eq!(prompts(sandbox.run_with("from a pipe\n", &["chat", "-"])).trim(), "from a pipe");
    assert_eq!(
        prompts(sandbox.run_with("error: no such thing\n", &["tell", "Explain this:"])),
        "Explain this:\n\n---\n\nerror: no such thing\n"
    );
    assert!(sandbox.run(&["tell", "-f", "nowhere.md"]).fails(1).contains("cannot read 'nowhere.md'"));
}
