//! A plan is stored, read back and read with plain git.

mod store_support;

use git_plandex::plan::{Change, Entry, EventKind, FileMode, RepoPath};
use git_plandex::store::{Error, Naming};
use store_support::*;

#[test]
fn a_plan_reads_back_as_it_was_appended() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "add-auth");
    add_message(&store, &mut plan, "first\r\n---\nno end");
    add_note(&store, &mut plan, "remember the milk");
    let loaded = store.load(&at("add-auth")).expect("loads");
    assert_eq!(loaded.plan, plan.plan);
    assert_eq!(loaded.commit, plan.commit);
    assert_eq!(loaded.plan.messages[0].text, "first\r\n---\nno end");
    repo.fsck();
}

#[test]
fn git_alone_shows_what_happened() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "add-auth");
    add_message(&store, &mut plan, "make it so");
    let log =
        repo.git(&["log", "--format=%s|%an|%(trailers:key=Plandex-Event,valueonly,separator=%x2C)", "refs/plandex/plans/add-auth/main"]);
    assert_eq!(log, "make it so|Ada|prompt\nNew plan|Ada|new");
    let tree = repo.git(&["ls-tree", "--name-only", "refs/plandex/plans/add-auth/main"]);
    assert_eq!(tree, "base\nconversation\nplan.yml\nresult\nversion");
    assert_eq!(repo.git(&["show", "refs/plandex/plans/add-auth/main:version"]), "1");
    assert!(repo.git(&["diff", "refs/plandex/plans/add-auth/main:base", "refs/plandex/plans/add-auth/main:result"]).is_empty());
}

#[test]
fn the_pending_change_is_a_plain_git_diff() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let old = store.write_blob(b"old\n").expect("a blob");
    let new = store.write_blob(b"new\n").expect("a blob");
    let path: RepoPath = "src/deep/a.txt".parse().expect("a path");
    let entry = |oid| Some(Entry { mode: FileMode::Regular, oid });
    store
        .append(&mut plan, &record(EventKind::Build, "Build"), &mut |_| {
            Ok(vec![Change::Base(path.clone(), entry(old.clone())), Change::Result(path.clone(), entry(new.clone()))])
        })
        .expect("appended");
    assert_eq!(
        repo.git(&["diff", "--stat=60", "refs/plandex/plans/p/main:base", "refs/plandex/plans/p/main:result"]),
        " src/deep/a.txt | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)"
    );
    store
        .append(&mut plan, &record(EventKind::Reject, "Reject"), &mut |_| {
            Ok(vec![Change::Base(path.clone(), None), Change::Result(path.clone(), None)])
        })
        .expect("appended");
    assert_eq!(repo.git(&["ls-tree", "--name-only", "refs/plandex/plans/p/main"]), "base\nplan.yml\nresult\nversion");
    assert_eq!(store.load(&at("p")).expect("loads").plan, plan.plan);
    repo.fsck();
}

#[test]
fn a_file_gives_way_to_a_directory_and_both_at_once_are_refused() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let blob = store.write_blob(b"x").expect("a blob");
    let set = |path: &str| Change::Result(path.parse().expect("a path"), Some(Entry { mode: FileMode::Regular, oid: blob.clone() }));
    let unset = |path: &str| Change::Result(path.parse().expect("a path"), None);
    let event = record(EventKind::Build, "Build");
    store.append(&mut plan, &event, &mut |_| Ok(vec![set("a")])).expect("appended");
    let both = store.append(&mut plan, &event, &mut |_| Ok(vec![set("a/b")]));
    assert!(matches!(both, Err(Error::Refused(_))), "{both:?}");
    store.append(&mut plan, &event, &mut |_| Ok(vec![set("a/b"), unset("a")])).expect("appended");
    let below = store.append(&mut plan, &event, &mut |_| Ok(vec![set("a")]));
    assert!(matches!(below, Err(Error::Refused(_))), "{below:?}");
    assert_eq!(store.load(&at("p")).expect("loads").plan, plan.plan);
    repo.fsck();
}

#[test]
fn an_event_that_changes_nothing_makes_no_commit() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let before = plan.commit.clone();
    let event = record(EventKind::Settings, "Settings");
    assert!(!store.append(&mut plan, &event, &mut |_| Ok(Vec::new())).expect("nothing to do"));
    assert!(!store.append(&mut plan, &event, &mut |plan| Ok(vec![Change::Meta(plan.meta.clone())])).expect("nothing to do"));
    assert_eq!(store.load(&plan.at).expect("loads").commit, before);
    store.mark(&mut plan, &record(EventKind::Run, "Start")).expect("marked");
    assert_ne!(plan.commit, before);
}

#[test]
fn a_taken_name_is_an_error_or_gets_a_number() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    new_plan(&store, "add-auth");
    let event = record(EventKind::New, "New");
    let taken = store.create(Naming::Exact(slug("add-auth")), Default::default(), &event);
    assert!(matches!(taken, Err(Error::NameTaken(_))), "{taken:?}");
    let numbered = store.create(Naming::Numbered(slug("add-auth")), Default::default(), &event).expect("made");
    assert_eq!(numbered.at.to_string(), "add-auth-2/main");
    let listed: Vec<String> = store.plans(false).expect("lists").iter().map(|plan| plan.at.to_string()).collect();
    assert_eq!(listed, ["add-auth/main", "add-auth-2/main"]);
}

#[test]
fn what_git_would_refuse_is_refused_when_proposed() {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let mut plan = new_plan(&store, "p");
    let blob = store.write_blob(&[b'x'; 3000]).expect("a blob");
    let refused = store.append(&mut plan, &record(EventKind::Build, "Build"), &mut |_| {
        Ok(vec![Change::Result("sub/.gitattributes".parse().expect("a path"), Some(Entry { mode: FileMode::Regular, oid: blob.clone() }))])
    });
    assert!(matches!(&refused, Err(Error::Refused(why)) if why.0.contains("gitattributesLineLength")), "{refused:?}");
    repo.fsck();
}
