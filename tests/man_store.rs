//! The page about the stored form names every key that is stored, no more and no fewer.

mod man_support;
mod store_support;

use std::collections::BTreeSet;

use git_plandex::plan::{
    Attempt, Change, ContextItem, ContextKind, EntityId, Entry, EventKind, FileMode, IdSource, ImageDetail, Message, Operation,
    OperationKind, OperationState, PlanMeta, Record, Role, Sight, Stage, Subtask, SubtaskState, Usage,
};
use git_plandex::store::Naming;
use man_support::{Scratch, items, page};
use store_support::TestRepo;

const PAGE: &str = "git-plandex-store.5";

/// The keys that a section of the page names; several may stand in one line.
fn told(section: &str) -> BTreeSet<String> {
    let lines = items(&page(PAGE), section);
    let names = lines.iter().flat_map(|line| line.strip_prefix("Va ").into_iter().flat_map(|names| names.split(" , ")));
    names.map(|name| name.trim_start_matches("Va ").to_owned()).collect()
}

/// The keys of a YAML mapping or of front matter.
fn keys(text: &str) -> BTreeSet<String> {
    let yaml = text.strip_prefix("---\n").map_or(text, |rest| rest.split_once("\n---\n").expect("it ends").0);
    let value: serde_json::Value = serde_yaml::from_str(yaml).expect("it is YAML");
    value.as_object().expect("a mapping").keys().cloned().collect()
}

fn now() -> Option<String> {
    Some("2026-11-21T22:00:00Z".to_owned())
}

fn message(id: EntityId, earlier: EntityId) -> Message {
    Message {
        predecessor: Some(earlier),
        stage: Some(Stage::Context),
        subtask: Some(earlier),
        continues: Some(earlier),
        did_make_plan: true,
        was_context_stage: true,
        activated_paths: vec!["a.rs".parse().expect("a path")],
        unknown_paths: vec!["b.rs".to_owned()],
        opened_paths: vec!["src".parse().expect("a path")],
        overwrite_paths: vec!["c.rs".parse().expect("a path")],
        stopped: true,
        stop_reason: Some("user".to_owned()),
        unfinished: Some("tests".to_owned()),
        model: Some("m".to_owned()),
        usage: Usage { input_tokens: 1, cached_tokens: 1, cache_write_tokens: 1, output_tokens: 1 },
        started: now(),
        finished: now(),
        ..Message::new(id, Role::Assistant, "text")
    }
}

/// A context item with every key.
fn context_item(id: EntityId, oid: &git_plandex::plan::ObjectId) -> ContextItem {
    let path = || "a.rs".parse().expect("a path");
    ContextItem {
        id,
        kind: ContextKind::File,
        name: "a.rs".into(),
        path: Some(path()),
        directory: Some(path()),
        url: Some("https://example.org/".into()),
        media_type: Some("image/png".into()),
        detail: Some(ImageDetail::Low),
        oid: oid.clone(),
        bytes: 4,
        tokens: 1,
        symbols: vec!["main".into()],
        auto_loaded: true,
        forced: true,
        added: now(),
        updated: now(),
    }
}

