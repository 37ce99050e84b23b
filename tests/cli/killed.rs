//! Runs that are killed, and go on.

use std::path::Path;

use git_plandex::config::Api;

use crate::job::{self, CODE, CONTEXT, PROMPT, TASKS, TITLES};
use crate::support::{FORMATS, Rule, Sandbox, Then, tree_of};

/// Ends the change that a sandbox began and looks at the files.
fn finish(sandbox: &Sandbox, dir: &Path, what: &str) {
    sandbox.run_in(dir, &["continue"]).ok();
    sandbox.run_in(dir, &["apply", "--no-commit"]).ok();
    assert_eq!(tree_of(dir), job::expected(), "{what}");
    sandbox.fsck();
}

/// The rules of the job, but requests about tasks after the first `count` get no answer.
fn silent_after(count: usize) -> Vec<Rule> {
    let silent = |title: &&str| Rule::reply("x").model("coder").when(&[&job::current(title)]).cut_after(0, Then::Hold);
    TITLES[count..].iter().map(silent).chain(job::rules()).collect()
}

#[test]
fn a_run_that_is_killed_after_each_task_goes_on_over_every_format_and_every_cut() {
    for (api, chunk) in FORMATS.iter().flat_map(|api| [1, 7, 4096].map(|chunk| (*api, chunk))) {
        let sandbox = job::sandbox(vec![]);
        sandbox.speak(api);
        sandbox.server.chunk(chunk);
        let mut command = vec!["tell", PROMPT, "--json"];
        for (at, title) in TITLES.iter().enumerate() {
            sandbox.server.set(silent_after(at + 1));
            let mut run = sandbox.start(&command);
            run.wait_for(&["\"event\":\"task_done\"", title]);
            run.kill();
            command = vec!["continue", "--json"];
        }
        finish(&sandbox, &sandbox.repo, &format!("{api:?}, {chunk}"));
        let mut finished = job::log(&sandbox.server.requests());
        // The next task may have been asked for before the kill; nothing of that reply came, so it is asked for again.
        finished.dedup();
        let once = ["names", "architect", "planner", "coder: Add a cache", "coder: Use the cache", "coder: Move the store"];
        assert_eq!(finished, once, "{api:?}, {chunk}");
    }
}

/// A reply of the job, the words after which it breaks off, and the requests of a run that is killed there and continued.
const PLACES: [(&str, &str, &str); 6] = [
    ("architect", "the wrong place", CONTEXT),
    ("architect", "### Files", CONTEXT),
    ("planner", "1. Add a cache", TASKS),
    ("coder", "_values = {}", CODE[0]),
    ("coder", "Step 60, doubled.", CODE[1]),
    ("coder", "### Move Files", CODE[2]),
];

fn breaking(api: Api, model: &str, words: &str, reply: &str) -> Sandbox {
    let (begins, goes_on) = job::broken(reply, words);
    let task = TITLES.iter().zip(CODE).find(|(_, code)| *code == reply).map(|(title, _)| job::current(title)).unwrap_or_default();
    let mut rules = vec![begins.model(model).when(&[&task]), goes_on.model(model).when(&[&task])];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    sandbox.speak(api);
    sandbox.server.chunk(7);
    sandbox
}

fn kill_at(sandbox: &Sandbox, words: &str) {
    let mut run = sandbox.start(&["tell", PROMPT, "--json"]);
    run.wait_for_text(words);
    run.kill();
}

#[test]
fn a_reply_that_a_kill_broke_goes_on_from_what_was_stored() {
    for (api, (model, words, reply)) in FORMATS.iter().flat_map(|api| PLACES.map(|place| (*api, place))) {
        let sandbox = breaking(api, model, words, reply);
        kill_at(&sandbox, words);
        finish(&sandbox, &sandbox.repo, &format!("{api:?}, {words}"));
        let log = job::log(&sandbox.server.requests());
        let again: Vec<_> = log.iter().filter(|line| line.ends_with(", going on")).collect();
        assert_eq!(again.len(), 1, "{api:?}, {words}: {log:?}");
        assert_eq!(log.len(), 7, "{api:?}, {words}: {log:?}");
        let convo = sandbox.run(&["convo", "--plain"]).ok();
        assert_eq!(convo.matches(words).count(), job_says(words), "{api:?}, {words}: {convo}");
    }
}

/// How often the whole conversation of the job says something.
fn job_says(words: &str) -> usize {
    [PROMPT, CONTEXT, TASKS].iter().chain(&CODE).map(|text| text.matches(words).count()).sum()
}

#[test]
fn a_copy_of_the_repository_at_another_path_goes_on_too() {
    for (model, words, reply) in PLACES {
        let sandbox = breaking(Api::Openai, model, words, reply);
        kill_at(&sandbox, words);
        let copy = sandbox.beside("elsewhere");
        let copied = std::process::Command::new("cp").arg("-a").arg(&sandbox.repo).arg(&copy).status().expect("cp runs");
        assert!(copied.success());
        let untouched = sandbox.git(&["for-each-ref"]);
        finish(&sandbox, &copy, words);
        assert_eq!(sandbox.git(&["for-each-ref"]), untouched, "the first repository stays as it is");
    }
}

#[test]
fn a_reply_that_breaks_off_behind_its_end_is_not_asked_for_again() {
    let replies = [("architect", CONTEXT), ("planner", TASKS), ("coder", CODE[0])];
    for (api, (model, reply)) in FORMATS.iter().flat_map(|api| replies.map(|one| (*api, one))) {
        let task = if model == "coder" { job::current(TITLES[0]) } else { String::new() };
        let broken = Rule::reply(reply).break_with(reply.len() - 1, ": nothing more").cut_after(usize::MAX, Then::Close);
        let rules = std::iter::once(broken.model(model).when(&[&task]).once()).chain(job::rules());
        let sandbox = job::sandbox(rules.collect());
        sandbox.speak(api);
        sandbox.run(&["tell", PROMPT]).ok();
        finish(&sandbox, &sandbox.repo, model);
        let log = job::log(&sandbox.server.requests());
        assert!(!log.iter().any(|line| line.ends_with(", going on")), "{api:?}, {model}: {log:?}");
        assert_eq!(log.len(), 6, "{api:?}, {model}: {log:?}");
    }
}
