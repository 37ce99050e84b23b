//! History, rewind, branches, renames and the current plan.

mod store_support;

use git_plandex::plan::{Call, EventKind, PlanRef, Usage};
use git_plandex::store::Error;
use store_support::*;

#[test]
fn history_tells_what_happened_newest_first() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_message(&store, &mut plan, "one");
    let lease = store.acquire(&plan.at, "tell", &mut |_| {}).expect("free");
    let mut reply = record(EventKind::Reply, "Reply");
    reply.body = "Some words.\n\nPlandex-Event: apply".into();
    reply.run = Some(lease.nonce().to_owned());
    reply.model = Some("m".into());
    let call = Call { role: "planner".into(), model: "m".into(), ..Call::default() };
    reply.calls = vec![Call { usage: Usage { input_tokens: 5, ..Usage::default() }, ..call }];
    store.mark(&mut plan, &reply).expect("marked");
    let history = store.history(&plan.at, 10).expect("a history");
    let events: Vec<_> = history.iter().map(|entry| (entry.event, entry.subject.as_str())).collect();
    assert_eq!(events, [(Some(EventKind::Reply), "Reply"), (Some(EventKind::Prompt), "one"), (Some(EventKind::New), "New plan")]);
    assert_eq!((history[0].usage, &history[0].calls), (reply.calls[0].usage, &reply.calls));
    assert_eq!((&history[0].model, &history[0].run, &history[0].body), (&reply.model, &reply.run, &reply.body));
    assert_eq!(history[0].parents, [history[1].commit.clone()]);
    assert_eq!(store.history(&plan.at, 1).expect("a history").len(), 1);
}

#[test]
fn a_rewind_goes_back_and_forth_and_loses_nothing() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_message(&store, &mut plan, "one");
    let one = plan.clone();
    add_message(&store, &mut plan, "two");
    let two = plan.clone();
    let back = store.find_commit(&plan.at, "1").expect("one step back");
    assert_eq!(back, one.commit);
    assert!(rewind(&store, &mut plan, &back, &record(EventKind::Rewind, "Rewind")).expect("rewound"));
    assert_eq!(plan.plan, one.plan);
    assert!(!rewind(&store, &mut plan, &back, &record(EventKind::Rewind, "Rewind")).expect("there already"));
    let undone = store.find_commit(&plan.at, &two.commit.as_str()[..8]).expect("the undone commit");
    assert!(rewind(&store, &mut plan, &undone, &record(EventKind::Rewind, "Redo")).expect("rewound"));
    assert_eq!(plan.plan, two.plan);
    assert_eq!(store.load(&plan.at).expect("loads").plan, two.plan);
    assert_eq!(store.history(&plan.at, 100).expect("a history").len(), 5);
    repo.fsck();
}

#[test]
fn only_commits_of_the_branch_are_found() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let other = new_plan(&store, "q");
    for spec in ["1", "99", "x", "zzzz", "99999999999999999999", other.commit.as_str(), &repo.git(&["rev-parse", "HEAD"])] {
        let found = store.find_commit(&plan.at, spec);
        assert!(matches!(found, Err(Error::NoSuchCommit { .. })), "{spec}: {found:?}");
    }
    let stolen = rewind(&store, &mut plan, &other.commit, &record(EventKind::Rewind, "Rewind"));
    assert!(matches!(stolen, Err(Error::NoSuchCommit { .. })), "{stolen:?}");
}

#[test]
fn branches_go_their_own_ways() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    add_message(&store, &mut plan, "shared");
    let mut other = store.create_branch(&plan.at, &slug("other"), &record(EventKind::Branch, "Branch off")).expect("a branch");
    add_message(&store, &mut other, "apart");
    assert_eq!(store.load(&plan.at).expect("loads").plan.messages.len(), 1);
    assert_eq!(store.load(&at("p/other")).expect("loads").plan.messages.len(), 2);
    let again = store.create_branch(&plan.at, &slug("other"), &record(EventKind::Branch, "Branch off"));
    assert!(matches!(again, Err(Error::BranchTaken(_))));
    assert!(matches!(store.delete_branch(&plan.at), Err(Error::MainBranch(_))));
    store.set_current(&other.at).expect("current");
    store.delete_branch(&other.at).expect("deleted");
    assert_eq!(store.current().expect("current"), Some(at("p")));
    assert!(matches!(store.load(&other.at), Err(Error::NoSuchBranch(_))));
    assert_eq!(store.branches(&slug("p")).expect("branches").len(), 1);
}

#[test]
fn the_current_plan_survives_renames_and_is_each_worktrees_own() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "one");
    new_plan(&store, "two");
    let side = repo.beside("side");
    repo.git(&["worktree", "add", "-q", side.to_str().expect("a path")]);
    let there = open_store(&side);
    assert_eq!(there.current().expect("none"), None);
    store.set_current(&at("one")).expect("set");
    there.set_current(&at("two")).expect("set");
    store.rename(&slug("two"), &slug("three")).expect("renamed");
    new_plan(&store, "two");
    assert_eq!(there.current().expect("followed"), Some(at("three")));
    assert_eq!(store.current().expect("untouched"), Some(at("one")));
    store.archive(&slug("one")).expect("archived");
    assert_eq!(store.current().expect("archived plans are current nowhere"), None);
    store.rename(&slug("three"), &slug("four")).expect("renamed");
    let worktrees = store.worktrees_on(&slug("four")).expect("listed");
    assert_eq!(worktrees, [side.canonicalize().expect("it is there")]);
    store.delete_plan(&slug("four"), false).expect("deleted");
    assert_eq!(there.current().expect("deleted plans are current nowhere"), None);
    there.clear_current().expect("cleared");
    there.clear_current().expect("cleared twice");
    assert_eq!(there.current().expect("none"), None);
}