/// Stores an entity of every kind with every key, and returns the files of the plan with their texts.
fn stored() -> Vec<(String, String)> {
    let repo = TestRepo::with_commit();
    let store = repo.store();
    let base = store.head_commit().expect("git answers");
    let config = [("auto-mode".to_owned(), "basic".to_owned())].into();
    let models = [("pack".to_owned(), "mine".to_owned())].into();
    let meta = PlanMeta { title: "T".into(), created: now().expect("a time"), base: base.clone(), config, models, ..PlanMeta::default() };
    let mut snapshot =
        store.create(Naming::Exact("p".parse().expect("a name")), meta, &Record::new(EventKind::New, "New")).expect("a plan");
    let oid = store.write_blob(b"body").expect("a blob");
    let mut ids = IdSource::after(None);
    let mut id = || ids.next(1_700_000_000_000, 1);
    let (first, second, summary, task, item, operation) = (id(), id(), id(), id(), id(), id());
    let usage = Usage { input_tokens: 1, ..Usage::default() };
    let path = || "a.rs".parse().expect("a path");
    let subtask = Subtask {
        id: task,
        title: "T".into(),
        description: "D".into(),
        uses: vec!["a.rs".into()],
        order: 1,
        state: SubtaskState::Done,
        tries: 1,
        created: now(),
        started: now(),
        completed: now(),
    };
    let attempt = Attempt { by: "builder".into(), model: Some("m".into()), content: Some(oid.clone()), reasons: vec!["doubt".into()] };
    let operation = Operation {
        id: operation,
        message: second,
        subtask: Some(task),
        kind: OperationKind::Move,
        path: path(),
        destination: Some("b.rs".parse().expect("a path")),
        explanation: "E".into(),
        overwrite: true,
        masked: true,
        shown: vec![Sight { path: path(), file: Some(Entry { mode: FileMode::Regular, oid: oid.clone() }) }],
        state: OperationState::Applied,
        error: Some("doubt".into()),
        attempts: vec![attempt],
        commit: base,
        body: Some(oid.clone()),
    };
    let changes = vec![
        Change::Message(Message::new(first, Role::User, "prompt")),
        Change::Message(message(second, first)),
        Change::Summary(git_plandex::plan::Summary {
            id: summary,
            last_message: second,
            tokens: 1,
            model: Some("m".into()),
            usage,
            text: "S".into(),
        }),
        Change::Subtask(subtask),
        Change::Context(context_item(item, &oid)),
        Change::Operation(operation),
    ];
    store.append(&mut snapshot, &Record::new(EventKind::Reply, "Reply"), &mut |_| Ok(changes.clone())).expect("stored");
    let tip = "refs/plandex/plans/p/main";
    let files = repo.git(&["ls-tree", "-r", "--name-only", tip]);
    files.lines().map(|file| (file.to_owned(), repo.git(&["show", &format!("{tip}:{file}")]))).collect()
}

#[test]
fn the_page_names_every_key_of_every_file() {
    let files = stored();
    let sections = [
        ("plan.yml", "plan.yml", ""),
        ("Messages", "conversation/", "-assistant.md"),
        ("Summaries", "summaries/", ".md"),
        ("Tasks", "subtasks/", ".yml"),
        ("Context items", "context/", ".yml"),
        ("Operations", "operations/", ".yml"),
    ];
    for (section, place, ending) in sections {
        let found = files.iter().find(|(file, _)| file.starts_with(place) && file.ends_with(ending));
        let (file, text) = found.expect("an entity of every kind is stored");
        assert_eq!(told(section), keys(text), "{section}: {file}\n{text}");
    }
}

#[test]
fn the_page_names_every_key_of_the_record_of_an_apply() {
    let scratch = Scratch::new();
    let record = std::fs::read_to_string(scratch.repository.join(".git/plandex/apply/last/record.json")).expect("there was an apply");
    assert_eq!(told("record.json"), keys(&record));
}

#[test]
fn the_page_names_every_word_of_an_event() {
    let text = page(PAGE);
    let trailers = text.split_once(".It Li Plandex-Event").expect("it is told").1.split_once(".It Li Plandex-Run").expect("the next").0;
    let told: BTreeSet<_> = trailers
        .lines()
        .filter_map(|line| line.strip_prefix(".Cm "))
        .map(|word| word.trim_end_matches([' ', ',', '.', ';']).to_owned())
        .collect();
    let unknown: Vec<_> = told.iter().filter(|word| EventKind::from_word(word).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    use EventKind::*;
    let all =
        [New, Run, Prompt, Reply, Tasks, Load, Remove, Update, Build, Apply, Undo, Reject, Rewind, Settings, Merge, Summary, Adopt, Branch];
    assert_eq!(told, all.iter().map(|kind| kind.as_str().to_owned()).collect());
}

#[test]
fn the_page_names_every_reason_to_stop() {
    use git_plandex::pipeline::stop_reason as reason;
    let text = page(PAGE);
    let told = text.split_once(".It Va stop_reason").expect("it is told").1.split_once(".It Va unfinished").expect("the next").0;
    let words = [
        reason::USER,
        reason::KILLED,
        reason::LENGTH,
        reason::MISSING_FILE,
        reason::SKIPPED_FILE,
        reason::OVERWRITTEN_FILE,
        reason::FAILED,
    ];
    for word in words {
        assert!(told.contains(&format!(".Cm {}", word.trim_end())), "{word}");
    }
}
