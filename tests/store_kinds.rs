//! The store works in every kind of repository.

mod store_support;

use git_plandex::git::{Error as GitError, Repo};
use git_plandex::plan::{Change, Entry, EventKind, FileMode};
use git_plandex::store::{Error, Store};
use store_support::*;

/// Everything that a person does with plans, once.
fn exercise(store: &Store) {
    let mut plan = new_plan(store, "p");
    add_message(store, &mut plan, "one");
    add_note(store, &mut plan, "note");
    let back = store.find_commit(&plan.at, "1").expect("a step");
    rewind(store, &mut plan, &back, &record(EventKind::Rewind, "Rewind")).expect("rewound");
    assert_eq!(plan.plan.context.len(), 0);
    store.create_branch(&plan.at, &slug("b"), &record(EventKind::Branch, "Branch")).expect("a branch");
    store.set_current(&at("p/b")).expect("current");
    store.rename(&slug("p"), &slug("q")).expect("renamed");
    assert_eq!(store.current().expect("followed"), Some(at("q/b")));
    drop(store.acquire(&at("q"), "tell", &mut |_| {}).expect("a lease"));
    let loaded = store.load(&at("q")).expect("loads");
    assert_eq!(loaded.plan, plan.plan);
    assert_eq!(store.archive(&slug("q")).expect("archived"), slug("q"));
    assert_eq!(store.unarchive(&slug("q")).expect("back"), slug("q"));
    store.delete_branch(&at("q/b")).expect("deleted");
    assert_eq!(store.plans(false).expect("lists").len(), 1);
    let leases = store.repo().git("for-each-ref").arg("refs/plandex/runs").line().expect("listed");
    assert_eq!(leases, "");
}

#[test]
fn a_repository_without_commits() {
    let repo = TestRepo::init(&[]);
    let store = repo.store();
    assert_eq!(store.repo().head_commit().expect("read"), None);
    exercise(&store);
    repo.fsck();
}

#[test]
fn a_bare_repository() {
    let repo = TestRepo::init(&["--bare"]);
    exercise(&repo.store());
    repo.fsck();
}

#[test]
fn a_sha256_repository() {
    let repo = TestRepo::init(&["--object-format=sha256"]);
    repo.commit_file("a", "a");
    let store = repo.store();
    exercise(&store);
    assert_eq!(store.load(&at("q")).expect("loads").commit.as_str().len(), 64);
    repo.fsck();
}

#[test]
fn a_reftable_repository() {
    let repo = TestRepo::init(&["--ref-format=reftable"]);
    assert_eq!(repo.store().repo().head_commit().expect("read"), None);
    repo.commit_file("a", "a");
    let store = repo.store();
    assert!(store.repo().head_commit().expect("read").is_some());
    exercise(&store);
    assert_eq!(repo.git(&["for-each-ref", "--format=%(refname)", "refs/plandex"]), "refs/plandex/plans/q/main");
    assert!(!repo.dir.join(".git/refs/plandex").exists(), "git would never see such a file");
    repo.fsck();
}

#[test]
fn a_linked_worktree_and_any_subdirectory() {
    let repo = TestRepo::with_commit();
    let side = repo.beside("side");
    repo.git(&["worktree", "add", "-q", side.to_str().expect("a path")]);
    let deep = side.join("a/b");
    std::fs::create_dir_all(&deep).expect("a directory");
    exercise(&open_store(&deep));
    assert_eq!(repo.store().plans(false).expect("lists").len(), 1);
    open_store(&side).set_current(&at("q")).expect("set there");
    assert_eq!(open_store(&side).current().expect("set there"), Some(at("q")));
    assert_eq!(repo.store().current().expect("not set here"), None);
    repo.fsck();
}

#[test]
fn a_shallow_clone_with_a_shallow_plan() {
    let origin = TestRepo::with_commit();
    origin.commit_file("b", "b");
    let mut plan = new_plan(&origin.store(), "p");
    for n in 0..5 {
        add_message(&origin.store(), &mut plan, &format!("message {n}"));
    }
    let clone = origin.beside("clone");
    let url = format!("file://{}", origin.dir.display());
    origin.git(&["clone", "-q", "--depth=1", &url, clone.to_str().expect("a path")]);
    run_git(&clone, &["fetch", "-q", "--depth=2", "origin", "refs/plandex/plans/p/main:refs/plandex/plans/fetched/main"]);
    let store = open_store(&clone);
    let mut fetched = store.load(&at("fetched")).expect("loads");
    assert_eq!(fetched.plan, plan.plan);
    assert_eq!(store.history(&fetched.at, 100).expect("a history").len(), 2);
    add_message(&store, &mut fetched, "goes on");
    store.set_current(&fetched.at).expect("set");
    assert_eq!(store.current().expect("set"), Some(fetched.at.clone()));
    store.delete_plan(&slug("fetched"), false).expect("deleted");
    exercise(&store);
}

