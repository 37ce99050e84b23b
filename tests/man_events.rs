//! The page about events names the fields that are printed, no more and no fewer.

mod man_support;

use std::collections::BTreeSet;

use git_plandex::plan::{BuildStatus, Call, Change, Cost, IdSource, OperationKind, RunEvent, RunState, Stage, Summary, Usage};
use man_support::{Scratch, items, page};
use serde_json::Value;

/// One of every event.
fn every_event() -> Vec<RunEvent> {
    let path = || "a.rs".parse().expect("a path");
    let id = IdSource::after(None).next(1, 1);
    let state = RunState::Finished;
    vec![
        RunEvent::Start { plan: String::new(), branch: String::new(), run: String::new(), prompt: String::new() },
        RunEvent::Stage { stage: Stage::Tasks, model: String::new(), iteration: 1, task: None },
        RunEvent::Reply { text: String::new() },
        RunEvent::Reasoning { text: String::new() },
        RunEvent::Map { done: 0, files: 1 },
        RunEvent::Context { paths: vec![path()], opened: vec![], unknown: vec![], tokens: 0 },
        RunEvent::Tasks { added: vec![], removed: vec![], open: 0, done: 0 },
        RunEvent::TaskDone { id, title: String::new(), open: 0 },
        RunEvent::Operation { kind: OperationKind::Move, path: path(), destination: Some(path()) },
        RunEvent::Build { path: path(), status: BuildStatus::Built, reasons: vec![], lines_added: 0, lines_removed: 0 },
        RunEvent::MissingFile { path: path(), choice: String::new() },
        Call::default().event(),
        RunEvent::Retry { reason: String::new(), attempt: 1, wait: 0.5 },
        RunEvent::Fallback { reason: String::new(), model: String::new(), provider: String::new() },
        RunEvent::State { state },
        RunEvent::Error { message: String::new(), hint: None },
        RunEvent::Done { state, open_tasks: 0, pending: vec![], usage: Usage::default(), cost: Cost::default() },
    ]
}

/// The compiler complains here about an event that [`every_event`] may lack.
fn is_listed(event: &RunEvent) {
    use RunEvent as E;
    match event {
        E::Start { .. } | E::Stage { .. } | E::Reply { .. } | E::Reasoning { .. } | E::Map { .. } | E::Context { .. } | E::Tasks { .. } => {
        }
        E::TaskDone { .. } | E::Operation { .. } | E::Build { .. } | E::MissingFile { .. } | E::Usage { .. } => {}
        E::Retry { .. } | E::Fallback { .. } | E::State { .. } | E::Error { .. } | E::Done { .. } => {}
    }
}

/// The listing whose fields others have, too.
const LS: &str = "git plandex ls --json";

/// The source of a section, up to the next.
fn body<'p>(page: &'p str, section: &str) -> &'p str {
    let rest = page.split_once(&format!(".Ss {section}\n")).map_or("", |(_, rest)| rest);
    rest.split("\n.S").next().unwrap_or_default()
}

