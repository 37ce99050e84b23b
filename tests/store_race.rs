//! Many processes on one plan branch, killed ones, and events that do not commute.

mod store_support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use git_plandex::git::Error as GitError;
use git_plandex::plan::{Change, Entry, EventKind, FileMode, Plan, Refusal};
use git_plandex::store::Error;
use store_support::*;

const PROCESSES: usize = 16;
const NOTES_EACH: usize = 20;

/// Not a test of its own: one of the processes that add notes.
#[test]
fn helper_adds_notes() {
    let Some(dir) = std::env::var_os("STORE_RACE_HELPER") else { return };
    let name = std::env::var("STORE_RACE_NAME").expect("given with it");
    let count: usize = std::env::var("STORE_RACE_COUNT").expect("given with it").parse().expect("a number");
    let store = open_store(Path::new(&dir));
    let mut plan = store.load(&at("p")).expect("loads");
    for n in 0..count {
        add_note(&store, &mut plan, &format!("{name}-{n}"));
    }
}

fn start(dir: &Path, name: &str, count: usize) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "helper_adds_notes"])
        .env("STORE_RACE_HELPER", dir)
        .env("STORE_RACE_NAME", name)
        .env("STORE_RACE_COUNT", count.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the helper starts")
}

fn notes_of_many(repo: &TestRepo) {
    new_plan(&repo.store(), "p");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for tidying in [["gc", "--quiet"], ["pack-refs", "--all"]] {
            let (over, dir) = (&over, &repo.dir);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    // Two tidiers get in each other's way at times; the writers must not care.
                    try_git(dir, &tidying);
                }
            });
        }
        let helpers: Vec<Child> = (0..PROCESSES).map(|n| start(&repo.dir, &n.to_string(), NOTES_EACH)).collect();
        let failed = helpers.into_iter().filter_map(|mut helper| helper.wait().ok()).filter(|status| !status.success()).count();
        over.store(true, Ordering::Relaxed);
        assert_eq!(failed, 0);
    });
    let plan = repo.store().load(&at("p")).expect("loads").plan;
    let mut names: Vec<_> = plan.context.iter().map(|item| item.name.clone()).collect();
    names.sort();
    let mut expected: Vec<_> = (0..PROCESSES).flat_map(|p| (0..NOTES_EACH).map(move |n| format!("{p}-{n}"))).collect();
    expected.sort();
    assert_eq!(names, expected);
    let commits = repo.git(&["rev-list", "--count", "refs/plandex/plans/p/main"]);
    assert_eq!(commits, (PROCESSES * NOTES_EACH + 1).to_string(), "one commit per event, in one line");
    repo.fsck();
}

#[test]
fn many_processes_lose_nothing_while_git_tidies_up() {
    notes_of_many(&TestRepo::with_commit());
}

#[test]
fn many_processes_lose_nothing_with_reftable() {
    notes_of_many(&TestRepo::init(&["--ref-format=reftable"]));
}

#[test]
fn a_killed_writer_leaves_a_whole_plan_that_others_go_on_with() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    let mut before = 0;
    for round in 0..30 {
        let mut helper = start(&repo.dir, &format!("r{round}"), usize::MAX);
        // Kills at another instant of an append each time: after a growing number of its events has been seen.
        let tip = repo.git(&["rev-parse", "refs/plandex/plans/p/main"]);
        while repo.git(&["rev-parse", "refs/plandex/plans/p/main"]) == tip {
            std::thread::yield_now();
        }
        for _ in 0..round * 700 {
            std::hint::spin_loop();
        }
        helper.kill().expect("killed");
        helper.wait().expect("reaped");
        let mut plan = store.load(&at("p")).expect("whole");
        assert!(plan.plan.context.len() > before, "finished events stay");
        add_note(&store, &mut plan, &format!("after {round}"));
        before = plan.plan.context.len();
    }
    repo.fsck();
}

