//! What programs read: `start` first, `done` last, errors with what to type next, whatever happens in between.

use serde_json::Value;

use crate::job::{self, PROMPT};
use crate::repair;
use crate::support::{Ran, Rule, Sandbox, Then};

/// The events of a command, which must be framed.
#[track_caller]
fn framed(ran: &Ran, state: &str) -> Vec<Value> {
    let events = ran.events();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().expect("a name")).collect();
    assert_eq!((names.first(), names.last()), (Some(&"start"), Some(&"done")), "{}", ran.stdout);
    assert_eq!(names.iter().filter(|name| matches!(**name, "start" | "done")).count(), 2, "{}", ran.stdout);
    assert_eq!(events.last().expect("a line")["state"], state, "{}", ran.stdout);
    events
}

#[test]
fn every_command_that_works_is_framed_the_same() {
    let mut rules = vec![Rule::reply("It is a cache.\n").model("planner").when(&["what is it?"])];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    framed(&sandbox.run(&["tell", PROMPT, "--plan-only", "--json"]), "finished");
    framed(&sandbox.run(&["continue", "--no-build", "--json"]), "finished");
    let built = framed(&sandbox.run(&["build", "--json"]), "finished");
    let told: Vec<_> = built.iter().filter(|event| event["event"] == "build").map(|event| event["status"].as_str()).collect();
    assert!(told.contains(&Some("started")) && told.contains(&Some("built")), "{told:?}");
    framed(&sandbox.run(&["build", "--json"]), "finished");
    let applied = framed(&sandbox.run(&["apply", "--json"]), "finished");
    assert_eq!(applied[1]["stage"], "apply");
    assert_eq!(applied.last().expect("done")["pending"], serde_json::json!([]));
    let undone = framed(&sandbox.run(&["apply", "--undo", "--json"]), "finished");
    assert_ne!(undone.last().expect("done")["pending"], serde_json::json!([]));
    framed(&sandbox.run(&["chat", "what is it?", "--basic", "--json"]), "finished");
}

#[test]
fn a_run_that_applies_ends_once() {
    let sandbox = job::sandbox(job::rules());
    let events = framed(&sandbox.run(&["tell", PROMPT, "--apply", "--json"]), "finished");
    let stages: Vec<_> = events.iter().filter(|event| event["event"] == "stage").map(|event| event["stage"].as_str()).collect();
    assert_eq!(stages.last(), Some(&Some("apply")));
    let done = events.last().expect("done");
    assert_eq!((&done["pending"], &done["open_tasks"]), (&serde_json::json!([]), &serde_json::json!(0)));
    assert_ne!(done["usage"]["input_tokens"], 0, "what the run used");
    assert_eq!(sandbox.tree(), job::expected());
}

#[test]
fn an_apply_that_builds_first_is_one_frame() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT, "--no-build"]).ok();
    let events = framed(&sandbox.run(&["apply", "--no-commit", "-y", "--json"]), "finished");
    assert!(events.iter().any(|event| event["event"] == "build"));
}

/// The last event before `done`, which must be an error with a hint.
#[track_caller]
fn error(events: &[Value]) -> (String, String) {
    let event = &events[events.len() - 2];
    assert_eq!(event["event"], "error", "{event}");
    let word = |field: &str| event[field].as_str().unwrap_or_else(|| panic!("{field} in {event}")).to_owned();
    (word("message"), word("hint"))
}

#[test]
fn what_stops_a_command_is_an_error_with_a_hint() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.write("src/steps.py", "something else\n");
    let (message, hint) = error(&framed(&sandbox.run(&["apply", "--json"]), "stopped"));
    assert!(message.contains("nothing was written") && hint.contains("--conflicts=markers"), "{message} {hint}");
    assert!(message.contains("src/steps.py"), "{message}");
    let (message, _) = error(&framed(&sandbox.run(&["tell", "nonsense", "--json"]), "error"));
    assert!(message.contains("no rule for this request"), "{message}");

    let sandbox = Sandbox::new(&[("a.txt", "a\n")], vec![Rule::reply("I cannot.\n"), Rule::reply("x").model("names")]);
    let (message, _) = error(&framed(&sandbox.run(&["tell", "x", "--basic", "--json"]), "stopped"));
    assert_eq!(message, "the reply made no tasks, so nothing was changed");
}

#[test]
fn a_doubtful_build_and_a_stop_are_told_in_the_frame() {
    let sandbox = repair::sandbox(vec![Rule::reply("x").model("builder").cut_after(0, Then::Hold)]);
    sandbox.run(&["tell", "count", "--no-build"]).ok();
    let run = sandbox.start(&["build", "--json"]);
    sandbox.server.wait_for_requests(5);
    run.signal("INT");
    let ran = run.end();
    assert_eq!(ran.code, 130);
    framed(&ran, "stopped");
}

#[test]
fn what_cannot_begin_is_an_error_and_the_end() {
    let sandbox = Sandbox::bare_bones(vec![]);
    for args in [&["tell", "x"][..], &["chat", "x"], &["continue"], &["build"], &["apply"]] {
        let ran = sandbox.run(&[args, &["--json"]].concat());
        let events = ran.events();
        let names: Vec<_> = events.iter().map(|event| event["event"].as_str().expect("a name")).collect();
        assert_eq!(names, ["error", "done"], "{args:?}");
        assert_eq!((&events[0]["hint"], &events[1]["state"]), (&"git init".into(), &"error".into()), "{args:?}");
        assert_eq!(ran.code, 1);
    }
}

#[test]
fn conflict_markers_are_an_error_that_names_the_files() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.write("src/steps.py", job::steps().replace("return value + 20\n", "return value * 20\n"));
    let (message, hint) = error(&framed(&sandbox.run(&["apply", "--conflicts=markers", "--json"]), "stopped"));
    assert!(message.contains("src/steps.py") && hint.contains("--undo"), "{message} {hint}");
}

#[test]
fn a_chat_after_a_lost_apply_starts_before_it_warns() {
    let mut rules = vec![Rule::reply("It is a cache.\n").model("planner").when(&["what is it?"])];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let branch = sandbox.git(&["symbolic-ref", "--short", "HEAD"]);
    sandbox.git(&["checkout", "-q", "-b", "other"]);
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["apply", "--commit"]).ok();
    sandbox.git(&["checkout", "-q", branch.trim()]);
    let events = framed(&sandbox.run(&["chat", "what is it?", "--basic", "--json"]), "finished");
    assert!(events.iter().any(|event| event["event"] == "error"), "the lost apply is told");
}