/// The fields that a section of the page names, and those among them that are optional.
fn documented(section: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let page = page("git-plandex-events.5");
    let mut found = items(&page, section);
    if body(&page, section).contains(&format!("with the fields of\n.Ql {LS} .")) {
        found.extend(items(&page, LS));
    }
    let name = |item: &String| item.strip_prefix("Va ").expect("a field").split(' ').next().expect("a word").to_owned();
    let optional = found.iter().filter(|item| item.ends_with("(optional)")).map(name).collect();
    (found.iter().map(name).collect(), optional)
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

/// The headings of the page, in order.
fn sections() -> Vec<String> {
    page("git-plandex-events.5").lines().filter_map(|line| line.strip_prefix(".Ss ")).map(str::to_owned).collect()
}

#[test]
fn the_page_names_every_event_with_its_fields() {
    let mut names = BTreeSet::new();
    for event in every_event() {
        is_listed(&event);
        let value = serde_json::to_value(&event).expect("an event is JSON");
        let name = value["event"].as_str().expect("its name").to_owned();
        let mut printed = keys(&value);
        printed.remove("event");
        assert_eq!(documented(&name).0, printed, "{name}");
        names.insert(name);
    }
    let told: BTreeSet<_> = sections().into_iter().filter(|section| !section.starts_with("git ")).collect();
    assert_eq!(told, names);
}

#[test]
fn what_works_is_framed_as_the_page_says() {
    let text = page("git-plandex-events.5");
    let word = |says: &str| text.split_once(says).expect("the page says so").0.lines().last().expect("a line").replace(".Cm ", "");
    let (first, last) = (word("\nis the first line"), word("\nthe last, whatever happens"));
    let scratch = Scratch::new();
    for args in [&["apply", "--undo", "--json"][..], &["build", "--json"], &["apply", "--json", "--no-commit"], &["apply", "--json"]] {
        let printed = scratch.run(args);
        let names: Vec<String> = printed.lines().map(event_name).collect();
        assert_eq!((names.first(), names.last()), (Some(&first), Some(&last)), "{args:?}: {printed}");
        assert_eq!(names.iter().filter(|name| **name == first || **name == last).count(), 2, "{args:?}: {printed}");
    }
}

fn event_name(line: &str) -> String {
    let event: Value = serde_json::from_str(line).expect("each line is an event");
    event["event"].as_str().expect("its name").to_owned()
}

#[test]
fn the_page_names_every_command_that_prints_json() {
    let mut definition = git_plandex::cli::definition();
    definition.build();
    let prints = definition.get_subcommands().filter(|command| command.get_arguments().any(|arg| arg.get_long() == Some("json")));
    let prints: BTreeSet<_> = prints.map(|command| command.get_name().to_owned()).collect();
    let events = ["tell", "chat", "continue", "build", "apply"].map(str::to_owned);
    let listings =
        sections().into_iter().filter_map(|section| Some(section.strip_prefix("git plandex ")?.strip_suffix(" --json")?.to_owned()));
    assert_eq!(listings.chain(events).collect::<BTreeSet<_>>(), prints);
}

/// Makes something for a command to list, and says what else is typed.
fn prepared(scratch: &Scratch, command: &str) -> &'static [&'static str] {
    match command {
        "clear" | "rm" | "show" | "ls" => drop(scratch.run(&["load", "--note", "a note"])),
        "update" => {
            std::fs::write(scratch.repository.join("new.txt"), "one").expect("written");
            scratch.run(&["load", "new.txt"]);
            std::fs::write(scratch.repository.join("new.txt"), "two").expect("written");
        }
        "summary" => summarize(&scratch.repository),
        _ => {}
    }
    match command {
        "load" => &["--note", "another note"],
        "rm" | "show" => &["1"],
        _ => &[],
    }
}

/// Adds a summary of the first message of the current plan.
fn summarize(repository: &std::path::Path) {
    let store = git_plandex::store::Store::discover(repository).expect("a repository");
    let mut snapshot = store.load(&store.current().expect("readable").expect("a plan is current")).expect("it is there");
    let record = git_plandex::plan::Record::new(git_plandex::plan::EventKind::Summary, "Summarize the conversation");
    store
        .append(&mut snapshot, &record, &mut |plan| {
            let id = IdSource::after(plan.last_id()).next(1_800_000_000_000, 1);
            let usage = Usage::default();
            let last_message = plan.messages[0].id;
            Ok(vec![Change::Summary(Summary { id, last_message, tokens: 1, model: Some("m".into()), usage, text: "S".into() })])
        })
        .expect("stored");
}

#[test]
fn listings_print_the_fields_that_the_page_names() {
    let scratch = Scratch::new();
    scratch.run(&["apply", "--undo"]);
    for section in sections().into_iter().filter(|section| section.starts_with("git ")) {
        let mut args: Vec<&str> = section.split(' ').skip(2).collect();
        args.extend(prepared(&scratch, args[0]));
        let rows: Vec<Value> = serde_json::from_str(&scratch.run(&args)).expect("an array");
        let printed: BTreeSet<String> = rows.iter().flat_map(keys).collect();
        let (named, optional) = documented(&section);
        assert!(printed.is_subset(&named), "{section} prints {printed:?}, the page names {named:?}");
        for row in &rows {
            let always: BTreeSet<_> = named.difference(&optional).cloned().collect();
            assert!(always.is_subset(&keys(row)), "{section} leaves out of {row} what is always there: {always:?}");
        }
        assert!(!rows.is_empty(), "{section} prints nothing");
    }
}

#[test]
fn a_parsed_reply_has_the_fields_that_the_page_names() {
    let found: BTreeSet<_> = items(&page("git-plandex-events.5"), "A PARSED REPLY").iter().map(|item| item.replace("Va ", "")).collect();
    assert_eq!(found, keys(&serde_json::to_value(git_plandex::reply::parse("")).expect("a reply is JSON")));
}