/// Not a test of its own: renames a plan back and forth until it is killed.
#[test]
fn helper_renames() {
    let Some(dir) = std::env::var_os("STORE_RENAME_HELPER") else { return };
    let store = open_store(Path::new(&dir));
    loop {
        store.recover().expect("recovered");
        let (from, to) = if store.is_taken(&slug("p")).expect("read") { ("p", "q") } else { ("q", "p") };
        store.rename(&slug(from), &slug(to)).expect("renamed");
    }
}

#[test]
fn a_killed_rename_is_finished_and_tears_nothing() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let plan = new_plan(&store, "p");
    for name in ["b", "c", "d"] {
        store.create_branch(&plan.at, &slug(name), &record(EventKind::Branch, "Branch")).expect("a branch");
    }
    let moves = repo.dir.join(".git/plandex/moves");
    let mut torn = 0;
    for round in 0..30 {
        let mut helper = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "helper_renames"])
            .env("STORE_RENAME_HELPER", &repo.dir)
            .stdout(Stdio::null())
            .spawn()
            .expect("the helper starts");
        while std::fs::read_dir(&moves).map_or(0, |listing| listing.count()) == 0 {
            std::thread::yield_now();
        }
        for _ in 0..round * 2_000 {
            std::hint::spin_loop();
        }
        helper.kill().expect("killed");
        helper.wait().expect("reaped");
        torn += usize::from(store.is_taken(&slug("p")).expect("read") && store.is_taken(&slug("q")).expect("read"));
        store.recover().expect("recovered");
        let names: Vec<_> = store.plans(false).expect("lists").into_iter().map(|summary| summary.at).collect();
        assert!(names.len() == 4 && names.iter().all(|at| at.plan == names[0].plan), "{names:?}");
        assert_eq!(repo.git(&LEASES), "");
    }
    assert!(torn > 0, "no kill came between two refs, so this shows nothing");
    repo.fsck();
}

/// Not a test of its own: adds a note where no file can be written.
#[test]
fn helper_finds_the_disk_full() {
    let Some(dir) = std::env::var_os("STORE_FULL_HELPER") else { return };
    let store = open_store(Path::new(&dir));
    let mut plan = store.load(&at("p")).expect("loads");
    let full = store.append(&mut plan, &record(EventKind::Prompt, "Prompt"), &mut |plan| {
        let text = (0..20_000u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string()).collect::<String>();
        Ok(vec![Change::Message(git_plandex::plan::Message::new(next_id(plan), git_plandex::plan::Role::User, text))])
    });
    let named =
        full.as_ref().is_err_and(|error| matches!(error, Error::Git(GitError::Io { action: "write", path, .. }) if path.starts_with(&dir)));
    assert!(named, "{full:?}");
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_note(&store, &mut plan, "before");
    // Files of at most 8 blocks stand in for a disk without space: the write fails in the middle in the same way.
    let out = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact helper_finds_the_disk_full"])
        .arg(std::env::current_exe().expect("this test"))
        .env("STORE_FULL_HELPER", &repo.dir)
        .output()
        .expect("the helper runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    assert_eq!(store.load(&at("p")).expect("loads").plan, plan.plan);
    add_note(&store, &mut plan, "after");
    repo.fsck();
}

#[test]
fn a_stale_lock_of_a_dead_writer_does_not_stop_the_next() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_note(&store, &mut plan, "first");
    // As a writer leaves it that is killed at the head of the queue while it moves the ref.
    let git_dir = repo.dir.join(".git");
    std::fs::write(git_dir.join("refs/plandex/plans/p/main.lock"), "").expect("written");
    std::fs::write(git_dir.join("plandex/queue/p.main"), "x").expect("written");
    add_note(&store, &mut plan, "second");
    assert_eq!(store.load(&at("p")).expect("loads").plan.context.len(), 2);
}

#[test]
fn a_lock_that_is_not_ours_is_named() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let plan = new_plan(&store, "p");
    repo.git(&["pack-refs", "--all"]);
    let lock = repo.dir.join(".git/packed-refs.lock");
    std::fs::write(&lock, "").expect("written");
    let stopped =
        store.repo().delete_ref("refs/plandex/plans/p/main", &git_plandex::git::Oid::from_hex(plan.commit.as_str()).expect("an id"));
    assert!(stopped.as_ref().is_err_and(|error| error.to_string().contains("packed-refs.lock")), "{stopped:?}");
    assert!(lock.exists());
}

