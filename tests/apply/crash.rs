//! Killed processes: whatever is left half done is ended by the next command, and nothing is lost.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use git_plandex::git::Repo;
use git_plandex::plan::FileMode;
use git_plandex::worktree::{self, CommitRequest, ConflictMode, FileChange, Request, Steps, UndoOutcome};

use super::support::{Sandbox, apply, lines, path, request, untold};

/// Where the re-executed test finds its repository, and the place at which it dies.
const ROOT: &str = "PLANDEX_TEST_ROOT";
const PLACE: &str = "PLANDEX_TEST_PLACE";
const TASK: &str = "PLANDEX_TEST_TASK";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[])), ("gone/b.txt", "two\n"), ("swap", "file\n"), ("run.sh", "#!/bin/sh\n")]);
    sandbox.write("a.txt", lines(20, &[(2, "user")]));
    sandbox.write("mine.txt", "untracked\n");
    sandbox
}

fn changes(sandbox: &Sandbox) -> Vec<FileChange> {
    let base = Some(sandbox.entry(lines(20, &[])));
    vec![
        FileChange { path: path("a.txt"), base, result: Some(sandbox.entry(lines(20, &[(15, "plan")]))) },
        FileChange { path: path("gone/b.txt"), base: Some(sandbox.entry("two\n")), result: None },
        FileChange { path: path("new/deep/c.txt"), base: None, result: Some(sandbox.entry("three\n")) },
        FileChange {
            path: path("run.sh"),
            base: Some(sandbox.entry("#!/bin/sh\n")),
            result: Some(sandbox.entry_of(FileMode::Executable, "#!/bin/sh\n")),
        },
        FileChange { path: path("swap"), base: Some(sandbox.entry("file\n")), result: None },
        FileChange { path: path("swap/inside"), base: None, result: Some(sandbox.entry("inside\n")) },
    ]
}

/// Runs when this binary is started anew by a test below: does the task and kills itself at the place given.
#[test]
fn child_that_is_killed() {
    let Ok(root) = std::env::var(ROOT) else { return };
    let place: usize = std::env::var(PLACE).expect("it is given").parse().expect("it is a number");
    let reached = AtomicUsize::new(0);
    let steps = Steps::new(move |_| {
        if reached.fetch_add(1, Ordering::SeqCst) == place {
            let pid = std::process::id().to_string();
            drop(Command::new("kill").args(["-9", &pid]).status());
            std::thread::park();
        }
    });
    let repo = Repo::discover(Path::new(&root)).expect("it is a repository");
    if std::env::var(TASK).as_deref() == Ok("undo") {
        worktree::undo(&repo, "now", &steps, untold, untold).expect("the undo works");
        return;
    }
    let text = std::fs::read_to_string(Path::new(&root).join(".git/changes")).expect("the changes are there");
    let changes = decode(&text);
    let survey = worktree::survey(&repo, &changes, None).expect("it can be surveyed");
    let request = Request { steps, ..request(ConflictMode::Stop) };
    let done = apply(&repo, survey, &request).expect("it can be applied");
    if let (Ok("commit"), worktree::ApplyOutcome::Applied(applied)) = (std::env::var(TASK).as_deref(), done) {
        std::fs::write(Path::new(&root).join(".git/victim"), std::process::id().to_string()).expect("it can be written");
        let request = CommitRequest { message: "x", trailer: "x/main 1", hide_env: &[], seen: None };
        drop(worktree::commit(&repo, &applied, &request, untold));
    }
}

fn encode(changes: &[FileChange]) -> String {
    let side =
        |entry: &Option<git_plandex::plan::Entry>| entry.as_ref().map_or("-".to_owned(), |entry| format!("{:?}:{}", entry.mode, entry.oid));
    changes.iter().map(|change| format!("{} {} {}\n", change.path, side(&change.base), side(&change.result))).collect()
}

fn decode(text: &str) -> Vec<FileChange> {
    let side = |word: &str| {
        let (mode, oid) = word.split_once(':')?;
        let mode = [FileMode::Regular, FileMode::Executable, FileMode::Symlink].into_iter().find(|known| format!("{known:?}") == mode)?;
        Some(git_plandex::plan::Entry { mode, oid: super::support::id(oid) })
    };
    let change = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        FileChange { path: path(words[0]), base: side(words[1]), result: side(words[2]) }
    };
    text.lines().map(change).collect()
}

