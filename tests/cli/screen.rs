//! The program on a real terminal, as tmux shows it.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;

use crate::job::{self, PROMPT};
use crate::support::{Rule, Sandbox, Then, finish, skipped};

/// A terminal with a shell in the sandbox's repository.
struct Screen<'a> {
    sandbox: &'a Sandbox,
    socket: PathBuf,
    /// How many commands were typed.
    typed: Cell<usize>,
}

impl<'a> Screen<'a> {
    /// Opens a terminal of this size with further variables; `None`, with a line that says so, without tmux.
    fn open(sandbox: &'a Sandbox, (columns, rows): (u16, u16), env: &[(&str, &str)]) -> Option<Self> {
        if Command::new("tmux").arg("-V").output().is_err() {
            skipped("tmux");
            return None;
        }
        let screen = Self { sandbox, socket: sandbox.beside("tmux"), typed: Cell::new(0) };
        let program = PathBuf::from(env!("CARGO_BIN_EXE_git-plandex"));
        let bin = sandbox.beside("bin");
        std::fs::create_dir_all(&bin).expect("a directory");
        std::os::unix::fs::symlink(program, bin.join("git-plandex")).expect("a link");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let size = [columns.to_string(), rows.to_string()];
        let mut command = screen.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", &size[0], "-y", &size[1], "env", "PS1=ready>", "sh"]);
        finish(command.env("PATH", path).env("EDITOR", "false").envs(env.iter().copied())).ok();
        screen.wait_for("ready>");
        Some(screen)
    }

    fn tmux(&self, args: &[&str]) -> Command {
        let socket = self.socket.to_string_lossy().into_owned();
        self.sandbox.command_in(&self.sandbox.repo, "tmux", &[&["-S", &socket], args].concat())
    }

    /// Presses a key, `C-c` for example.
    fn key(&self, name: &str) {
        finish(&mut self.tmux(&["send-keys", name])).ok();
    }

    /// Types a command on an empty screen.
    fn begin(&self, command: &str) {
        self.typed.set(self.typed.get() + 1);
        let line = format!("clear; {command}; echo \"ended {} $?\"", self.typed.get());
        finish(&mut self.tmux(&["clear-history"])).ok();
        finish(&mut self.tmux(&["send-keys", "-l", &line])).ok();
        self.key("Enter");
    }

    /// Asks for the exit code: a shell drops what stands on a line behind a program that Ctrl-C has ended.
    fn ask_code(&self) {
        self.wait_for("\nready>\n");
        finish(&mut self.tmux(&["send-keys", "-l", &format!("echo \"ended {} $?\"", self.typed.get())])).ok();
        self.key("Enter");
    }

    /// Waits until the command has ended with this code, and returns everything that it has shown.
    fn end(&self, code: i32) -> String {
        let end = format!("\nended {} {code}\n", self.typed.get());
        let shown = self.wait_for(&end);
        shown.split_once(&end).expect("it was waited for").0.to_owned()
    }

    fn run(&self, command: &str, code: i32) -> String {
        self.begin(command);
        self.end(code)
    }

    /// Waits until the terminal shows `words`; fails when the command ends without.
    fn wait_for(&self, words: &str) -> String {
        let end = format!("\nended {} ", self.typed.get());
        loop {
            let shown = format!("\n{}", self.text());
            if shown.contains(words) {
                return shown;
            }
            assert!(!shown.contains(&end), "waited for {words:?}:\n{shown}");
            std::thread::yield_now();
        }
    }

    /// What the terminal shows, lines as they are broken, without what the program styled.
    fn text(&self) -> String {
        finish(&mut self.tmux(&["capture-pane", "-p", "-S", "-200"])).ok()
    }

    /// The same with colours.
    fn styled(&self) -> String {
        finish(&mut self.tmux(&["capture-pane", "-e", "-p", "-S", "-200"])).ok()
    }

    fn format(&self, name: &str) -> String {
        finish(&mut self.tmux(&["display-message", "-p", name])).ok().trim().to_owned()
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        drop(self.tmux(&["kill-server"]).output());
    }
}

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// No spinner is left over, and the cursor shows.
fn is_clean(screen: &Screen<'_>, shown: &str) {
    assert!(!shown.contains(['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']), "{shown}");
    assert_eq!(screen.format("#{cursor_flag}"), "1", "the cursor is hidden:\n{shown}");
}

#[test]
fn a_run_and_its_review_fit_the_terminal() {
    for size in SIZES {
        let sandbox = job::sandbox(job::rules());
        let Some(screen) = Screen::open(&sandbox, size, &[]) else { return };
        let mut all = String::new();
        for command in [
            &format!("git plandex tell '{PROMPT}'"),
            "git plandex status",
            "git plandex tasks",
            "git plandex diff --stat",
            "git plandex plans",
        ] {
            let shown = screen.run(command, 0);
            is_clean(&screen, &shown);
            all += &format!("$ {command}{}\n", shown.trim_end());
        }
        insta::assert_snapshot!(format!("screen_{}_columns", size.0), sandbox.mask(&all));
    }
}

#[test]
fn no_color_means_none() {
    for (env, coloured) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let sandbox = job::sandbox(job::rules());
        sandbox.run(&["tell", PROMPT]).ok();
        let Some(screen) = Screen::open(&sandbox, SIZES[0], env) else { return };
        screen.run("git -c core.pager=cat plandex diff", 0);
        assert_eq!(screen.styled().contains("\u{1b}[3"), coloured, "{env:?}:\n{}", screen.styled());
    }
}

