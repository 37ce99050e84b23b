//! What the store costs, beside what git costs on the same machine in the same run.
//!
//! Prints milliseconds and ratios; `cargo bench --bench store`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use git_plandex::git::Repo;
use git_plandex::plan::{Change, EventKind, IdSource, Message, Plan, PlanMeta, Record, Role, Stage, Usage};
use git_plandex::store::{Naming, Snapshot, Store};

const MESSAGES: usize = 1_000;
const BRANCHES: usize = 1_000;

fn main() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    git(dir.path(), &["init", "-q", "-b", "trunk"]);
    git(dir.path(), &["config", "user.name", "Ada"]);
    git(dir.path(), &["config", "user.email", "ada@example.org"]);
    let store = Store::open(&Repo::discover(dir.path()).expect("a repository"));
    let mut plan = new_plan(&store);
    println!("appending");
    for n in 0..MESSAGES {
        append(&store, &mut plan, n as u64 * 60_000);
    }
    let mut n = MESSAGES as u64;
    report("append one message to a plan of 1,000", &mut || {
        n += 1;
        append(&store, &mut plan, n * 60_000);
    });
    let mut load = || drop(store.load(&plan.at).expect("loads"));
    report("load 1,000 messages, loose", &mut load);
    git(dir.path(), &["gc", "-q"]);
    report("load 1,000 messages, packed", &mut load);
    listing(dir.path(), &store, &plan);
}

fn listing(dir: &Path, store: &Store, plan: &Snapshot) {
    let lines: String = (0..BRANCHES).map(|n| format!("create refs/plandex/plans/plan-{n}/main {}\n", plan.commit)).collect();
    let mut child = Command::new("git").args(["update-ref", "--stdin"]).current_dir(dir).stdin(Stdio::piped()).spawn().expect("git runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), lines.as_bytes()).expect("written");
    child.wait().expect("done");
    git(dir, &["pack-refs", "--all"]);
    let format = "--format=%(refname)%(committerdate)%(subject)";
    let theirs = report("git for-each-ref of 1,000 packed branches", &mut || git(dir, &["for-each-ref", format, "refs/plandex/plans"]));
    let ours = report("list 1,000 packed branches, repository opened each time", &mut || {
        let store = Store::open(&Repo::discover(dir).expect("a repository"));
        assert!(store.plans(false).expect("lists").len() > BRANCHES);
    });
    println!("listing: {:.2} x git for-each-ref", ours.as_secs_f64() / theirs.as_secs_f64());
    let theirs = report("git rev-parse HEAD", &mut || drop(Command::new("git").args(["rev-parse", "HEAD"]).current_dir(dir).output()));
    store.set_current(&plan.at).expect("set");
    let ours = report("the current plan, repository opened each time", &mut || {
        let store = Store::open(&Repo::discover(dir).expect("a repository"));
        assert!(store.current().expect("reads").is_some());
    });
    println!("current: {:.2} x git rev-parse HEAD (without the start of a process)", ours.as_secs_f64() / theirs.as_secs_f64());
}

/// Prints the median of some runs.
fn report(what: &str, run: &mut dyn FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..15)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .collect();
    times.sort();
    println!("{:8.2} ms  {what}", times[7].as_secs_f64() * 1e3);
    times[7]
}

fn new_plan(store: &Store) -> Snapshot {
    store.create(Naming::Exact("p".parse().expect("a slug")), PlanMeta::default(), &Record::new(EventKind::New, "New plan")).expect("made")
}

fn append(store: &Store, plan: &mut Snapshot, later_ms: u64) {
    let mut decide = |plan: &Plan| {
        let mut ids = IdSource::after(plan.last_id());
        let id = ids.next(1_760_000_000_000 + later_ms, 7);
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

fn git(dir: &Path, args: &[&str]) {
    let done = Command::new("git").args(args).current_dir(dir).stdout(Stdio::null()).status().expect("git runs");
    assert!(done.success(), "git {args:?}");
}
