//! Leases: one run per plan branch, freed by death; journals of dead runs.

mod store_support;

use std::process::{Command, Stdio};
use std::time::Duration;

use git_plandex::plan::EventKind;
use git_plandex::store::{Error, LeaseTimes, Life, Store};
use store_support::*;

fn acquire(store: &Store, name: &str) -> Result<git_plandex::store::Lease, Error> {
    store.acquire(&at(name), "tell", &mut |_| {})
}

#[test]
fn a_second_run_is_told_who_holds_the_branch() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    let lease = acquire(&store, "p").expect("free");
    let Err(Error::Busy(holder)) = acquire(&repo.store(), "p") else { panic!("two leases") };
    assert_eq!((holder.pid, holder.nonce.as_str(), holder.command.as_str()), (std::process::id(), lease.nonce(), "tell"));
    assert_eq!(holder.life, Life::Running);
    assert!(holder.since.ends_with('Z') && !holder.host.is_empty());
    drop(lease);
    assert_eq!(store.holder(&at("p")).expect("read"), None);
    assert!(acquire(&store, "p").is_ok());
    assert_eq!(std::fs::read_dir(repo.dir.join(".git/plandex/runs")).expect("listed").count(), 0);
    repo.fsck();
}

#[test]
fn what_would_pull_the_branch_from_under_a_run_is_refused() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_message(&store, &mut plan, "one");
    let first = store.find_commit(&plan.at, "1").expect("a step");
    let lease = acquire(&store, "p").expect("free");
    let event = record(EventKind::Rewind, "Rewind");
    assert!(matches!(rewind(&store, &mut plan, &first, &event), Err(Error::Busy(_))));
    assert!(matches!(store.rename(&slug("p"), &slug("q")), Err(Error::Busy(_))));
    assert!(matches!(store.archive(&slug("p")), Err(Error::Busy(_))));
    assert!(matches!(store.delete_plan(&slug("p"), false), Err(Error::Busy(_))));
    add_note(&store, &mut plan, "notes need no lease");
    drop(lease);
    store.rename(&slug("p"), &slug("q")).expect("free again");
    assert_eq!(repo.git(&LEASES), "");
    assert!(matches!(acquire(&store, "p"), Err(Error::NoSuchPlan(_))));
}

#[test]
fn one_of_many_racers_gets_the_lease() {
    let repo = TestRepo::with_commit();
    new_plan(&repo.store(), "p");
    let line = std::sync::Barrier::new(8);
    let won = std::thread::scope(|scope| {
        let racer = || {
            let store = repo.store();
            line.wait();
            let lease = acquire(&store, "p");
            assert!(matches!(lease, Ok(_) | Err(Error::Busy(_))), "neither won nor busy");
            // The winner keeps it until everybody has tried.
            line.wait();
            lease.is_ok()
        };
        let racers: Vec<_> = (0..8).map(|_| scope.spawn(racer)).collect();
        racers.into_iter().map(|racer| racer.join().expect("no panic")).filter(|won| *won).count()
    });
    assert_eq!(won, 1);
}

/// Not a test of its own: the process that [`the_death_of_the_holder_frees_the_branch`] kills.
#[test]
fn helper_holds_a_lease() {
    let Some(dir) = std::env::var_os("STORE_LEASE_HELPER") else { return };
    let store = open_store(dir.as_ref());
    let lease = acquire(&store, "p").expect("free");
    let mut journal = lease.journal("message: 1").expect("a journal");
    journal.append("what had streamed").expect("written");
    println!("\nheld");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("killed before this returns");
}

#[test]
fn the_death_of_the_holder_frees_the_branch() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    let mut helper = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "helper_holds_a_lease", "--nocapture"])
        .env("STORE_LEASE_HELPER", &repo.dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the helper starts");
    let lines = std::io::BufRead::lines(std::io::BufReader::new(helper.stdout.take().expect("piped")));
    assert!(lines.map_while(Result::ok).any(|line| line == "held"));
    assert!(matches!(acquire(&store, "p"), Err(Error::Busy(_))));
    assert!(store.orphans().expect("listed").is_empty(), "the journal of a living run is its own");
    helper.kill().expect("killed");
    helper.wait().expect("reaped");

    assert_eq!(store.holder(&at("p")).expect("read").map(|holder| holder.life), Some(Life::Dead));
    let lease = acquire(&store, "p").expect("freed by death");
    let orphans = store.orphans().expect("listed");
    assert_eq!(orphans.len(), 1);
    assert!(store.orphans().expect("listed").is_empty(), "one adopter at a time");
    for orphan in orphans {
        assert_eq!((orphan.header.as_str(), orphan.text.as_str(), &orphan.at), ("message: 1", "what had streamed", &at("p")));
        assert_ne!(orphan.nonce, lease.nonce());
        orphan.remove().expect("removed");
    }
    assert!(store.orphans().expect("listed").is_empty());
}

#[test]
fn recovery_sweeps_dead_leases_and_keeps_living_ones() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    new_plan(&store, "q");
    foreign_lease(&repo);
    let living = acquire(&store, "q").expect("free");
    store.recover().expect("recovered");
    assert_eq!(repo.git(&LEASES).lines().count(), 2, "nobody can tell here that the foreign one is dead");
    // As a killed process leaves it: the ref stays and the lock is free.
    let blob = repo.git(&["rev-parse", "refs/plandex/runs/q/main"]);
    drop(living);
    repo.git(&["update-ref", "refs/plandex/runs/q/main", &blob]);
    store.recover().expect("recovered");
    assert_eq!(repo.git(&LEASES), "refs/plandex/runs/p/main");
}

