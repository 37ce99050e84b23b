//! A scratch repository, and commands in it with nothing of the user's around.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use git_plandex::git::Repo;
use git_plandex::plan::{Change, EventKind, IdSource, Message, Plan, Record, Role, Stage, Usage};
use git_plandex::store::{Snapshot, Store};

use crate::measure::timed;

/// A directory for repositories; nothing in it goes before it does.
///
/// ext4 does not use the inode of a deleted file again for a minute, and looks at each of those when it makes a file
/// (`recently_deleted` of its `ialloc.c`): deleting between two runs would slow the second one down.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// Makes the directory.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }
}

/// A repository with one commit.
pub struct Fixture {
    root: PathBuf,
    work: PathBuf,
}

/// A command that is ready to run.
pub struct Call(Command);

impl Call {
    /// Runs it and says how long that took.
    pub fn run(mut self) -> Duration {
        timed(|| {
            let done = self.0.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
            assert!(done.success(), "{:?}", self.0);
        })
    }

    /// Runs it and gives its standard output.
    pub fn output(mut self) -> String {
        let done = self.0.output().expect("the program starts");
        assert!(done.status.success(), "{:?}", self.0);
        String::from_utf8(done.stdout).expect("names are text")
    }
}

impl Fixture {
    /// Makes the repository.
    pub fn new(scratch: &Scratch) -> Self {
        let root = tempfile::tempdir_in(scratch.0.path()).expect("a temporary directory").keep();
        let work = root.join("work");
        let fixture = Self { root, work };
        std::fs::create_dir_all(&fixture.work).expect("made");
        fixture.git(&["init", "-q", "-b", "trunk"]).run();
        for (key, value) in [("user.name", "Ada"), ("user.email", "ada@example.org"), ("maintenance.auto", "false")] {
            fixture.git(&["config", key, value]).run();
        }
        std::fs::write(fixture.work.join("README"), "A project.\n").expect("written");
        fixture.commit();
        fixture
    }

    /// Commits everything that is there.
    pub fn commit(&self) {
        self.git(&["add", "."]).run();
        self.git(&["commit", "-q", "-m", "Files"]).run();
    }

    /// The working tree.
    pub fn dir(&self) -> &Path {
        &self.work
    }

    /// The user's `models.yml`.
    pub fn write_models(&self, text: &str) {
        let dir = self.root.join(".config/plandex");
        std::fs::create_dir_all(&dir).expect("made");
        std::fs::write(dir.join("models.yml"), text).expect("written");
    }

    /// The plans, opened anew.
    pub fn store(&self) -> Store {
        Store::open(&Repo::discover(&self.work).expect("a repository"))
    }

    /// A call of git.
    pub fn git(&self, args: &[&str]) -> Call {
        self.call("git", args)
    }

    /// A call of the program.
    pub fn plandex(&self, args: &[&str]) -> Call {
        self.call(env!("CARGO_BIN_EXE_git-plandex"), args)
    }

    fn call(&self, program: &str, args: &[&str]) -> Call {
        let mut command = Command::new(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(args).current_dir(&self.work).stdin(Stdio::null());
        command.env_clear().env("PATH", path).env("HOME", &self.root);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        Call(command)
    }
}

/// Appends a message as long as replies are.
pub fn append(store: &Store, plan: &mut Snapshot, later_ms: u64) {
    let mut decide = |plan: &Plan| {
        let id = IdSource::after(plan.last_id()).next(1_760_000_000_000 + later_ms, 7);
        let mut message = Message::new(id, Role::Assistant, "Some words of a reply, as long as replies are.\n".repeat(40));
        message.predecessor = plan.last_id();
        message.stage = Some(Stage::Implementation);
        message.model = Some("vendor/some-model".into());
        message.activated_paths = vec!["src/main.rs".parse().expect("a path"), "src/lib.rs".parse().expect("a path")];
        message.usage = Usage { input_tokens: 12_000, cached_tokens: 9_000, cache_write_tokens: 0, output_tokens: 800 };
        message.started = Some("2026-01-02T03:04:05Z".into());
        message.finished = Some("2026-01-02T03:04:15Z".into());
        Ok(vec![Change::Message(message)])
    };
    store.append(plan, &Record::new(EventKind::Reply, "Reply"), &mut decide).expect("appended");
}
