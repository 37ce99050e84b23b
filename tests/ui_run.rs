//! A run as a person, a pipe and a program see it.

use std::io::Read;
use std::process::{Command, Stdio};

use git_plandex::plan::{BuildStatus, Cost, IdSource, OperationKind, RepoPath, RunEvent, RunState, Stage, Usage};
use git_plandex::ui::{JsonView, Line, Look, OutputError, RunView, Ui, View};
use proptest::prelude::*;

fn path(text: &str) -> RepoPath {
    text.parse().expect("valid")
}

fn reply(text: &str) -> RunEvent {
    RunEvent::Reply { text: text.into() }
}

fn stage(stage: Stage, task: Option<&str>) -> RunEvent {
    RunEvent::Stage { stage, model: "a-model".into(), iteration: 1, task: task.map(str::to_owned) }
}

fn build(name: &str, status: BuildStatus, reasons: &[&str]) -> RunEvent {
    let reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
    RunEvent::Build { path: path(name), status, reasons, lines_added: 4, lines_removed: 1 }
}

const CODE: &str = "Here it is.\n\n- src/a.rs:\n\n<PlandexBlock lang=\"rust\" path=\"src/a.rs\">\nfn a() {}\n</PlandexBlock>\n\n**One** has been completed\n";

fn run() -> Vec<RunEvent> {
    let id = IdSource::after(None).next(1, 1);
    let (start, rest) = CODE.split_at(20);
    vec![
        RunEvent::Start { plan: "x".into(), branch: "main".into(), run: "r".into(), prompt: "p".into() },
        stage(Stage::Context, None),
        reply("I look at `src/b.rs`."),
        RunEvent::Context {
            paths: vec![path("src/b.rs")],
            opened: vec![path("src/gen")],
            unknown: vec!["src/no\u{202e}.rs".into()],
            tokens: 1234,
        },
        stage(Stage::Tasks, None),
        RunEvent::Tasks { added: vec!["One".into(), "Two".into()], removed: vec![], open: 2, done: 0 },
        stage(Stage::Implementation, Some("One")),
        reply(start),
        build("src/old.rs", BuildStatus::Built, &[]),
        reply(rest),
        RunEvent::Operation { kind: OperationKind::File, path: path("src/a.rs"), destination: None },
        RunEvent::Operation { kind: OperationKind::Move, path: path("a"), destination: Some(path("b")) },
        RunEvent::TaskDone { id, title: "One".into(), open: 1 },
        build("src/a.rs", BuildStatus::Started, &[]),
        RunEvent::State { state: RunState::Building },
        build("src/a.rs", BuildStatus::Doubtful, &["ambiguous-location: the comment stands for lines that occur twice"]),
        RunEvent::Done {
            state: RunState::Stopped,
            open_tasks: 1,
            pending: vec![path("src/a.rs"), path("src/old.rs")],
            usage: Usage { input_tokens: 12_345, output_tokens: 678, ..Usage::default() },
            cost: Cost { nanos: 42_100_000, unpriced: 0 },
        },
    ]
}

/// Shows `events` where standard output and standard error look like this.
fn show(out: Look, err: Look, events: &[RunEvent]) -> (String, String) {
    let ui = Ui::buffer(out, err);
    let mut view = RunView::new(&ui);
    for event in events {
        view.event(event).expect("a buffer takes everything");
    }
    (ui.stdout_text(), ui.stderr_text())
}

#[test]
fn a_person_sees_prose_files_tasks_and_builds() {
    let (out, err) = show(Look::terminal(40), Look::terminal(40), &run());
    let expected_out = "
I look at `src/b.rs`.
Here it is.

── src/a.rs ────────────────────────────
│ fn a() {}
──

**One** has been completed
";
    let expected_err = "
plan x/main

▸ context  a-model
  1 file loaded, 1,234 tokens
    src/b.rs
  looking into:
    src/gen/
  not in the repository:
    src/no<U+202E>.rs

▸ tasks  a-model
  2 tasks open, 0 done
  ○ One
  ○ Two

▸ implementation  One  a-model
  built src/old.rs +4 -1
  move a to b
  ✓ One (1 to go)
  doubtful src/a.rs +4 -1
    ambiguous-location: the comment
    stands for lines that occur twice

stopped: 1 task open, 2 files changed
    src/a.rs, src/old.rs
12,345 tokens sent, 678 received; cost
$0.0421
";
    assert_eq!(out, expected_out[1..]);
    assert_eq!(err, expected_err[1..]);
}

#[test]
fn a_build_that_ends_in_the_middle_of_a_line_waits_until_it_tears_nothing() {
    let ui = Ui::buffer(Look::terminal(80), Look::terminal(80));
    let mut view = RunView::new(&ui);
    let mut feed = |event: RunEvent| view.event(&event).expect("a buffer takes everything");
    feed(reply("in the middle of"));
    feed(build("a", BuildStatus::Built, &[]));
    assert_eq!(ui.stderr_text(), "");
    feed(reply(" a line\n<PlandexBlock path=\"b\">\nx\n"));
    assert_eq!(ui.stderr_text(), "  built a +4 -1\n");
    feed(build("c", BuildStatus::Failed, &["no-reference: nothing fits"]));
    feed(reply("</PlandexBlock>\n"));
    assert_eq!(ui.stderr_text(), "  built a +4 -1\n  failed c\n    no-reference: nothing fits\n");
}

