//! Programs that answer instead of a server: our own form, and the vendors' clients, played by scripts that print what those print.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use git_plandex::config::{Fallback, Model, Role};
use git_plandex::llm::{Delta, Error, ErrorKind, FinishReason, Request};
use git_plandex::plan::{ChatImage, ChatMessage, ChatRole, ImageDetail, Usage};
use serde_json::{Value, json};
use support::{client, complete, models, outcome, prompt, run, text};

/// A directory with a program in it.
struct Scripted {
    directory: tempfile::TempDir,
}

impl Scripted {
    /// The program copies its input, arguments and environment into files beside it, then does this.
    fn new(script: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("program");
        let here = directory.path().display();
        let head = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > {here}/arguments\nenv > {here}/environment\npwd > {here}/directory\ncat > {here}/input\n"
        );
        fs::write(&path, format!("{head}{script}\n")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        Self { directory }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("program")
    }

    fn said(&self, what: &str) -> String {
        fs::read_to_string(self.directory.path().join(what)).expect("the program has run")
    }

    fn model(&self, provider: &str, model: &str) -> Model {
        planner(&self.path(), provider, model)
    }
}

fn planner(program: &Path, provider: &str, model: &str) -> Model {
    let user = format!(
        "providers: {{ own: {{ api: command, command: ['{}', one], {provider} }} }}
models: {{ m: {{ provider: own, model: the-model, context_window: 100000, max_output_tokens: 8000, {model} }} }}
packs: {{ p: {{ planner: m, summarizer: m, builder: m, names: m, commit-messages: m, auto-continue: m }} }}",
        program.display()
    );
    models(&user, &[("OWN_KEY", "key-of-my-own")]).for_role(Role::Planner).clone()
}

/// Prints these lines.
fn prints(lines: &[Value]) -> String {
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    format!("cat <<'END'\n{text}END")
}

fn conversation() -> Vec<ChatMessage> {
    let mut last = ChatMessage::new(ChatRole::User, "go on");
    last.images.push(ChatImage { media_type: "image/png".to_owned(), data: b"\x89PNG".as_slice().into(), detail: ImageDetail::High });
    vec![
        ChatMessage::new(ChatRole::System, "rules"),
        ChatMessage::new(ChatRole::User, "hello"),
        ChatMessage::new(ChatRole::Assistant, "half"),
        last,
    ]
}

fn failure(model: &Model) -> Error {
    complete(model, &prompt("hello")).expect_err("a failure")
}

#[test]
fn a_program_of_ones_own_reads_one_request_and_prints_events() {
    let program = Scripted::new(&prints(&[
        json!({ "type": "reasoning", "text": "hm" }),
        json!({ "type": "later", "unknown": true }),
        json!({ "type": "text", "text": "Grüße, " }),
        json!({ "type": "text", "text": "🎉" }),
        json!({ "type": "usage", "input_tokens": 9, "cached_tokens": 4, "output_tokens": 2 }),
        json!({ "type": "finish", "reason": "length" }),
    ]));
    let messages = conversation();
    let model = program.model("local: false", "images: true, reasoning: { effort: low }");
    let request = Request { stop: &["</a>"], ..Request::new(&model, &messages) };
    let reply = run(client().complete(&request)).expect("a reply");
    assert_eq!((reply.text.as_str(), reply.finish), ("Grüße, 🎉", FinishReason::Length));
    assert_eq!(reply.usage, Usage { input_tokens: 9, cached_tokens: 4, output_tokens: 2, ..Usage::default() });
    let input: Value = serde_json::from_str(&program.said("input")).expect("one document");
    assert_eq!(
        input,
        json!({
            "version": 1, "model": "the-model", "role": "planner",
            "messages": [
                { "role": "system", "text": "rules" }, { "role": "user", "text": "hello" }, { "role": "assistant", "text": "half" },
                { "role": "user", "text": "go on", "images": [{ "media_type": "image/png", "data": "iVBORw==" }] },
            ],
            "max_output_tokens": 8000, "temperature": 0.3, "top_p": 0.3, "stop": ["</a>"], "reasoning": { "effort": "low", "budget": null },
        })
    );
    assert_eq!(program.said("arguments"), "one\n");
    let directory = program.said("directory");
    assert!(!Path::new(directory.trim()).exists(), "its empty directory is gone: {directory}");
}