#[test]
fn ctrl_c_leaves_a_clean_terminal() {
    let mut rules = vec![Rule::reply("x").model("planner").cut_after(0, Then::Hold)];
    rules.extend(job::rules());
    let sandbox = job::sandbox(rules);
    let Some(screen) = Screen::open(&sandbox, SIZES[0], &[]) else { return };
    screen.begin(&format!("git plandex tell '{PROMPT}'"));
    screen.wait_for("waiting for my-planner");
    screen.key("C-c");
    screen.wait_for("what was received is kept");
    screen.ask_code();
    let shown = screen.end(130);
    assert!(shown.contains("what was received is kept") && !shown.contains("waiting for"), "{shown}");
    is_clean(&screen, &shown);
}

#[test]
fn without_a_key_the_first_run_offers_a_program_that_is_installed() {
    let sandbox = job::sandbox(vec![]);
    sandbox.models_yml("");
    sandbox.git(&["config", "--global", "--unset", "plandex.modelPack"]);
    let claude = sandbox.beside("bin").join("claude");
    std::fs::create_dir_all(sandbox.beside("bin")).expect("a directory");
    let events = r#"{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"By subscription."}}}
{"type":"result","subtype":"success","is_error":false,"result":"By subscription.","usage":{"input_tokens":3,"output_tokens":2}}"#;
    std::fs::write(&claude, format!("#!/bin/sh\ncat >/dev/null\ncat <<'END'\n{events}\nEND\n")).expect("written");
    std::fs::set_permissions(&claude, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    // Port 1 is nobody's, so no model server is found.
    let Some(screen) = Screen::open(&sandbox, SIZES[1], &[("OLLAMA_HOST", "127.0.0.1:1")]) else { return };
    sandbox.run(&["new", "p"]).ok();
    screen.begin("git plandex chat --basic hello");
    screen.wait_for("the pack 'claude-code' from now on? [Y/n]");
    screen.key("n");
    let shown = screen.end(1);
    assert!(shown.contains("no model to work with"), "{shown}");
    screen.begin("git plandex chat --basic hello");
    screen.wait_for("the pack 'claude-code' from now on? [Y/n]");
    screen.key("y");
    let shown = screen.end(0);
    assert!(shown.contains("By subscription."), "{shown}");
    assert_eq!(sandbox.git(&["config", "--global", "plandex.modelPack"]).trim(), "claude-code");
    let shown = screen.run("git plandex chat --basic again", 0);
    assert!(!shown.contains("from now on"), "it is asked once:\n{shown}");
    sandbox.git(&["config", "--global", "--unset", "plandex.modelPack"]);
    screen.begin("git plandex chat -y --basic hello");
    screen.wait_for("from now on? [Y/n]");
    screen.key("n");
    screen.end(1);
}

#[test]
fn a_question_can_be_answered_and_broken_off() {
    let sandbox = job::sandbox(job::rules());
    sandbox.run(&["tell", PROMPT]).ok();
    sandbox.run(&["set-config", "auto-commit", "false"]).ok();
    let Some(screen) = Screen::open(&sandbox, SIZES[0], &[]) else { return };
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    screen.begin("git plandex apply");
    screen.wait_for("Commit what is applied? [y/N]");
    screen.key("C-c");
    let shown = screen.end(130);
    is_clean(&screen, &shown);
    assert!(!sandbox.exists("src/cache.py"), "nothing was applied");
    let shown = screen.run("git plandex apply -y", 0);
    assert!(!shown.contains("Commit") && sandbox.exists("src/cache.py"), "{shown}");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head, "a yes given beforehand makes no commit");
}

#[test]
fn a_question_of_a_run_that_is_broken_off_stops_the_run() {
    let lost = crate::lost_apply::applied_elsewhere();
    for (sandbox, choice) in [(crate::missing_file::sandbox(), "let the reply overwrite it"), (lost, "go on with what is there")] {
        let Some(screen) = Screen::open(&sandbox, SIZES[0], &[]) else { return };
        screen.begin("git plandex tell 'do it'");
        screen.wait_for(choice);
        screen.key("C-c");
        screen.ask_code();
        let shown = screen.end(130);
        assert!(shown.contains("git plandex continue goes on"), "{shown}");
        is_clean(&screen, &shown);
    }
}

#[test]
fn a_prompt_is_written_in_the_editor() {
    let mut rules = job::rules();
    rules.push(Rule::reply("x").model("names"));
    let sandbox = job::sandbox(rules);
    sandbox.write("../home/edit", "#!/bin/sh\nprintf '%s\\n' \"$1\" '# Why' >\"$2.new\"\ncat \"$2\" >>\"$2.new\"\nmv \"$2.new\" \"$2\"\n");
    let edit = sandbox.home.join("edit");
    finish(&mut sandbox.command_in(&sandbox.repo, "chmod", &["+x", &edit.to_string_lossy()])).ok();
    // git's own choice, then the setting.
    sandbox.git(&["config", "core.editor", &format!("'{}' 'Cache the slow steps'", edit.display())]);
    let Some(screen) = Screen::open(&sandbox, SIZES[1], &[]) else { return };
    screen.run("git plandex tell --plan-only", 0);
    assert_eq!(sandbox.run(&["convo", "1", "--plain"]).ok().trim_end(), "Cache the slow steps\n# Why");
    sandbox.run(&["set-config", "editor", &format!("'{}' 'And now'", edit.display())]).ok();
    screen.run("git plandex chat --basic", 0);
    assert!(sandbox.run(&["convo", "--plain"]).ok().contains("And now\n# Why"));
    sandbox.run(&["set-config", "editor", "true"]).ok();
    let shown = screen.run("git plandex tell", 2);
    assert!(shown.contains("the prompt is empty"), "{shown}");
    sandbox.run(&["set-config", "editor", "false"]).ok();
    let shown = screen.run("git plandex tell", 1);
    assert!(shown.contains("the editor 'false' failed, so nothing was asked"), "{shown}");
}
