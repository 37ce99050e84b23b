//! Prompts of the phases, rendered for every combination that occurs.

use git_plandex::plan::{ChatMessage, ChatRole, ContextKind, Role, Stage, SubtaskState};
use git_plandex::prompt::{Ask, FileView, MissingFile, NoteView, Scene, TaskView, Turn, render};

/// Messages as text; `¶` marks the end of a part that is worth caching.
fn text(messages: &[ChatMessage]) -> String {
    let role = |role| match role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
    };
    let parts = |message: &ChatMessage| -> String {
        message.parts.iter().map(|part| format!("{}{}", part.text, if part.cache { "¶" } else { "" })).collect()
    };
    messages.iter().map(|message| format!("━━ {} ━━\n{}\n\n", role(message.role), parts(message))).collect()
}

/// The text without the fixed words and the rules, which other snapshots show.
fn variable(scene: &Scene<'_>) -> String {
    let whole = text(&render(scene));
    let rules = whole.find("# Phase: ").expect("every request has rules");
    let end = rules + whole[rules..].find('¶').expect("the rules are worth caching");
    let start = whole.find("━━ user ━━").expect("the material is the user's");
    format!("{}(rules){}", &whole[start..rules], &whole[end..])
}

fn scene<'a>(stage: Stage, ask: Ask<'a>) -> Scene<'a> {
    Scene { utc_time: "2026-03-04T05:06:07Z", os: "Linux 6.1 x86_64", ..Scene::new(stage, ask) }
}

fn uses(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

fn task<'a>(title: &'a str, description: &'a str, uses: &'a [String], state: SubtaskState) -> TaskView<'a> {
    TaskView { title, description, uses, state }
}

const MAP: &str = "src/\n  main.rs 120\n  store.rs 2400\nCargo.toml 90\n";
const MAIN: FileView<'_> = FileView { path: "src/main.rs", content: "fn main() {}\n", part: false, pending: false, auto_loaded: false };
const STORE: FileView<'_> = FileView { path: "src/store.rs", content: "pub struct Store;", part: false, pending: true, auto_loaded: true };
const NOTE: NoteView<'_> = NoteView { kind: ContextKind::Note, name: "style", text: "No macros.\n" };

fn turn(role: Role, text: &str) -> Turn<'_> {
    Turn { role, text, note: None }
}

#[test]
fn context_of_a_tell() {
    let scene = Scene {
        auto_context: true,
        instructions: Some("Use tabs."),
        map: Some(MAP),
        notes: vec![NOTE],
        files: vec![MAIN],
        pending: vec!["src/store.rs"],
        budget: Some(120_000),
        large_file: Some(30_000),
        ..scene(Stage::Context, Ask::Prompt("Add a cache to the store."))
    };
    insta::assert_snapshot!(text(&render(&scene)));
}

#[test]
fn context_of_a_chat() {
    let scene = Scene { chat: true, auto_context: true, map: Some(MAP), ..scene(Stage::Context, Ask::Prompt("How are users stored?")) };
    insta::assert_snapshot!(text(&render(&scene)));
}

#[test]
fn context_again_after_unknown_paths() {
    let turns = vec![turn(Role::User, "Add a cache."), turn(Role::Assistant, "### Files\n- `src/cache.rs`")];
    let scene = Scene {
        auto_context: true,
        map: Some(MAP),
        turns,
        folded: true,
        work_state: Some("On branch trunk\nEverything is committed."),
        chosen: vec!["src/main.rs"],
        opened: vec!["src/gen"],
        unknown: vec!["src/cache.rs", "x"],
        ..scene(Stage::Context, Ask::ContinuePlanning)
    };
    insta::assert_snapshot!(variable(&scene));
}

#[test]
fn tasks_for_a_first_prompt_without_auto_context() {
    let scene = Scene { files: vec![MAIN], ..scene(Stage::Tasks, Ask::Prompt("Add a cache to the store.")) };
    insta::assert_snapshot!(text(&render(&scene)));
}

#[test]
fn tasks_after_a_context_phase() {
    let turns = vec![
        turn(Role::User, "Add a cache."),
        turn(Role::Assistant, "The store gets a cache.\n\n### Files\n- `src/store.rs`\n\n<PlandexFinish/>\n"),
    ];
    let scene = Scene {
        auto_context: true,
        map: Some(MAP),
        notes: vec![NOTE],
        files: vec![MAIN, STORE],
        turns,
        ..scene(Stage::Tasks, Ask::ContinuePlanning)
    };
    insta::assert_snapshot!(text(&render(&scene)));
}

#[test]
fn tasks_when_the_plan_goes_on() {
    let (a, b) = (uses(&["src/store.rs"]), uses(&["src/store.rs", "src/main.rs"]));
    let scene = Scene {
        files: vec![STORE],
        summary: Some("## Summary of the plan so far\n\nThe store has a cache."),
        turns: vec![
            turn(Role::User, "Add a cache."),
            Turn { role: Role::Assistant, text: "### Tasks\n1. A", note: Some("the user stopped this reply") },
        ],
        tasks: vec![
            task("Add the cache", "- a map", &a, SubtaskState::Done),
            task("Use the cache", "in `find`\nand in `all`", &b, SubtaskState::Open),
            task("Limit it", "", &[], SubtaskState::Open),
        ],
        current: Some(1),
        ..scene(Stage::Tasks, Ask::Prompt("No limit, please."))
    };
    insta::assert_snapshot!(text(&render(&scene)));
}