#[test]
fn claude_is_asked_for_an_answer_alone_and_its_stream_is_read_once() {
    let event = |event: Value| json!({ "type": "stream_event", "session_id": "s", "parent_tool_use_id": null, "event": event });
    let delta = |delta: Value| event(json!({ "type": "content_block_delta", "index": 0, "delta": delta }));
    let block = json!({ "type": "text", "text": "Hello there" });
    let program = Scripted::new(&prints(&[
        json!({ "type": "system", "subtype": "init", "cwd": "/x", "session_id": "s", "tools": [], "mcp_servers": [], "model": "claude-x", "apiKeySource": "none" }),
        event(
            json!({ "type": "message_start", "message": { "id": "m", "role": "assistant", "content": [], "usage": { "input_tokens": 3, "output_tokens": 1 } } }),
        ),
        event(json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "thinking", "thinking": "" } })),
        delta(json!({ "type": "thinking_delta", "thinking": "hm" })),
        delta(json!({ "type": "text_delta", "text": "Hello " })),
        delta(json!({ "type": "text_delta", "text": "there" })),
        json!({ "type": "assistant", "message": { "model": "claude-x", "role": "assistant", "content": [block] }, "session_id": "s" }),
        event(json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" }, "usage": { "output_tokens": 5 } })),
        event(json!({ "type": "message_stop" })),
        json!({ "type": "result", "subtype": "success", "is_error": false, "duration_ms": 9, "num_turns": 1, "result": "Hello there", "session_id": "s",
                "total_cost_usd": 0.01, "usage": { "input_tokens": 3, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 100, "output_tokens": 5 } }),
    ]));
    let model = program.model("dialect: claude", "images: true, reasoning: { effort: high }");
    let messages = conversation();
    let (deltas, error) = outcome(&client(), &Request::new(&model, &messages));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(
        deltas,
        [
            Delta::Reasoning("hm".to_owned()),
            Delta::Text("Hello ".to_owned()),
            Delta::Text("there".to_owned()),
            Delta::Usage(Usage { input_tokens: 123, cached_tokens: 100, cache_write_tokens: 20, output_tokens: 5 }),
            Delta::Finish(FinishReason::Stop),
        ]
    );
    let arguments = program.said("arguments");
    for pair in [
        "--input-format\nstream-json\n",
        "--output-format\nstream-json\n",
        "--tools\n\n",
        "--model\nthe-model\n",
        "--effort\nhigh\n",
        "--system-prompt\nrules\n",
    ] {
        assert!(arguments.contains(pair), "{pair:?} in {arguments:?}");
    }
    let input: Value = serde_json::from_str(&program.said("input")).expect("one line");
    let content = &input["message"]["content"];
    assert!(
        content[0]["text"].as_str().is_some_and(|text| text.ends_with("[user]\nhello\n\n[assistant]\nhalf\n\n[user]\ngo on")),
        "{input}"
    );
    assert_eq!((&input["type"], &content[1]["type"]), (&json!("user"), &json!("image")));
}

#[test]
fn claude_that_does_not_stream_or_complains_is_understood() {
    let message = |model: &str, text: &str| json!({ "type": "assistant", "message": { "model": model, "content": [{ "type": "text", "text": text }] } });
    let result = |is_error: bool, text: &str| json!({ "type": "result", "subtype": "success", "is_error": is_error, "result": text, "usage": { "input_tokens": 1, "output_tokens": 1 } });
    let whole = Scripted::new(&prints(&[message("claude-x", "in one piece"), result(false, "in one piece")]));
    assert_eq!(complete(&whole.model("dialect: claude", "stop: true"), &prompt("x")).expect("a reply").text, "in one piece");
    for (words, kind) in [
        ("Invalid API key · Please run /login", ErrorKind::Auth),
        ("Claude AI usage limit reached|1790000000", ErrorKind::Quota),
        ("Prompt is too long", ErrorKind::ContextTooLong),
    ] {
        let program = Scripted::new(&format!("{}\nexit 1", prints(&[message("<synthetic>", words), result(true, words)])));
        let error = failure(&program.model("dialect: claude", "stop: true"));
        assert_eq!((error.kind, error.words.as_str(), error.received), (kind, words, 0), "the complaint is no reply");
    }
}