/// Starts the child; says whether it was killed.
fn kill_at(sandbox: &Sandbox, task: &str, place: usize) -> bool {
    let exe = std::env::current_exe().expect("it runs");
    let mut child = Command::new(exe);
    child.args(["--exact", "crash::child_that_is_killed"]).stdout(Stdio::null()).stderr(Stdio::null());
    child.env(ROOT, &sandbox.root).env(PLACE, place.to_string()).env(TASK, task);
    let status = child.status().expect("it can be started");
    assert!(status.success() || status.signal() == Some(9), "{status}");
    status.signal() == Some(9)
}

#[test]
fn an_apply_killed_at_any_place_is_ended_by_the_next_command() {
    let done = {
        let sandbox = sandbox();
        sandbox.apply(&changes(&sandbox));
        sandbox.listing()
    };
    let mut ends = [0, 0];
    for place in 0.. {
        let sandbox = sandbox();
        let before = sandbox.listing();
        sandbox.write(".git/changes", encode(&changes(&sandbox)));
        let killed = kill_at(&sandbox, "apply", place);
        worktree::recover(&sandbox.repo(), untold).expect("it can be recovered");
        let now = sandbox.listing();
        assert!(now == before || now == done, "killed at place {place}: half done");
        ends[usize::from(now == done)] += 1;
        // A trial directory of a killed process goes when it is a day old; it is in nobody's way.
        let left: Vec<String> = sandbox.leftovers().into_iter().filter(|name| !name.starts_with("objects-")).collect();
        assert_eq!(left, Vec::<String>::new(), "place {place}");
        // Applying again changes nothing that is done, and undoing leads back to the first state.
        sandbox.apply(&changes(&sandbox));
        assert_eq!(sandbox.listing(), done, "place {place}");
        sandbox.undo();
        assert_eq!(sandbox.listing(), before, "place {place}");
        if !killed {
            break;
        }
    }
    assert!(ends[0] >= 2 && ends[1] >= 7, "{ends:?}");
}

#[test]
fn an_undo_killed_at_any_place_is_ended_by_the_next_command() {
    for place in 0.. {
        let sandbox = sandbox();
        let before = sandbox.listing();
        sandbox.apply(&changes(&sandbox));
        let done = sandbox.listing();
        let killed = kill_at(&sandbox, "undo", place);
        worktree::recover(&sandbox.repo(), untold).expect("it can be recovered");
        let now = sandbox.listing();
        assert!(now == before || now == done, "killed at place {place}: half done");
        assert_eq!(sandbox.leftovers(), Vec::<String>::new(), "place {place}");
        match sandbox.try_undo() {
            UndoOutcome::Undone(_) => assert_eq!(now, done),
            UndoOutcome::Nothing => assert_eq!(now, before),
            other => panic!("{other:?}"),
        }
        assert_eq!(sandbox.listing(), before, "place {place}");
        if !killed {
            break;
        }
    }
}

#[test]
fn what_the_user_changes_after_a_crash_is_left_alone() {
    for place in 2..9 {
        let sandbox = sandbox();
        let before = sandbox.listing();
        sandbox.write(".git/changes", encode(&changes(&sandbox)));
        assert!(kill_at(&sandbox, "apply", place));
        sandbox.write("a.txt", "quite another text\n");
        let recovered = worktree::recover(&sandbox.repo(), untold).expect("it can be recovered").expect("something was left");
        assert!(!recovered.finished);
        assert_eq!(recovered.left, [path("a.txt")]);
        assert_eq!(sandbox.read("a.txt").as_deref(), Some("quite another text\n"));
        let others = |listing: Vec<(String, String, Vec<u8>)>| listing.into_iter().filter(|(name, ..)| name != "a.txt").collect::<Vec<_>>();
        assert_eq!(others(sandbox.listing()), others(before), "place {place}: the rest was not taken back");
    }
}

/// Kills the committing process from a hook and says whether the commit was made.
fn kill_commit(sandbox: &Sandbox, hook: &str, script: &str) -> bool {
    sandbox.write(".git/changes", encode(&changes(sandbox)));
    let name = format!(".git/hooks/{hook}");
    sandbox.write(&name, format!("#!/bin/sh\n{script}\n"));
    sandbox.chmod(&name, 0o755);
    let head = sandbox.head();
    assert!(kill_at(sandbox, "commit", usize::MAX));
    sandbox.remove(&name);
    sandbox.head() != head
}

#[test]
fn a_commit_killed_before_head_moves_has_not_happened() {
    let sandbox = sandbox();
    let staged = sandbox.git(&["ls-files", "-s"]);
    assert!(!kill_commit(&sandbox, "pre-commit", "kill -9 $(cat .git/victim); exit 1"));
    assert!(sandbox.exists(".git/index.lock"));
    worktree::recover(&sandbox.repo(), untold).expect("it can be recovered");
    assert!(!sandbox.exists(".git/index.lock"), "a dead process holds no lock");
    assert_eq!(sandbox.git(&["ls-files", "-s"]), staged);
    assert_eq!(sandbox.read("new/deep/c.txt").as_deref(), Some("three\n"), "the apply stays");
}