#[test]
fn a_journal_is_found_after_its_plan_was_renamed_and_gone_once_finished() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    let lease = acquire(&store, "p").expect("free");
    lease.journal("first").expect("a journal").finish().expect("finished");
    let mut journal = lease.journal("second").expect("a journal");
    journal.append("a").expect("written");
    journal.append("ü").expect("written");
    drop((journal, lease));
    store.rename(&slug("p"), &slug("q")).expect("renamed");
    let orphans = store.orphans().expect("listed");
    assert_eq!(
        orphans.iter().map(|o| (o.at.to_string(), o.header.as_str(), o.text.as_str())).collect::<Vec<_>>(),
        [("q/main".into(), "second", "aü")]
    );
}

/// Puts the lease of another machine's run there; returns its directory.
fn foreign_lease(repo: &TestRepo) -> std::path::PathBuf {
    let nonce = "ab".repeat(16);
    let facts = format!(
        r#"{{"nonce":"{nonce}","branch":"p/main","plan":"x","pid":1,"host":"elsewhere","boot":"another","since":"2026-01-01T00:00:00Z","command":"tell"}}"#
    );
    let dir = repo.dir.join(".git/plandex/runs").join(nonce);
    std::fs::create_dir_all(&dir).expect("a directory");
    std::fs::write(dir.join("lock"), &facts).expect("written");
    let blob = repo.git(&["hash-object", "-w", dir.join("lock").to_str().expect("a path")]);
    repo.git(&["update-ref", "refs/plandex/runs/p/main", &blob]);
    dir
}

#[test]
fn a_run_of_another_boot_expires_when_it_is_not_touched() {
    let repo = TestRepo::with_commit();
    let times = LeaseTimes { heartbeat: Duration::from_secs(3), expiry: Duration::from_millis(200) };
    let store = repo.store().with_lease_times(times);
    new_plan(&store, "p");
    foreign_lease(&repo);
    let mut told = 0;
    let lease = store.acquire(&at("p"), "tell", &mut |holder| {
        assert_eq!((holder.host.as_str(), holder.life), ("elsewhere", Life::Elsewhere));
        told += 1;
    });
    assert!(lease.is_ok());
    assert_eq!(told, 1);
}

#[test]
fn a_run_of_another_boot_that_is_touched_lives() {
    let repo = TestRepo::with_commit();
    let times = LeaseTimes { heartbeat: Duration::from_secs(3), expiry: Duration::from_secs(60) };
    let store = repo.store().with_lease_times(times);
    new_plan(&store, "p");
    let lock = foreign_lease(&repo).join("lock");
    let mut toucher = None;
    let lease = store.acquire(&at("p"), "tell", &mut |_| {
        let lock = lock.clone();
        // Touches again and again, as a holder does, until the watcher has seen it.
        toucher = Some(std::thread::spawn(move || {
            for n in 1.. {
                let file = std::fs::File::options().write(true).open(&lock);
                let Ok(file) = file else { return };
                file.set_modified(std::time::SystemTime::now() + Duration::from_secs(n)).expect("touched");
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }));
    });
    assert!(matches!(lease, Err(Error::Busy(_))));
    std::fs::remove_file(&lock).expect("ends the toucher");
    toucher.expect("it was watched").join().expect("no panic");
}

#[test]
fn a_malformed_lease_has_no_living_holder() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    let blob = store.write_blob(br#"{"nonce":"../../x"}"#).expect("a blob");
    repo.git(&["update-ref", "refs/plandex/runs/p/main", blob.as_str()]);
    assert!(acquire(&store, "p").is_ok());
}

#[test]
fn a_run_whose_lease_was_taken_over_stops_at_its_next_event() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let lease = acquire(&store, "p").expect("free");
    let mut reply = record(EventKind::Reply, "Reply");
    reply.run = Some(lease.nonce().to_owned());
    store.mark(&mut plan, &reply).expect("it holds the branch");
    foreign_lease(&repo);
    let stopped = store.mark(&mut plan, &reply).expect_err("it does not any more");
    let words = "'p/main' was taken over by tell (process 1 on elsewhere); this run stops, and what it received is kept";
    assert_eq!(stopped.to_string(), words);
    repo.git(&["update-ref", "-d", "refs/plandex/runs/p/main"]);
    assert!(matches!(store.mark(&mut plan, &reply), Err(Error::TakenOver { .. })));
    store.mark(&mut plan, &record(EventKind::Load, "Load")).expect("who needs no lease goes on");
}

#[test]
fn a_run_whose_branch_was_given_another_history_stops() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let begin = repo.git(&["rev-parse", "refs/plandex/plans/p/main"]);
    add_message(&store, &mut plan, "one");
    let lease = acquire(&store, "p").expect("free");
    let mut reply = record(EventKind::Reply, "Reply");
    reply.run = Some(lease.nonce().to_owned());
    repo.git(&["update-ref", "refs/plandex/plans/p/main", &begin]);
    let stopped = store.mark(&mut plan, &reply);
    assert!(matches!(&stopped, Err(Error::TakenOver { by, .. }) if by.contains("another history")), "{stopped:?}");
}
