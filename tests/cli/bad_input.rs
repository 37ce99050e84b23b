//! Wrong arguments, wrong places and wrong files.

use crate::job::{self, PROMPT};
use crate::support::{Ran, Sandbox};

fn said(sandbox: &Sandbox, ran: Ran, code: i32) -> String {
    sandbox.mask(&ran.fails(code))
}

#[test]
fn outside_of_a_repository_the_error_says_git_init() {
    let sandbox = Sandbox::bare_bones(vec![]);
    for args in
        [&["status"][..], &["tell", "x"], &["current"], &["plans"], &["load", "x"], &["apply"], &["config"], &["set-auto", "full"], &[]]
    {
        let words = "error: not a git repository (or any of the parent directories): '/SANDBOX/repo'\nhint: git init\n";
        assert_eq!(said(&sandbox, sandbox.run(args), 1), words, "{args:?}");
    }
    for args in [&["help"][..], &["help", "tell"], &["version"], &["models"], &["--help"], &["--version"], &["tell", "-h"]] {
        assert!(!sandbox.run(args).ok().is_empty(), "{args:?}");
    }
    assert!(sandbox.run_with("### Tasks\n\n1. One\n", &["parse-reply"]).ok().contains("\"title\": \"One\""));
}

#[test]
fn names_that_cannot_be_are_refused() {
    let sandbox = job::sandbox(vec![]);
    sandbox.run(&["new", "first"]).ok();
    let long = "x".repeat(51);
    for name in ["", "Über", "a b", "-a", "a/b/c", "a..b", ".git", &long, "a\u{1b}[31mb"] {
        for command in [&["new", name][..], &["rename", name], &["checkout", "-y", name], &["cd", name], &["--plan", name, "log"]] {
            let args: Vec<_> = command.iter().map(|word| if *word == "-a" { "--" } else { word }).collect();
            if name == "-a" || name.is_empty() && command[0] == "--plan" {
                continue;
            }
            let words = said(&sandbox, sandbox.run(&args), 1);
            assert!(words.starts_with("error: "), "{args:?}: {words}");
            assert!(!words.contains('\u{1b}'), "{args:?}: {words}");
        }
    }
    assert_eq!(
        said(&sandbox, sandbox.run(&["new", "first"]), 1),
        "error: there is already a plan called 'first'\nhint: git plandex new with another name\n"
    );
    assert_eq!(
        said(&sandbox, sandbox.run(&["new", "A b"]), 1),
        "error: 'A b' is not a name: use 1 to 50 of a-z, 0-9 and '-', beginning with a letter or digit\n"
    );
    assert_eq!(
        said(&sandbox, sandbox.run(&["cd", "nowhere"]), 1),
        "error: no plan is called 'nowhere'\nhint: git plandex plans lists the plans\n"
    );
    assert_eq!(
        said(&sandbox, sandbox.run(&["--plan", "first/nowhere", "log"]), 1),
        "error: plan 'first' has no branch 'nowhere'\nhint: git plandex branches lists the branches\n"
    );
    assert_eq!(
        said(&sandbox, sandbox.run_env(&[("PLANDEX_PLAN", "nowhere")], &["log"]), 1),
        "error: no plan is called 'nowhere'\nhint: git plandex plans lists the plans\n"
    );
    assert_eq!(sandbox.run(&["plans", "--json"]).ok().matches("\"plan\"").count(), 1);
}

#[test]
fn wrong_flags_are_a_usage_error() {
    let sandbox = job::sandbox(vec![]);
    sandbox.run(&["new", "p"]).ok();
    let wrong: [&[&str]; 16] = [
        &["no-such-command"],
        &["tell"],
        &["tell", "   "],
        &["tell", "x", "--no-such-flag"],
        &["tell", "x", "--file", "y"],
        &["tell", "x", "--from-chat"],
        &["tell", "x", "--basic", "--full"],
        &["tell", "x", "--missing=perhaps"],
        &["tell", "x", "--chat", "--plan-only"],
        &["tell", "x", "--no-build", "--apply"],
        &["apply", "--conflicts=perhaps"],
        &["apply", "x", "--undo"],
        &["set-auto", "most"],
        &["convo", "5-2"],
        &["load"],
        &["diff", "--plain", "--json"],
    ];
    for args in wrong {
        let ran = sandbox.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(sandbox.server.requests().len(), 0, "no model was asked");
}

#[test]
fn commands_without_a_plan_say_how_to_make_one() {
    let sandbox = job::sandbox(vec![]);
    let all: [&[&str]; 18] = [
        &["current"],
        &["status"],
        &["ls"],
        &["rm", "1"],
        &["show", "1"],
        &["continue"],
        &["build"],
        &["tasks"],
        &["diff"],
        &["apply"],
        &["reject", "--all", "-y"],
        &["log"],
        &["rewind", "1"],
        &["convo"],
        &["branches"],
        &["checkout", "x"],
        &["rename", "x"],
        &["archive"],
    ];
    for args in all {
        let words = said(&sandbox, sandbox.run(args), 1);
        assert!(words.contains("git plandex new"), "{args:?}: {words}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = job::sandbox(job::rules());
    let program = env!("CARGO_BIN_EXE_git-plandex");
    for (line, stays) in [(format!("{program} tell '{PROMPT}' | head -n 1"), 1), (format!("{program} log | head -n 1"), 1)] {
        let line = format!("set -o pipefail; {line}");
        let ran = crate::support::finish(&mut sandbox.command_in(&sandbox.repo, "bash", &["-c", &line]));
        assert_eq!(ran.stdout.lines().count(), stays, "{}", ran.stdout);
        for sign in ["panic", "Broken pipe", "error:"] {
            assert!(!ran.stderr.contains(sign), "{}", ran.stderr);
        }
    }
}

#[test]
fn what_is_refused_as_context_is_not_stored_either() {
    let sandbox = Sandbox::new(&[("a.txt", "a\n")], vec![]);
    sandbox.write("picture.bin", b"\x89PNG\0\0".repeat(100));
    sandbox.write("latin.txt", b"caf\xe9\n");
    let count = || sandbox.git(&["count-objects"]);
    sandbox.run(&["new", "p"]).ok();
    let before = count();
    sandbox.run(&["load", "picture.bin", "latin.txt"]).fails(1);
    assert_eq!(count(), before);
}
