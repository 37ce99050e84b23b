//! Ctrl-C: a run stops wherever it waits, keeps what it has, and ends with 130; the second one ends it at once.

use std::process::Command;

use crate::job::{self, PROMPT};
use crate::repair;
use crate::support::{Ran, Rule, Sandbox, Then};

/// A model of this role that never answers.
fn silent(role: &str) -> Rule {
    Rule::reply("x").model(role).cut_after(0, Then::Hold)
}

/// Runs the program until the server has so many requests, interrupts it and returns its end.
fn interrupted(sandbox: &Sandbox, args: &[&str], requests: usize) -> Ran {
    let run = sandbox.start(args);
    sandbox.server.wait_for_requests(requests);
    run.signal("INT");
    run.end()
}

#[test]
fn it_ends_a_run_whose_plan_is_being_named_and_leaves_nothing() {
    let sandbox = job::sandbox(vec![silent("names")]);
    let words = interrupted(&sandbox, &["tell", PROMPT], 1).fails(130);
    assert_eq!(words, "error: interrupted; nothing was stored\n");
    assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex"]), "");
}

#[test]
fn it_stops_a_run_in_every_stage_and_continue_goes_on() {
    for (at, role) in [(1, "architect"), (2, "planner"), (3, "coder")] {
        let mut rules = vec![silent(role).once()];
        rules.extend(job::rules());
        let sandbox = job::sandbox(rules);
        let words = interrupted(&sandbox, &["tell", PROMPT], at + 1).fails(130);
        assert!(words.ends_with("what was received is kept\nhint: git plandex continue goes on\n"), "{role}: {words}");
        sandbox.run(&["continue"]).ok();
        sandbox.run(&["apply", "--no-commit"]).ok();
        assert_eq!(sandbox.tree(), job::expected(), "{role}");
        assert_eq!(sandbox.git(&["for-each-ref", "refs/plandex/runs"]), "", "{role}: the lease is given up");
    }
}

#[test]
fn it_stops_the_search_for_a_model_server() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], vec![]);
    sandbox.models_yml("");
    sandbox.git(&["config", "--global", "--unset", "plandex.modelPack"]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut command = sandbox.command(&["tell", PROMPT]);
    command.env("OLLAMA_HOST", listener.local_addr().expect("bound").to_string());
    let run = sandbox.start_command(command);
    let client = listener.accept().expect("it asks for models");
    run.signal("INT");
    assert!(run.end().fails(130).starts_with("error: interrupted"));
    drop(client);
}

#[test]
fn it_stops_builds_that_wait_for_a_model_and_continue_makes_them() {
    let builder = Rule::reply(repair::replacement()).model("builder");
    let sandbox = repair::sandbox(vec![silent("builder").once(), builder]);
    let words = interrupted(&sandbox, &["tell", "count"], 5).fails(130);
    assert!(words.ends_with("what was received is kept\nhint: git plandex continue goes on\n"), "{words}");
    assert!(sandbox.run(&["status", "--json"]).ok().contains("\"unbuilt\": 1"));
    sandbox.run(&["continue"]).ok();
    assert_eq!(sandbox.run(&["diff"]).stderr, "", "nothing is doubtful");
    sandbox.fsck();
}

#[test]
fn it_stops_build_and_leaves_what_was_not_settled() {
    let builder = Rule::reply(repair::replacement()).model("builder");
    let sandbox = repair::sandbox(vec![silent("builder").once(), builder]);
    sandbox.run(&["tell", "count", "--no-build"]).ok();
    let words = interrupted(&sandbox, &["build"], 5).fails(130);
    assert!(words.ends_with("what was received is kept\nhint: git plandex build goes on\n"), "{words}");
    let ran = sandbox.run(&["build", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(sandbox.run(&["diff"]).stderr, "", "nothing is doubtful");
}

#[test]
fn it_stops_an_apply_that_waits_for_a_commit_message() {
    let mut rules = vec![silent("commit-messages")];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    sandbox.run(&["tell", PROMPT]).ok();
    let before = sandbox.tree();
    let asked = sandbox.server.requests().len();
    let words = interrupted(&sandbox, &["apply"], asked + 1).fails(130);
    assert_eq!(words, "error: interrupted; nothing was applied\nhint: git plandex apply\n");
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn it_ends_the_wait_for_a_run_on_another_machine() {
    for args in [&["tell", PROMPT][..], &["build"]] {
        let sandbox = job::sandbox(job::rules());
        sandbox.run(&["new", "p"]).ok();
        let nonce = "ab".repeat(16);
        let facts = format!(
            r#"{{"nonce":"{nonce}","branch":"p/main","plan":"x","pid":1,"host":"elsewhere","boot":"another","since":"2026-01-01T00:00:00Z","command":"tell"}}"#
        );
        let dir = format!(".git/plandex/runs/{nonce}");
        sandbox.write(&format!("{dir}/lock"), &facts);
        let blob = sandbox.git(&["hash-object", "-w", &format!("{dir}/lock")]);
        sandbox.git(&["update-ref", "refs/plandex/runs/p/main", &blob]);
        let mut run = sandbox.start(args);
        run.wait_for_stderr("watching a run on elsewhere");
        run.signal("INT");
        let ran = run.end();
        assert_eq!(ran.code, 130, "{args:?}: {}", ran.stderr);
        assert_eq!(sandbox.git(&["rev-parse", "refs/plandex/runs/p/main"]), blob, "the lease is still the other's");
    }
}

#[test]
fn the_second_one_ends_a_run_that_cannot_stop() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], job::rules());
    let fifo = sandbox.beside("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    sandbox.run(&["load", "a.txt"]).ok();
    // A filter that never ends holds the program up, not only its runtime.
    sandbox.git(&["config", "filter.slow.clean", &format!("cat '{}'", fifo.display())]);
    sandbox.write(".gitattributes", "a.txt filter=slow\n");
    sandbox.write("a.txt", "changed\n");
    let mut run = sandbox.start(&["tell", PROMPT]);
    // Opening the other end waits until the filter has begun.
    let end = std::fs::OpenOptions::new().write(true).open(&fifo).expect("the filter reads");
    run.signal_until_gone("INT");
    assert_eq!(run.end().code, 130);
    drop(end);
    sandbox.git(&["config", "--unset", "filter.slow.clean"]);
    sandbox.run(&["load", "a.txt"]).ok();
    sandbox.fsck();
}