#[test]
fn a_partial_clone_fetches_what_is_missing() {
    let origin = TestRepo::with_commit();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let mut plan = new_plan(&origin.store(), "p");
    add_message(&origin.store(), &mut plan, "far away");
    let clone = origin.beside("clone");
    let url = format!("file://{}", origin.dir.display());
    origin.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, clone.to_str().expect("a path")]);
    run_git(&clone, &["config", "user.name", "Ada"]);
    run_git(&clone, &["config", "user.email", "ada@example.org"]);
    run_git(&clone, &["fetch", "-q", "--filter=blob:none", "origin", "refs/plandex/plans/p/main:refs/plandex/plans/p/main"]);
    let missing = run_git(&clone, &["rev-list", "--objects", "--missing=print", "refs/plandex/plans/p/main"]);
    assert!(missing.lines().any(|line| line.starts_with('?')), "the blobs are not there yet");
    let store = open_store(&clone);
    let mut there = store.load(&at("p")).expect("loads");
    assert_eq!(there.plan, plan.plan);
    // A promised blob may be named without being fetched.
    let readme =
        store.repo().entry_at(&store.repo().head_commit().expect("read").expect("a commit"), b"README").expect("read").expect("there");
    let oid = git_plandex::plan::ObjectId::from_hex(&readme.oid.to_string()).expect("hexadecimal");
    assert!(!store.repo().has_object(&readme.oid));
    let base = Change::Base("README".parse().expect("a path"), Some(Entry { mode: FileMode::Regular, oid: oid.clone() }));
    store.append(&mut there, &record(EventKind::Update, "Update"), &mut |_| Ok(vec![base.clone()])).expect("appended");
    assert!(!store.repo().has_object(&readme.oid));
    assert_eq!(store.read_blob(&oid).expect("fetched"), b"hello\n");
}

#[test]
fn a_repository_without_an_identity() {
    let repo = TestRepo::init(&[]);
    repo.git(&["config", "user.name", ""]);
    repo.git(&["config", "user.email", ""]);
    let plan = new_plan(&repo.store(), "p");
    repo.fsck();
    let author = repo.git(&["log", "-1", "--format=%an", plan.commit.as_str()]);
    assert!(!author.is_empty());
}

#[test]
fn an_identity_with_angle_brackets_and_line_breaks_stays_one_line() {
    let repo = TestRepo::init(&[]);
    repo.git(&["config", "user.name", "A <b>\nc"]);
    new_plan(&repo.store(), "p");
    repo.fsck();
}

#[test]
fn a_directory_that_is_no_repository() {
    let dir = tempfile::tempdir().expect("a directory");
    assert!(matches!(Repo::discover(dir.path()), Err(GitError::NotARepository(_))));
}

/// Not a test of its own: what another process sees of the repository named here.
#[test]
fn helper_reads_only() {
    let Some(dir) = std::env::var_os("STORE_READ_ONLY_HELPER") else { return };
    assert!(std::fs::write(std::path::Path::new(&dir).join(".git/probe"), "").is_err(), "it may write");
    let store = open_store(dir.as_ref());
    let current = store.current().expect("reads").expect("set");
    let mut loaded = store.load(&current).expect("loads");
    assert_eq!(loaded.plan.messages.len(), 1);
    assert_eq!(store.history(&current, 10).expect("a history").len(), 2);
    assert_eq!(store.plans(false).expect("lists").len(), 1);
    let refused = store.mark(&mut loaded, &record(EventKind::Run, "Run"));
    assert!(matches!(refused, Err(Error::Git(GitError::Io { action: "write", .. }))), "{refused:?}");
}

#[test]
fn a_repository_that_cannot_be_written_can_be_read() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    let repo = TestRepo::with_commit();
    let mut plan = new_plan(&repo.store(), "p");
    add_message(&repo.store(), &mut plan, "one");
    repo.store().set_current(&plan.at).expect("set");
    let top = repo.dir.parent().expect("a directory");
    std::fs::set_permissions(top, std::fs::Permissions::from_mode(0o755)).expect("opened");
    run(&["chmod", "-R", "a-w,a+rX"], &repo.dir);
    let mut helper = helper("helper_reads_only");
    helper.env("STORE_READ_ONLY_HELPER", &repo.dir);
    if std::fs::metadata(top).expect("there").uid() == 0 {
        // Nothing is read-only for root, so somebody else looks.
        let nobody = 65534;
        run(&["chown", "-R", "65534"], &repo.dir);
        chown(&repo.dir, Some(nobody), None).expect("given away");
        helper.uid(nobody).env("HOME", &repo.dir);
    }
    let out = helper.output();
    run(&["chmod", "-R", "u+w"], &repo.dir);
    match out {
        // The directory of the test program is closed to other users.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied, "{error}"),
        Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout)),
    }
}

/// Not a test of its own: works in the repository that the environment names.
#[test]
fn helper_obeys_the_environment() {
    let Some(here) = std::env::var_os("STORE_ENVIRONMENT_HELPER") else { return };
    exercise(&open_store(here.as_ref()));
}

#[test]
fn a_repository_named_by_git_dir_wins_over_the_directory() {
    for format in ["files", "reftable"] {
        let repo = TestRepo::init(&[&format!("--ref-format={format}")]);
        let elsewhere = TestRepo::init(&[]);
        let out = helper("helper_obeys_the_environment")
            .env("STORE_ENVIRONMENT_HELPER", &elsewhere.dir)
            .env("GIT_DIR", "repo/.git")
            .env("GIT_WORK_TREE", "repo")
            .current_dir(repo.dir.parent().expect("a directory"))
            .output()
            .expect("the helper runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
        assert_eq!(repo.store().plans(false).expect("lists").len(), 1);
        assert_eq!(elsewhere.store().plans(false).expect("lists").len(), 0);
    }
}

fn helper(name: &str) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", name]);
    command
}

fn run(command: &[&str], path: &std::path::Path) {
    let done = std::process::Command::new(command[0]).args(&command[1..]).arg(path).status().expect("it runs");
    assert!(done.success(), "{command:?}");
}