#[test]
fn a_plan_of_the_same_name_is_not_the_current_one() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "p");
    store.set_current(&at("p")).expect("set");
    // Deleted behind the program's back.
    repo.git(&["update-ref", "-d", "refs/plandex/plans/p/main"]);
    new_plan(&store, "p");
    assert!(matches!(store.current(), Err(Error::CurrentGone(_))));
}

#[test]
fn names_resolve_with_dashes_and_digits() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "add-auth");
    new_plan(&store, "2-3");
    let resolve = |spec: &str| store.resolve(Some(spec));
    assert_eq!(resolve("add-auth").expect("found"), at("add-auth"));
    assert_eq!(resolve("2-3").expect("found"), at("2-3"));
    assert_eq!(resolve("2-3/main").expect("found"), at("2-3"));
    assert!(matches!(resolve("2-4"), Err(Error::NoSuchPlan(_))));
    assert!(matches!(resolve("2-3/x"), Err(Error::NoSuchBranch(_))));
    assert!(matches!(resolve("../x"), Err(Error::InvalidName(_))));
    assert!(matches!(store.resolve(None), Err(Error::NoCurrentPlan)));
    store.create_branch(&at("2-3"), &slug("b"), &record(EventKind::Branch, "Branch")).expect("a branch");
    store.set_current(&at("2-3/b")).expect("set");
    assert_eq!(resolve("2-3").expect("the current branch"), at("2-3/b"));
}

#[test]
fn archive_and_back_keeps_every_branch_and_evades_taken_names() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let plan = new_plan(&store, "p");
    store.create_branch(&plan.at, &slug("b"), &record(EventKind::Branch, "Branch")).expect("a branch");
    assert_eq!(store.archive(&slug("p")).expect("archived"), slug("p"));
    assert!(matches!(store.load(&plan.at), Err(Error::Archived(_))));
    assert!(store.plans(false).expect("lists").is_empty());
    assert_eq!(store.plans(true).expect("lists").len(), 2);
    let tip = repo.git(&["rev-parse", "refs/plandex/archive/p/main"]);
    assert_eq!(tip, plan.commit.as_str());
    // A plan that came from elsewhere has the name meanwhile.
    repo.git(&["update-ref", "refs/plandex/plans/p/main", &tip]);
    assert_eq!(store.unarchive(&slug("p")).expect("taken back"), slug("p-2"));
    assert_eq!(store.load(&at("p-2/b")).expect("loads").plan.messages.len(), 0);
}

#[test]
fn a_rename_that_died_half_way_is_finished() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    store.create_branch(&plan.at, &slug("b"), &record(EventKind::Branch, "Branch")).expect("a branch");
    // As a process leaves it that is killed after its first new ref; an event then still reaches the old name.
    repo.git(&["update-ref", "refs/plandex/plans/q/main", plan.commit.as_str()]);
    add_message(&store, &mut plan, "late");
    let moves = repo.dir.join(".git/plandex/moves");
    std::fs::create_dir_all(&moves).expect("a directory");
    let text = r#"{"from":"refs/plandex/plans/p/","to":"refs/plandex/plans/q/","branches":["b","main"]}"#;
    std::fs::write(moves.join("0"), text).expect("written");
    store.recover().expect("recovered");
    let names: Vec<PlanRef> = store.plans(false).expect("lists").into_iter().map(|plan| plan.at).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(store.load(&at("q")).expect("loads").plan.messages.len(), 1);
    assert!(store.load(&at("q/b")).is_ok());
    assert!(matches!(store.load(&at("p")), Err(Error::NoSuchPlan(_))));
    assert_eq!(std::fs::read_dir(&moves).expect("listed").count(), 0);
}

#[test]
fn two_histories_join_in_the_same_commit_on_both_sides() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut ours = new_plan(&store, "p");
    add_message(&store, &mut ours, "shared");
    let mut theirs = store.create_branch(&ours.at, &slug("b"), &record(EventKind::Branch, "Branch")).expect("a branch");
    add_note(&store, &mut ours, "ours");
    add_note(&store, &mut theirs, "theirs");
    let joined = store.join(&ours.commit, &theirs.commit).expect("read").expect("joined");
    assert_eq!(store.join(&theirs.commit, &ours.commit).expect("read").expect("joined"), joined);
    repo.git(&["update-ref", "refs/plandex/plans/joined/main", joined.as_str()]);
    let plan = store.load(&at("joined")).expect("loads").plan;
    assert_eq!((plan.messages.len(), plan.context.len()), (1, 2));
    assert_eq!(store.join(&joined, &ours.commit).expect("read").expect("has it"), joined);
    // What an append makes of the joined tree is no different from a tree that grew by appends alone.
    let mut on = store.load(&at("joined")).expect("loads");
    add_message(&store, &mut on, "goes on");
    assert_eq!(store.load(&at("joined")).expect("loads").plan, on.plan);
    repo.fsck();

    add_message(&store, &mut ours, "a");
    add_message(&store, &mut theirs, "b");
    assert_eq!(store.join(&ours.commit, &theirs.commit).expect("read"), Err(git_plandex::store::Apart::Messages));
}
