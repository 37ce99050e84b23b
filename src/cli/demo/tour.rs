//! The steps of the demonstration, each a command that a person could type.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{CliError, Kind};
use crate::ui::{Line, Ui, style};

use super::project;
use super::recording::recording;
use super::server::Server;

/// The prompt that the recorded model was given.
const PROMPT: &str = "Add a --json flag that prints the counts of all files as one JSON document";

/// Variables that would lead the steps away from the scratch repository and its model.
const LEADING_AWAY: &[&str] =
    &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES"];

/// Words of a step in the order of the tour: what is explained before it, and the command.
type Step<'a> = (&'a str, &'a [&'a str]);

const BEFORE_EDIT: &[Step<'_>] = &[
    ("A small project, committed:", &["git", "log", "--oneline", "--stat"]),
    (
        "One sentence starts the work. The model chooses files, plans tasks, and writes them one by one:",
        &["git", "plandex", "tell", PROMPT],
    ),
    ("Nothing in the working tree has changed. The changes wait for review:", &["git", "plandex", "diff", "--stat"]),
    ("", &["git", "plandex", "diff", "wordcount/__main__.py"]),
];

const AFTER_EDIT: &[Step<'_>] = &[
    ("Meanwhile somebody edits the README and has not committed it:", &["git", "diff", "--stat"]),
    ("The changes are merged into the working tree and committed; that edit stays out of it:", &["git", "plandex", "apply"]),
    ("", &["git", "log", "-1", "--stat"]),
    ("", &["git", "diff"]),
    ("The plan is a ref, its history is commits; plain git shows it:", &["git", "log", "--oneline", "refs/plandex/plans/json-output/main"]),
    (
        "The conversation, the tasks and the proposals are files of its tree:",
        &["git", "ls-tree", "--name-only", "refs/plandex/plans/json-output/main"],
    ),
];

/// Plays the whole tour.
pub fn tour(ui: &Ui) -> Result<u8, CliError> {
    let root = tempfile::Builder::new().prefix("git-plandex-demo-").tempdir().map_err(failed("make a scratch directory"))?.keep();
    let server = Server::start(recording()).map_err(failed("start the recorded model's server on 127.0.0.1"))?;
    let stage = Stage::build(ui, &root, &server)?;
    ui.text("git plandex in a scratch repository. The model is a recording, played by a server on this machine;\nthe program, the requests and the repository are real.\n")?;
    stage.play(BEFORE_EDIT)?;
    project::edit_readme(&stage.repository).map_err(failed("edit the README"))?;
    stage.play(AFTER_EDIT)?;
    goodbye(ui, &stage.repository)?;
    Ok(0)
}

fn goodbye(ui: &Ui, repository: &Path) -> Result<(), CliError> {
    ui.line(Line::new().styled(style::HEADING, "That was all. To do the same with a model of your own:"))?;
    ui.line("")?;
    ui.line("    export ANTHROPIC_API_KEY=…    (or OPENAI_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY)")?;
    ui.line("    or start a model server on this machine: Ollama, LM Studio, or llama.cpp")?;
    ui.line("    cd your/repository")?;
    ui.line("    git plandex tell \"what you want\"")?;
    ui.line("")?;
    ui.line(format!("The scratch repository stays at {} until you delete it.", repository.display()))?;
    Ok(())
}

struct Stage<'a> {
    ui: &'a Ui,
    repository: PathBuf,
    home: PathBuf,
    path: std::ffi::OsString,
}

impl<'a> Stage<'a> {
    /// Makes the project, a home with the model's configuration, and a path on which git finds this program.
    fn build(ui: &'a Ui, root: &Path, server: &Server) -> Result<Self, CliError> {
        let (repository, home, programs) = (root.join("wordcount"), root.join("home"), root.join("bin"));
        for dir in [&repository, &home.join(".config/plandex"), &programs] {
            fs::create_dir_all(dir).map_err(failed("make a scratch directory"))?;
        }
        let program = std::env::current_exe().map_err(failed("find this program"))?;
        std::os::unix::fs::symlink(program, programs.join("git-plandex")).map_err(failed("link this program"))?;
        project::write(&repository).map_err(failed("write the scratch project"))?;
        fs::write(home.join(".config/plandex/models.yml"), models_yml(server)).map_err(failed("write models.yml"))?;
        fs::write(home.join(".gitconfig"), GITCONFIG).map_err(failed("write .gitconfig"))?;
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&old)));
        let path = path.map_err(|error| CliError::failed(format!("cannot extend PATH: {error}")))?;
        let stage = Self { ui, repository, home, path };
        for quiet in [&["git", "init", "--quiet"][..], &["git", "add", "."], &["git", "commit", "--quiet", "--message", "Count words"]] {
            stage.run(quiet)?;
        }
        Ok(stage)
    }

    fn play(&self, steps: &[Step<'_>]) -> Result<(), CliError> {
        for (words, command) in steps {
            if !words.is_empty() {
                self.ui.line(Line::new().styled(style::HEADING, *words))?;
            }
            self.ui.line(Line::new().styled(style::DIM, "$ ").text(typed(command)))?;
            self.run(command)?;
            self.ui.line("")?;
        }
        Ok(())
    }

    /// Runs a step as it would run for a new user: no settings, no keys, nothing of the caller's repository.
    fn run(&self, command: &[&str]) -> Result<(), CliError> {
        let mut process = Command::new(command[0]);
        process.args(&command[1..]).current_dir(&self.repository).stdin(std::process::Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("PLANDEX_") || LEADING_AWAY.contains(&name.as_str()) || name.starts_with("GIT_CONFIG") {
                process.env_remove(name);
            }
        }
        process.env("HOME", &self.home).env("XDG_CONFIG_HOME", self.home.join(".config")).env("PATH", &self.path);
        process.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_PAGER", "cat").env("GIT_TERMINAL_PROMPT", "0");
        let status = process.status().map_err(failed("start git"))?;
        if status.success() {
            return Ok(());
        }
        let kind = if status.code() == Some(130) { Kind::Interrupted } else { Kind::Internal };
        Err(CliError { kind, message: format!("the step '{}' failed", typed(command)), hint: None })
    }
}

const GITCONFIG: &str = "[user]\n\tname = You\n\temail = you@example.org\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n[plandex]\n\tmodelPack = recording\n";

fn models_yml(server: &Server) -> String {
    let roles = "{ planner: recording, builder: recording, summarizer: recording, names: recording, commit-messages: recording, auto-continue: recording }";
    format!(
        "providers:\n  recording: {{ api: openai, base_url: \"{}\" }}\nmodels:\n  recording: {{ provider: recording, model: recording, context_window: 128000, max_output_tokens: 16000 }}\npacks:\n  recording: {roles}\n",
        server.url()
    )
}

fn typed(command: &[&str]) -> String {
    let quote = |word: &&str| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() };
    command.iter().map(quote).collect::<Vec<_>>().join(" ")
}

fn failed(what: &'static str) -> impl FnOnce(std::io::Error) -> CliError {
    move |error| CliError::failed(format!("cannot {what}: {error}"))
}