#[test]
fn codex_is_asked_without_rights_and_its_messages_are_the_reply() {
    let item = |item: Value| json!({ "type": "item.completed", "item": item });
    let program = Scripted::new(&prints(&[
        json!({ "type": "thread.started", "thread_id": "0199a213-81c0-7800-8aa1-bbab2a035a53" }),
        json!({ "type": "turn.started" }),
        item(json!({ "id": "item_0", "type": "reasoning", "text": "**Thinking**" })),
        json!({ "type": "error", "message": "Reconnecting... 1/5" }),
        item(json!({ "id": "item_1", "type": "agent_message", "text": "First." })),
        item(json!({ "id": "item_2", "type": "agent_message", "text": "Second." })),
        json!({ "type": "turn.completed", "usage": { "input_tokens": 24763, "cached_input_tokens": 24448, "output_tokens": 122, "reasoning_output_tokens": 0 } }),
    ]));
    let reply = complete(&program.model("dialect: codex", "reasoning: { effort: low }"), &conversation()).expect("a reply");
    assert_eq!(reply.text, "First.\n\nSecond.");
    assert_eq!(reply.usage, Usage { input_tokens: 24763, cached_tokens: 24448, output_tokens: 122, ..Usage::default() });
    let arguments = program.said("arguments");
    assert_eq!(
        arguments,
        "one\n--json\n--sandbox\nread-only\n--skip-git-repo-check\n--ephemeral\n--model\nthe-model\n--config\nmodel_reasoning_effort=\"low\"\n-\n"
    );
    assert!(program.said("input").starts_with("rules\n\n"));
    let limit = json!({ "type": "turn.failed", "error": { "message": "You've hit your usage limit. Try again at 5 PM." } });
    let error = failure(&Scripted::new(&prints(&[limit])).model("dialect: codex", "stop: true"));
    assert_eq!((error.kind, error.remedy().fall_back), (ErrorKind::Quota, Some(Fallback::Provider)));
}

#[test]
fn a_program_sees_its_own_key_and_no_other() {
    const CHILD: &str = "GIT_PLANDEX_TEST_PROGRAM";
    let test = "a_program_sees_its_own_key_and_no_other";
    if std::env::var_os(CHILD).is_none() {
        let mut command = std::process::Command::new(std::env::current_exe().expect("a test knows its own file"));
        command.args(["--exact", test]).env(CHILD, "1");
        for name in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENROUTER_API_KEY", "GEMINI_API_KEY", "OWN_KEY"] {
            command.env(name, format!("value-of-{name}"));
        }
        let output = command.output().expect("the test runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let program = Scripted::new(&prints(&[json!({ "type": "text", "text": "ok" }), json!({ "type": "finish" })]));
    complete(&program.model("api_key_env: OWN_KEY", "stop: true"), &prompt("x")).expect("a reply");
    let environment = program.said("environment");
    let seen: Vec<&str> = environment.lines().filter(|line| line.contains("value-of-")).collect();
    assert_eq!(seen, ["OWN_KEY=value-of-OWN_KEY"]);
}

#[test]
fn a_reply_that_is_dropped_ends_the_program_and_all_that_it_started() {
    let directory = tempfile::tempdir().expect("a directory");
    let fifo = directory.path().join("alive");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    // Both it and what it starts hold the pipe open as long as they live.
    let script = format!("exec 3>'{}'\nsleep 600 &\necho '{{\"type\":\"text\",\"text\":\"begun\"}}'\nsleep 600", fifo.display());
    let program = Scripted::new(&script);
    let reader = std::thread::spawn(move || {
        let mut pipe = fs::File::open(fifo).expect("the program opens the other end");
        pipe.read_to_end(&mut Vec::new()).expect("a pipe can be read")
    });
    let model = program.model("local: false", "stop: true");
    run(async {
        let messages = prompt("x");
        let mut stream = client().stream(&Request::new(&model, &messages));
        assert_eq!(stream.next().await.expect("text"), Some(Delta::Text("begun".to_owned())));
        drop(stream);
    });
    assert_eq!(reader.join().expect("the reader ends when nobody holds the pipe"), 0);
}

#[test]
fn a_program_that_is_missing_fails_or_breaks_off_is_told_apart() {
    let missing = failure(&planner(Path::new("/nowhere/at/all"), "local: false", "stop: true"));
    assert_eq!((missing.kind, missing.remedy().retry), (ErrorKind::Program, false));
    assert!(missing.hint().expect("a hint").contains("`command` of own"), "{missing:?}");
    let refused =
        failure(&Scripted::new("echo 'Not logged in. Please run `codex login`' >&2; exit 1").model("dialect: codex", "stop: true"));
    assert_eq!((refused.kind, refused.words.as_str()), (ErrorKind::Auth, "Not logged in. Please run `codex login`"));
    let words = json!({ "type": "error", "message": "no such model", "code": "model_not_found" });
    assert_eq!(failure(&Scripted::new(&prints(&[words])).model("local: false", "stop: true")).kind, ErrorKind::NotFound);
    let program = Scripted::new("echo Loading; echo '{\"type\":\"text\",\"text\":\"half \"}'; printf '{\"type\":\"te'");
    let model = program.model("local: false", "stop: true");
    let messages = prompt("x");
    let (deltas, error) = outcome(&client(), &Request::new(&model, &messages));
    let error = error.expect("a failure");
    assert_eq!((text(&deltas).as_str(), error.kind, error.received), ("half ", ErrorKind::Disconnected, 5), "{error}");
    assert!(error.breaks_midway());
}