#[test]
fn the_words_of_a_model_cannot_act_on_the_terminal() {
    let hostile = [
        stage(Stage::Tasks, Some("t\u{1b}]0;title\u{7}\nforged")),
        reply("a\u{1b}[2"),
        reply("Jb\rc <PlandexBlock> \u{9b}31m\n<PlandexBlock path=\"x\u{1b}[1m\u{202e}\">\ncode\u{1b}]52;c;QQ=="),
        reply("\u{7}end\n"),
        RunEvent::Reasoning { text: "r\u{1b}[1m".into() },
        RunEvent::Tasks { added: vec!["one\u{1b}[31m\r".into()], removed: vec![], open: 1, done: 0 },
        RunEvent::Error { message: "server says \u{1b}[2J".into(), hint: None },
    ];
    let (out, err) = show(Look::terminal(80), Look::terminal(80), &hostile);
    for text in [&out, &err] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
    assert_eq!(out.lines().next(), Some("ab"));
    assert!(out.contains("── x<U+202E> ─") && out.contains("│ codeend\n"), "{out}");
}

#[test]
fn a_pipe_gets_nothing_but_the_reply_and_each_reply_ends_its_line() {
    let (out, err) = show(Look::PIPE, Look::PIPE, &run());
    assert_eq!(out, format!("I look at `src/b.rs`.\n{CODE}"));
    assert!(err.contains("2 tasks open"), "{err}");
}

proptest! {
    #[test]
    fn a_piped_reply_is_exact_for_every_split(text in "[a\\r\\x1b<\\PC\\n]{0,60}", cut in any::<prop::sample::Index>()) {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (first, second) = text.split_at(starts[cut.index(starts.len())]);
        let (out, _) = show(Look::PIPE, Look::PIPE, &[reply(first), reply(second)]);
        prop_assert_eq!(out, text);
    }

    #[test]
    fn what_is_shown_does_not_depend_on_the_chunks(size in 1usize..30) {
        let chars: Vec<char> = CODE.chars().collect();
        let chunks: Vec<RunEvent> = chars.chunks(size).map(|chunk| reply(&chunk.iter().collect::<String>())).chain([stage(Stage::Chat, None)]).collect();
        let whole = show(Look::terminal(30), Look::terminal(30), &[reply(CODE), stage(Stage::Chat, None)]);
        prop_assert_eq!(show(Look::terminal(30), Look::terminal(30), &chunks), whole);
    }
}

#[test]
fn a_program_gets_one_event_on_each_line() {
    let ui = Ui::buffer(Look::PIPE, Look::PIPE);
    let mut view = JsonView::new(&ui);
    let events = run();
    for event in &events {
        view.event(event).expect("a buffer takes everything");
    }
    let text = ui.stdout_text();
    let read: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(read.len(), events.len());
    assert_eq!(read[0]["event"], "start");
    assert_eq!(read[2], serde_json::json!({ "event": "reply", "text": "I look at `src/b.rs`." }));
    assert_eq!(read[15]["status"], "doubtful");
    assert_eq!(ui.stderr_text(), "");
}

#[test]
fn answers_and_everything_else_go_to_their_own_streams() {
    let ui = Ui::buffer(Look::PIPE, Look::terminal(30));
    ui.line(Line::new().word(git_plandex::ui::style::NAME, "x/main")).expect("taken");
    ui.error("'src/a.rs' conflicts with your own changes\nand so does 'b'", Some("git plandex apply --conflicts=markers"));
    assert_eq!(ui.stdout_text(), "x/main\n");
    let expected =
        "error: 'src/a.rs' conflicts\nwith your own changes\nerror: and so does 'b'\nhint: git plandex apply --conflicts=markers\n";
    assert_eq!(ui.stderr_text(), expected);
}

/// Set in the child of the next test.
const CHILD: &str = "GIT_PLANDEX_TEST_WRITES";

#[test]
fn a_closed_pipe_ends_quietly() {
    if std::env::var_os(CHILD).is_some() {
        let ui = Ui::from_env();
        let failed = (0..100_000).find_map(|_| ui.line("a line of an answer that is long enough").err());
        assert!(matches!(failed, Some(OutputError::Closed)) && ui.is_closed());
        ui.note("told that nobody reads");
        return;
    }
    let exe = std::env::current_exe().expect("the test's own binary");
    let mut child = Command::new(exe);
    child.args(["--exact", "a_closed_pipe_ends_quietly", "--nocapture"]).env(CHILD, "1");
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut first = [0; 64];
    child.stdout.take().expect("piped").read_exact(&mut first).expect("something is written");
    let out = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&out.stderr);
    // The harness itself cannot print its verdict any more, so its exit code says nothing.
    assert!(stderr.contains("told that nobody reads"), "{stderr}");
}