#[test]
fn a_commit_killed_after_head_moved_takes_the_index_along() {
    let sandbox = sandbox();
    assert!(kill_commit(&sandbox, "reference-transaction", "[ \"$1\" != committed ] || kill -9 $(cat .git/victim)"));
    assert_ne!(sandbox.git(&["diff", "--cached", "--name-only"]), "", "the index is behind");
    worktree::recover(&sandbox.repo(), untold).expect("it can be recovered");
    assert!(!sandbox.exists(".git/index.lock"));
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M a.txt\n?? mine.txt", "only the user's own edits are left");
}

#[test]
fn somebody_else_s_index_lock_is_respected_and_named() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let applied = sandbox.apply(&[sandbox.change("a.txt", Some("ONE\n"))]);
    sandbox.write(".git/index.lock", "");
    let request = CommitRequest { message: "x", trailer: "x/main 1", hide_env: &[], seen: None };
    let error = worktree::commit(&sandbox.repo(), &applied, &request, untold).expect_err("the index is locked");
    assert!(error.to_string().contains("index.lock"), "{error}");
    worktree::recover(&sandbox.repo(), untold).expect("nothing to do");
    assert!(sandbox.exists(".git/index.lock"), "it is not ours to remove");
}

#[test]
fn a_file_saved_in_the_middle_of_an_apply_is_merged_and_not_overwritten() {
    for at in ["surveyed", "staged", "recorded", "before file 0", "before file 1"] {
        let sandbox = Sandbox::committed(&[("a.txt", &lines(20, &[])), ("b.txt", "two\n")]);
        let changes = [sandbox.change("a.txt", Some(&lines(20, &[(15, "plan")]))), sandbox.change("b.txt", Some("TWO\n"))];
        let place = sandbox.place("a.txt");
        let saved = Arc::new(Mutex::new(false));
        let steps = Steps::new(move |step| {
            let mut saved = saved.lock().expect("nobody panics");
            if step == at && !*saved {
                *saved = true;
                // An editor's save in that moment, on top of what is there.
                let text = std::fs::read_to_string(&place).expect("it is there");
                std::fs::write(&place, text.replacen("line 2\n", "user\n", 1)).expect("it can be written");
            }
        });
        let survey = sandbox.survey(&changes);
        let request = Request { steps, ..request(ConflictMode::Stop) };
        let outcome = apply(&sandbox.repo(), survey, &request).expect("it can be applied");
        assert!(matches!(outcome, worktree::ApplyOutcome::Applied(_)), "{at}: {outcome:?}");
        assert_eq!(sandbox.read("a.txt"), Some(lines(20, &[(2, "user"), (15, "plan")])), "{at}");
        assert_eq!(sandbox.read("b.txt").as_deref(), Some("TWO\n"), "{at}");
        assert_eq!(sandbox.leftovers(), Vec::<String>::new(), "{at}");
    }
}

#[test]
fn two_applies_at_once_end_as_one_after_the_other() {
    let sandbox = Sandbox::committed(&[("a.txt", &lines(30, &[])), ("b.txt", &lines(30, &[]))]);
    let change = |name: &str, line: usize| sandbox.change(name, Some(&lines(30, &[(line, "plan")])));
    let sets = [
        vec![change("a.txt", 3), change("b.txt", 3)],
        vec![change("a.txt", 25), change("b.txt", 25)],
        vec![change("a.txt", 14), change("b.txt", 14)],
    ];
    std::thread::scope(|scope| {
        for set in &sets {
            scope.spawn(|| sandbox.apply(set));
        }
    });
    let all = lines(30, &[(3, "plan"), (14, "plan"), (25, "plan")]);
    assert_eq!((sandbox.read("a.txt"), sandbox.read("b.txt")), (Some(all.clone()), Some(all)));
}

#[test]
fn the_same_apply_twice_at_once_changes_the_files_once() {
    let sandbox = Sandbox::committed(&[("a.txt", "a\nb\n")]);
    let change = sandbox.change("a.txt", Some("a\nb\nplan\n"));
    sandbox.write("a.txt", "user\na\nb\n");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| sandbox.apply(std::slice::from_ref(&change)));
        }
    });
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("user\na\nb\nplan\n"));
}

