//! What is stored on a state that somebody else has changed meanwhile, and what a dead run leaves to who comes after it.

mod store_support;

use std::time::Duration;

use git_plandex::config::Environment;
use git_plandex::context::Place;
use git_plandex::pipeline::{Wish, Workspace, acquire, cancel, find_words, load_found, refresh, remove_items};
use git_plandex::plan::RepoPath;
use git_plandex::store::{LeaseTimes, Snapshot};
use store_support::*;

fn workspace(repo: &TestRepo) -> Workspace {
    Workspace::open(&repo.dir, Environment::from_pairs([("HOME", "/nowhere")]), Vec::new()).expect("a repository")
}

fn load(ws: &Workspace, plan: &mut Snapshot, names: &[&str]) {
    let words: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let root = ws.store.repo().work_dir().expect("a working tree").to_owned();
    let mut found = find_words(ws, &Wish::of(&words, Place { root: &root, cwd: &root })).expect("read");
    load_found(ws, plan, &mut found).expect("loaded");
}

fn path(name: &str) -> RepoPath {
    name.parse().expect("a path")
}

#[test]
fn a_refresh_does_not_bring_back_what_was_removed_meanwhile() {
    let repo = TestRepo::with_commit();
    repo.commit_file("a.txt", "old\n");
    repo.commit_file("b.txt", "old\n");
    let ws = workspace(&repo);
    let mut plan = new_plan(&ws.store, "p");
    load(&ws, &mut plan, &["a.txt", "b.txt"]);
    let mut late = plan.clone();
    for name in ["a.txt", "b.txt"] {
        std::fs::write(repo.dir.join(name), "new\n").expect("written");
    }
    remove_items(&ws, &mut plan, &["a.txt".into()], "").expect("removed");
    let refreshed = refresh(&ws, &mut late, None, None).expect("refreshed");
    assert_eq!(refreshed.paths(), [path("b.txt")]);
    let names: Vec<_> = late.plan.context.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["b.txt"]);
    assert_eq!(ws.store.read_blob(&late.plan.context[0].oid).expect("stored"), b"new\n");
    repo.fsck();
}

#[test]
fn a_removal_by_a_refresh_leaves_what_was_loaded_anew_meanwhile() {
    let repo = TestRepo::with_commit();
    repo.commit_file("a.txt", "old\n");
    let ws = workspace(&repo);
    let mut plan = new_plan(&ws.store, "p");
    load(&ws, &mut plan, &["a.txt"]);
    let mut late = plan.clone();
    std::fs::write(repo.dir.join("a.txt"), "new\n").expect("written");
    load(&ws, &mut plan, &["a.txt"]);
    std::fs::remove_file(repo.dir.join("a.txt")).expect("removed");
    assert!(refresh(&ws, &mut late, None, None).expect("refreshed").is_empty());
    assert_eq!(late.plan.context.len(), 1);
}

/// Leaves what a run of an earlier boot leaves, which only watching can tell to be dead; returns its directory.
fn dead_run(repo: &TestRepo, plan: &Snapshot, header: &str) -> std::path::PathBuf {
    let (nonce, id) = ("ab".repeat(16), &plan.plan.meta.id);
    let facts = format!(
        r#"{{"nonce":"{nonce}","branch":"p/main","plan":"{id}","pid":1,"host":"elsewhere","boot":"another","since":"2026-01-01T00:00:00Z","command":"tell"}}"#
    );
    let dir = repo.dir.join(".git/plandex/runs").join(nonce);
    std::fs::create_dir_all(&dir).expect("a directory");
    for (name, text) in [("lock", facts.as_str()), ("header", header), ("text", "half an ans")] {
        std::fs::write(dir.join(name), text).expect("written");
    }
    let blob = repo.git(&["hash-object", "-w", dir.join("lock").to_str().expect("a path")]);
    repo.git(&["update-ref", "refs/plandex/runs/p/main", &blob]);
    dir
}

fn impatient(repo: &TestRepo) -> Workspace {
    let mut ws = workspace(repo);
    ws.store = ws.store.with_lease_times(LeaseTimes { heartbeat: Duration::from_secs(3), expiry: Duration::from_millis(100) });
    ws
}

#[test]
fn who_takes_a_branch_from_a_dead_run_first_keeps_what_it_had_received() {
    let repo = TestRepo::with_commit();
    let ws = impatient(&repo);
    let mut plan = new_plan(&ws.store, "p");
    add_message(&ws.store, &mut plan, "a question");
    let last = plan.plan.messages.last().expect("a message").id;
    let header = format!(
        r#"{{"stage":"chat","subtask":null,"continues":null,"predecessor":"{last}","model":"m","started":"2026-01-01T00:00:00Z"}}"#
    );
    let dir = dead_run(&repo, &plan, &header);
    let (_canceller, cancel) = cancel();
    let (lease, adopted) = acquire(&ws, &at("p"), "rewind", &mut |_| (), &cancel).expect("it was dead");
    assert_eq!((adopted.kept, adopted.aside.len()), (vec![at("p")], 0));
    let now = ws.store.load(&at("p")).expect("loads").plan;
    let kept = now.messages.last().expect("adopted");
    assert_eq!((kept.text.as_str(), kept.stop_reason.as_deref()), ("half an ans", Some("killed")));
    drop(lease);
    assert!(!dir.exists());
    repo.fsck();
}

#[test]
fn what_a_run_of_another_version_had_received_is_set_aside_and_stays() {
    let repo = TestRepo::with_commit();
    let ws = impatient(&repo);
    let plan = new_plan(&ws.store, "p");
    let dir = dead_run(&repo, &plan, "a header of the future");
    for _ in 0..2 {
        let (_canceller, cancel) = cancel();
        drop(acquire(&ws, &at("p"), "rewind", &mut |_| (), &cancel).expect("it was dead"));
        ws.store.recover().expect("swept");
    }
    assert_eq!(std::fs::read_to_string(dir.join("reply.md")).expect("kept"), "half an ans");
}