#[test]
fn tasks_with_a_script_outside_a_git_repository() {
    let scene = Scene { git: false, script: true, ..scene(Stage::Tasks, Ask::Prompt("Add a cache.")) };
    insta::assert_snapshot!(text(&render(&scene)));
}

fn implementation<'a>(ask: Ask<'a>, paths: &'a [String]) -> Scene<'a> {
    Scene {
        notes: vec![NOTE],
        files: vec![STORE],
        turns: vec![
            turn(Role::User, "Add a cache."),
            turn(Role::Assistant, "I look."),
            turn(Role::Assistant, "I will.\n\n### Tasks\n1. Add the cache\n<PlandexFinish/>"),
        ],
        tasks: vec![
            task("Prepare", "", &[], SubtaskState::Done),
            task("Add the cache", "a map\nwith a limit", paths, SubtaskState::Open),
            task("Use the cache", "", &[], SubtaskState::Open),
        ],
        current: Some(1),
        ..scene(Stage::Implementation, ask)
    }
}

#[test]
fn implementation_of_a_task() {
    let paths = uses(&["src/store.rs", "src/cache.rs"]);
    insta::assert_snapshot!(text(&render(&implementation(Ask::ContinueImplementation, &paths))));
}

#[test]
fn implementation_with_a_script_outside_a_git_repository() {
    let paths = uses(&["_apply.sh"]);
    let scene = Scene { git: false, script: true, ..implementation(Ask::ContinueImplementation, &paths) };
    insta::assert_snapshot!(text(&render(&scene)));
}

#[test]
fn implementation_goes_on_with_an_unfinished_task() {
    let paths = uses(&["src/store.rs"]);
    let scene = Scene {
        unfinished: Some("The limit is missing."),
        skipped: vec!["src/main.rs"],
        unknown: vec!["src/mian.rs"],
        ..implementation(Ask::ContinueImplementation, &paths)
    };
    insta::assert_snapshot!(variable(&scene));
}

#[test]
fn implementation_on_a_prompt() {
    let paths = uses(&["src/store.rs"]);
    insta::assert_snapshot!(variable(&implementation(Ask::Prompt("Mind the limit."), &paths)));
}

#[test]
fn a_reply_resumes_within_a_line_of_a_block() {
    let paths = uses(&["src/store.rs"]);
    let partial = "I add it.\n\n- src/store.rs:\n\n<PlandexBlock lang=\"rust\" path=\"src/store.rs\">\npub struct Store {\n    cache: Ca";
    insta::assert_snapshot!(variable(&implementation(Ask::Resume { partial, block: Some("src/store.rs") }, &paths)));
}

#[test]
fn a_reply_resumes_after_a_line_of_prose() {
    let partial = format!("{}\nThe first task is\n", "long ".repeat(60));
    insta::assert_snapshot!(variable(&scene(Stage::Tasks, Ask::Resume { partial: &partial, block: None })));
}

#[test]
fn a_reply_that_has_not_begun_is_asked_for_anew() {
    let scene = scene(Stage::Tasks, Ask::Resume { partial: " \n", block: None });
    assert_eq!(render(&scene).len(), 2);
}

#[test]
fn a_reply_goes_on_after_a_missing_file() {
    let paths = uses(&["src/store.rs"]);
    let ask = |choice| {
        let partial = if choice == MissingFile::Skipped {
            "I add it.\n"
        } else {
            "I add it.\n- src/store.rs:\n<PlandexBlock path=\"src/store.rs\">\n"
        };
        let whole = variable(&implementation(Ask::After { partial, path: "src/store.rs", choice }, &paths));
        whole[whole.rfind("━━ assistant ━━").expect("the partial reply")..].to_owned()
    };
    insta::assert_snapshot!([MissingFile::Added, MissingFile::Skipped, MissingFile::Overwrite].map(ask).concat());
}

#[test]
fn a_chat_without_auto_context() {
    let turns = vec![turn(Role::User, "Hi"), turn(Role::Assistant, "Hello.")];
    insta::assert_snapshot!(text(&render(&Scene { files: vec![MAIN], turns, ..scene(Stage::Chat, Ask::Prompt("What does main do?")) })));
}

#[test]
fn a_chat_answers_after_its_context_phase() {
    let turns = vec![turn(Role::User, "What does main do?"), turn(Role::Assistant, "I look.\n\n### Files\n- `src/main.rs`")];
    let chosen = FileView { auto_loaded: true, ..MAIN };
    let scene =
        Scene { auto_context: true, script: true, map: Some(MAP), files: vec![chosen], turns, ..scene(Stage::Chat, Ask::ContinuePlanning) };
    insta::assert_snapshot!(text(&render(&scene)));
}