#[test]
fn an_apply_that_waits_too_long_says_for_whom() {
    let sandbox = Sandbox::committed(&[("a.txt", "one\n")]);
    let changes = [sandbox.change("a.txt", Some("ONE\n"))];
    sandbox.write(".git/plandex/apply/lock", "process 1 is applying 'y/main' since yesterday");
    let file = std::fs::OpenOptions::new().write(true).open(sandbox.place(".git/plandex/apply/lock")).expect("it is there");
    file.lock().expect("it is free");
    let error = apply(&sandbox.repo(), sandbox.survey(&changes), &request(ConflictMode::Stop)).expect_err("it is held");
    assert_eq!(error.to_string(), "process 1 is applying 'y/main' since yesterday in this worktree");
    assert_eq!(sandbox.read("a.txt").as_deref(), Some("one\n"));
    assert_eq!(worktree::recover(&sandbox.repo(), untold).expect("it does not wait"), None);
}

#[test]
fn an_undo_that_dies_before_the_plan_is_told_is_told_by_the_next_command() {
    let sandbox = sandbox();
    sandbox.apply(&changes(&sandbox));
    let dies = |_: &worktree::Undone| Err(worktree::Error::Path("the process died".into()));
    worktree::undo(&sandbox.repo(), "now", &Steps::default(), untold, dies).expect_err("it died");
    let mut told = None;
    let recovered = worktree::recover(&sandbox.repo(), |found| {
        told = Some((found.undo, found.finished, found.paths.clone()));
        Ok::<(), worktree::Error>(())
    });
    let recovered = recovered.expect("it can be recovered").expect("something was left");
    assert_eq!(told, Some((true, true, recovered.paths)));
    let nothing = worktree::recover(&sandbox.repo(), |_| Err(worktree::Error::Path("told twice".into())));
    assert_eq!(nothing.expect("nothing is left"), None);
}

/// An apply that dies when all files are in place and the plan is to be told.
fn apply_that_dies(sandbox: &Sandbox) {
    let dies = |_: &worktree::Applied| Err(worktree::Error::Path("the process died".into()));
    let survey = sandbox.survey(&changes(sandbox));
    worktree::apply(&sandbox.repo(), survey, &request(ConflictMode::Stop), untold, dies).expect_err("it died");
}

#[test]
fn an_apply_that_dies_before_the_plan_is_told_is_told_by_the_next_command_whatever_is_edited_since() {
    let sandbox = sandbox();
    let before = sandbox.listing();
    apply_that_dies(&sandbox);
    sandbox.write("a.txt", lines(20, &[(2, "user"), (14, "later"), (15, "plan")]));
    let mut told = None;
    let recovered = worktree::recover(&sandbox.repo(), |found| {
        told = Some((found.undo, found.finished, found.paths.clone()));
        Ok::<(), worktree::Error>(())
    });
    let recovered = recovered.expect("it can be recovered").expect("something was left");
    assert_eq!(told, Some((false, true, recovered.paths)));
    assert_eq!((recovered.left, sandbox.read("new/deep/c.txt").as_deref()), (Vec::new(), Some("three\n")));
    assert_eq!(sandbox.leftovers(), Vec::<String>::new());
    sandbox.write("a.txt", lines(20, &[(2, "user"), (15, "plan")]));
    sandbox.undo();
    assert_eq!(sandbox.listing(), before);
}

#[test]
fn whoever_waits_for_the_lock_tells_the_plan_of_what_the_holder_left() {
    type Found<'a> = &'a mut dyn FnMut(&worktree::Recovered) -> Result<(), worktree::Error>;
    let next: [fn(&Sandbox, Found<'_>); 3] = [
        |sandbox, found| {
            let survey = sandbox.survey(&[sandbox.change("other.txt", Some("x\n"))]);
            worktree::apply(&sandbox.repo(), survey, &request(ConflictMode::Stop), found, untold).expect("it can be applied");
        },
        |sandbox, found| {
            worktree::undo(&sandbox.repo(), "now", &Steps::default(), found, untold).expect("it can be taken back");
        },
        |sandbox, found| {
            let applied = sandbox.apply(&[]);
            apply_that_dies(sandbox);
            let request = CommitRequest { message: "x", trailer: "x/main 1", hide_env: &[], seen: None };
            worktree::commit(&sandbox.repo(), &applied, &request, found).expect("it can be committed");
        },
    ];
    for (at, command) in next.iter().enumerate() {
        let sandbox = sandbox();
        if at < 2 {
            apply_that_dies(&sandbox);
        }
        let mut told = 0;
        command(&sandbox, &mut |found| {
            told += usize::from(found.finished && !found.undo);
            Ok(())
        });
        assert_eq!(told, 1, "{at}");
    }
}
