//! Repositories of every kind for the tests of the store, with git as the oracle.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use git_plandex::git::Repo;
use git_plandex::plan::{
    Change, ContextItem, EntityId, EventKind, IdSource, Message, ObjectId, Plan, PlanMeta, PlanRef, Record, Role, Slug,
};
use git_plandex::store::{Naming, Snapshot, Store};

/// A repository in a directory of its own.
pub struct TestRepo {
    pub dir: PathBuf,
    _root: tempfile::TempDir,
}

impl TestRepo {
    /// An empty repository made by `git init` with these arguments.
    pub fn init(args: &[&str]) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        let dir = root.path().join("repo");
        std::fs::create_dir(&dir).expect("a new directory");
        run_git(&dir, &[&["init", "-q", "-b", "trunk"], args].concat());
        let repo = Self { dir, _root: root };
        for (key, value) in [("user.name", "Ada"), ("user.email", "ada@example.org"), ("gc.auto", "0"), ("maintenance.auto", "false")] {
            repo.git(&["config", key, value]);
        }
        repo
    }

    /// A repository with one commit.
    pub fn with_commit() -> Self {
        let repo = Self::init(&[]);
        repo.commit_file("README", "hello\n");
        repo
    }

    /// A directory beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.parent().expect("the repository stands below the temporary directory").join(name)
    }

    pub fn commit_file(&self, path: &str, content: &str) {
        std::fs::write(self.dir.join(path), content).expect("the file is written");
        self.git(&["add", path]);
        self.git(&["commit", "-q", "-m", "change"]);
    }

    /// Runs git here and returns its output; it must succeed.
    pub fn git(&self, args: &[&str]) -> String {
        run_git(&self.dir, args)
    }

    pub fn store(&self) -> Store {
        open_store(&self.dir)
    }

    /// `git fsck --strict` finds nothing to say, dangling objects aside.
    pub fn fsck(&self) {
        let out = try_git(&self.dir, &["fsck", "--strict", "--no-dangling", "--no-progress"]);
        let words = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        let faults: Vec<&str> = words.lines().filter(|line| !line.starts_with("notice:")).collect();
        assert!(out.status.success() && faults.is_empty(), "{words}");
    }
}

pub fn open_store(dir: &Path) -> Store {
    Store::open(&Repo::discover(dir).expect("a repository"))
}

pub fn try_git(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(args).current_dir(dir).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", dir);
    command.output().expect("git runs")
}

pub fn run_git(dir: &Path, args: &[&str]) -> String {
    let out = try_git(dir, args);
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim_end().to_owned()
}

pub fn slug(name: &str) -> Slug {
    name.parse().expect("a slug")
}

pub fn at(name: &str) -> PlanRef {
    name.parse().expect("a plan branch")
}

pub fn record(event: EventKind, subject: &str) -> Record {
    Record::new(event, subject)
}

/// A new plan of this name.
pub fn new_plan(store: &Store, name: &str) -> Snapshot {
    let meta = PlanMeta { title: name.into(), created: "2026-01-02T03:04:05Z".into(), ..PlanMeta::default() };
    store.create(Naming::Exact(slug(name)), meta, &record(EventKind::New, "New plan")).expect("a new plan")
}

/// The next id of a plan, at the real time.
pub fn next_id(plan: &Plan) -> EntityId {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
    IdSource::after(plan.last_id()).next(u64::try_from(now).expect("before the year 500000000"), u128::from(std::process::id()))
}

/// Adds a prompt with this text.
pub fn add_message(store: &Store, snapshot: &mut Snapshot, text: &str) {
    let added = store.append(snapshot, &record(EventKind::Prompt, text), &mut |plan| {
        Ok(vec![Change::Message(Message::new(next_id(plan), Role::User, text))])
    });
    assert!(added.expect("appended"));
}

/// Adds a note to the context.
pub fn add_note(store: &Store, snapshot: &mut Snapshot, name: &str) {
    let oid = store.write_blob(name.as_bytes()).expect("a blob");
    let added = store.append(snapshot, &record(EventKind::Load, &format!("Load note {name}")), &mut |plan| {
        Ok(vec![Change::Context(note(next_id(plan), name, oid.clone()))])
    });
    assert!(added.expect("appended"));
}

/// A note whose body is `oid`.
pub fn note(id: EntityId, name: &str, oid: ObjectId) -> ContextItem {
    let plain: ContextItem = serde_yaml::from_str(&format!("type: note\nname: n\noid: '{oid}'")).expect("a note");
    ContextItem { id, name: name.into(), bytes: name.len() as u64, ..plain }
}

/// The arguments of git that list the leases.
pub const LEASES: [&str; 3] = ["for-each-ref", "--format=%(refname)", "refs/plandex/runs"];

/// Rewinds under a lease of its own.
pub fn rewind(store: &Store, snapshot: &mut Snapshot, target: &ObjectId, record: &Record) -> Result<bool, git_plandex::store::Error> {
    let lease = store.acquire(&snapshot.at, "rewind", &mut |_| {})?;
    store.rewind(&lease, snapshot, target, record)
}
