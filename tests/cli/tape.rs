//! What a run is answered can be written down, and played again without a model or a key.

use crate::job::{self, PROMPT};
use crate::support::Sandbox;

const KEY: &str = "sk-tape-0123456789abcdef";

/// Records the whole job and the commit message, and returns the recording.
fn recorded(sandbox: &Sandbox) -> std::path::PathBuf {
    let path = sandbox.beside("talk.yml");
    let file = path.to_str().expect("UTF-8");
    let prompt = format!("{PROMPT}\nnever print {KEY}");
    sandbox.run_env(&[("ANTHROPIC_API_KEY", KEY)], &["tell", "--record", file, &prompt]).ok();
    sandbox.run_env(&[("ANTHROPIC_API_KEY", KEY)], &["apply", "--record", file]).ok();
    path
}

#[test]
fn a_recorded_job_is_played_again_without_a_model_and_ends_in_the_same_tree() {
    let sandbox = job::sandbox(job::rules());
    let path = recorded(&sandbox);
    let text = std::fs::read_to_string(&path).expect("a recording");
    assert!(!text.contains(KEY), "{text}");
    let roles: Vec<&str> = text.lines().filter_map(|line| line.trim_start_matches("- ").trim().strip_prefix("role: ")).collect();
    assert_eq!(roles, ["names", "architect", "planner", "coder", "coder", "coder", "commit-messages"]);
    let other = job::sandbox(vec![]);
    // Nothing is configured here: no models.yml, no key, and no server at the usual address.
    other.models_yml("");
    other.git(&["config", "--global", "--unset", "plandex.modelPack"]);
    let file = path.to_str().expect("UTF-8");
    other.run(&["tell", "--replay", file, PROMPT]).ok();
    other.run(&["apply", "--replay", file]).ok();
    assert_eq!(other.tree(), job::expected());
    assert_eq!(other.git(&["log", "-1", "--format=%s"]), sandbox.git(&["log", "-1", "--format=%s"]), "the message is the model's");
    assert!(other.server.requests().is_empty());
    other.fsck();
}

#[test]
fn what_a_recording_does_not_fit_is_named_and_the_exit_code_is_the_providers() {
    let sandbox = job::sandbox(vec![]);
    let path = sandbox.beside("talk.yml");
    std::fs::write(&path, "- { name: the plan, role: planner, expects: [the moon], reply: Fine. }\n").expect("written");
    sandbox.run(&["new", "p"]).ok();
    let words = sandbox.run(&["chat", "--basic", "--replay", path.to_str().expect("UTF-8"), "What is it?"]).fails(3);
    assert!(words.contains("does not hold what the recorded reply (the plan) depends on: \"the moon\""), "{words}");
}

#[test]
fn a_file_that_is_no_recording_is_neither_written_to_nor_played() {
    let sandbox = job::sandbox(job::rules());
    let before = std::fs::read(sandbox.repo.join("src/steps.py")).expect("a file");
    for flag in ["--record", "--replay"] {
        let words = sandbox.run(&["tell", flag, "src/steps.py", PROMPT]).fails(1);
        assert!(words.contains("steps.py' is no recording"), "{words}");
        let words = sandbox.run(&["tell", flag, "no/such/file.yml", PROMPT]).fails(1);
        assert!(words.contains("cannot open the recording '"), "{words}");
    }
    assert_eq!(std::fs::read(sandbox.repo.join("src/steps.py")).expect("a file"), before);
    sandbox.run(&["tell", "--record", "a.yml", "--replay", "b.yml", PROMPT]).fails(2);
    assert!(sandbox.server.requests().is_empty());
}