/// Takes a path out of the plan when it is pending, as reject and apply do; refuses when it is not.
fn settle_path(plan: &Plan, path: &str) -> Result<Vec<Change>, Refusal> {
    let path = path.parse().expect("a path");
    if !plan.result.contains_key(&path) {
        return Err(Refusal(format!("'{path}' is no longer pending")));
    }
    Ok(vec![Change::Base(path.clone(), None), Change::Result(path, None)])
}

#[test]
fn of_two_events_that_do_not_commute_the_second_is_refused() {
    for ref_format in ["files", "reftable"] {
        let repo = TestRepo::init(&[&format!("--ref-format={ref_format}")]);
        let store = repo.store();
        let mut plan = new_plan(&store, "p");
        let oid = store.write_blob(b"new").expect("a blob");
        let entry = Entry { mode: FileMode::Executable, oid };
        store
            .append(&mut plan, &record(EventKind::Build, "Build"), &mut |_| {
                Ok(vec![Change::Result("a".parse().expect("a path"), Some(entry.clone()))])
            })
            .expect("appended");
        let mut other = plan.clone();
        store.append(&mut plan, &record(EventKind::Reject, "Reject a"), &mut |plan| settle_path(plan, "a")).expect("first");
        let second = store.append(&mut other, &record(EventKind::Apply, "Apply a"), &mut |plan| settle_path(plan, "a"));
        assert!(matches!(second, Err(Error::Refused(_))), "{second:?}");
        assert_eq!(other.plan, plan.plan, "the refused one has seen the new tip");
        assert_eq!(store.history(&plan.at, 100).expect("a history").len(), 3);
    }
}

#[test]
fn load_and_rewind_end_as_if_one_came_after_the_other() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_message(&store, &mut plan, "one");
    let target = store.find_commit(&plan.at, "1").expect("a step");
    let mut late = plan.clone();
    add_note(&store, &mut plan, "note");
    rewind(&store, &mut late, &target, &record(EventKind::Rewind, "Rewind")).expect("rewound on the new tip");
    assert!(late.plan.messages.is_empty() && late.plan.context.is_empty(), "as if the rewind came last");
    add_note(&store, &mut plan, "again");
    assert_eq!((plan.plan.messages.len(), plan.plan.context.len()), (0, 1), "the load came after the rewind");
}

#[test]
fn two_writers_make_ids_that_only_grow() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut one = new_plan(&store, "p");
    let mut two = one.clone();
    for n in 0..5 {
        add_note(&store, &mut one, &format!("one {n}"));
        add_note(&store, &mut two, &format!("two {n}"));
    }
    let names: Vec<_> = two.plan.context.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["one 0", "two 0", "one 1", "two 1", "one 2", "two 2", "one 3", "two 3", "one 4", "two 4"]);
}

#[test]
fn objects_that_a_prune_took_before_the_ref_moved_are_written_again() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let body = store.write_blob(b"the body").expect("a blob");
    let mut pruned = false;
    store
        .append(&mut plan, &record(EventKind::Load, "Load"), &mut |plan| {
            Ok(vec![Change::Context(note(next_id(plan), "note", body.clone()))])
        })
        .expect("appended");
    // What a prune does between the write of an object and the move of its ref, seen from the next check.
    let mut next = |repo: &TestRepo| {
        let oid = store.write_blob(b"another body").expect("a blob");
        repo.git(&["prune", "--expire=now"]);
        pruned = !store.repo().has_object(&git_plandex::git::Oid::from_hex(oid.as_str()).expect("an id"));
        store.repo().settle().expect("settled");
        oid
    };
    let oid = next(&repo);
    assert!(pruned, "git had pruned it");
    assert_eq!(store.read_blob(&oid).expect("written again"), b"another body");
    repo.fsck();
}
