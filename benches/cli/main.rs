//! What the program costs, beside what git costs on the same machine in the same run.
//!
//! Runs the release binary. Prints milliseconds, ratios and the limit of each; `cargo bench --bench cli`.

mod fixture;
mod measure;
mod script;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::time::Duration;

use git_plandex::config::Api;
use git_plandex::plan::{EventKind, PlanMeta, Record};
use git_plandex::store::Naming;

use fixture::{Fixture, Scratch, append};
use measure::{interleaved, limit, ms, ratio, repeated};
use support::ScriptedServer;

const MESSAGES: u64 = 1_000;
const BRANCHES: usize = 1_000;
const FEW_TASKS: usize = 5;
const MANY_TASKS: usize = 25;
const REF_FORMAT: &str = "--format=%(refname)%(committerdate)%(subject)";

fn main() {
    // `cargo bench NAME` passes the name on; an option of the test runner does not choose.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    // The first one makes most files, so it goes before those that let `git gc` delete some.
    let parts: [(&str, fn(&Scratch)); 4] = [("reply", reply), ("current", current), ("plans", plans), ("load", load)];
    let scratch = Scratch::new();
    for (_, run) in parts.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|word| word == name)) {
        run(&scratch);
    }
}

fn current(scratch: &Scratch) {
    let fixture = Fixture::new(scratch);
    fixture.plandex(&["new", "p"]).run();
    for state in ["loose", "packed"] {
        let (ours, theirs) = interleaved(101, || fixture.plandex(&["current"]).run(), || fixture.git(&["rev-parse", "HEAD"]).run());
        ratio(&format!("current, {state}"), ours, theirs, "git rev-parse HEAD", 2.0);
        fixture.git(&["gc", "-q"]).run();
    }
}

fn plans(scratch: &Scratch) {
    let fixture = Fixture::new(scratch);
    let store = fixture.store();
    let names: Vec<String> = (0..BRANCHES).map(|n| format!("plan-{n}")).collect();
    for name in &names {
        let record = Record::new(EventKind::New, format!("Begin a plan: {name}"));
        store.create(Naming::Exact(name.parse().expect("a slug")), PlanMeta::default(), &record).expect("made");
    }
    fixture.git(&["gc", "-q"]).run();
    let list = || fixture.git(&["for-each-ref", REF_FORMAT, "refs/plandex/plans"]).run();
    let (ours, theirs) = interleaved(41, || fixture.plandex(&["plans"]).run(), list);
    ratio("plans, 1,000 packed branches", ours, theirs, "git for-each-ref", 3.0);
}

fn load(scratch: &Scratch) {
    let fixture = Fixture::new(scratch);
    let store = fixture.store();
    let record = Record::new(EventKind::New, "New plan");
    let mut plan = store.create(Naming::Exact("p".parse().expect("a slug")), PlanMeta::default(), &record).expect("made");
    for n in 0..MESSAGES {
        append(&store, &mut plan, n * 60_000);
    }
    for state in ["loose", "packed"] {
        let warm = repeated(31, || drop(store.load(&plan.at).expect("loads")));
        limit(&format!("load 1,000 messages, {state}"), warm.median, 30.0);
        let fresh = repeated(31, || drop(fixture.store().load(&plan.at).expect("loads")));
        limit(&format!("load 1,000 messages, {state}, repository opened each time"), fresh.median, 30.0);
        fixture.git(&["gc", "-q"]).run();
    }
}

fn reply(scratch: &Scratch) {
    let run = |tasks| {
        let fixture = Fixture::new(scratch);
        script::write_project(fixture.dir(), MANY_TASKS);
        fixture.commit();
        let server = ScriptedServer::start(script::rules(tasks));
        server.chunk(usize::MAX);
        fixture.write_models(&server.models_yml(Api::Openai));
        fixture.plandex(&["new", "p"]).run();
        let took = fixture.plandex(&["tell", "--pack", "scripted", "Give every part a limit"]).run();
        assert_eq!(server.requests().len(), tasks + 2, "one choice of files, one list of tasks, and a reply for each");
        let built = fixture.git(&["ls-tree", "-r", "--name-only", "refs/plandex/plans/p/main:result"]).output();
        assert_eq!(built.lines().count(), tasks, "every reply builds one file");
        took
    };
    let (many, few) = interleaved(9, || run(MANY_TASKS), || run(FEW_TASKS));
    let more = u32::try_from(MANY_TASKS - FEW_TASKS).expect("a small number");
    let of = |many: Duration, few: Duration| many.saturating_sub(few) / more;
    limit("one more reply with one built file", of(many.median, few.median), 25.0);
    println!("    {MANY_TASKS} tasks {:.2} ms, {FEW_TASKS} tasks {:.2} ms", ms(many.median), ms(few.median));
    println!("    of the least times {:.2} ms", ms(of(many.least, few.least)));
}
