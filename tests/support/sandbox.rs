//! A repository, a home and a model of its own for a run of the real program.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use git_plandex::config::Api;

use super::mask::mask;
use super::{Rule, ScriptedServer};

/// The settings of git in the sandbox's home.
const GITCONFIG: &str = "\
[user]
\tname = Ada
\temail = ada@example.org
[init]
\tdefaultBranch = trunk
[gc]
\tautoDetach = false
[maintenance]
\tautoDetach = false
[advice]
\tdetachedHead = false
[protocol \"file\"]
\tallow = always
[plandex]
\tmodelPack = scripted
";

/// A scratch directory with a home, a repository `repo`, and a scripted model server.
pub struct Sandbox {
    /// The repository's directory; commands run here.
    pub repo: PathBuf,
    /// The home directory.
    pub home: PathBuf,
    /// The model server.
    pub server: ScriptedServer,
    root: tempfile::TempDir,
}

/// What a finished program left.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; 128 and the signal if it was killed.
    pub code: i32,
    /// Its standard output as bytes.
    pub bytes: Vec<u8>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Ran {
    fn of(output: std::process::Output) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or_default());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr), bytes: output.stdout }
    }

    /// The standard output of a program that ended with 0.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "standard output: {}\nstandard error: {}", self.stdout, self.stderr);
        self.stdout
    }

    /// The standard error of a program that ended with this code.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "standard output: {}\nstandard error: {}", self.stdout, self.stderr);
        self.stderr
    }

    /// Each line of the output as a JSON value.
    #[track_caller]
    pub fn events(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is an event")).collect()
    }
}

impl Sandbox {
    /// A repository with one commit that holds these files, and a model that answers by `rules` as OpenAI chat completions.
    pub fn new(files: &[(&str, &str)], rules: Vec<Rule>) -> Self {
        let sandbox = Self::bare_bones(rules);
        sandbox.init(&[]);
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox.commit("Begin");
        sandbox
    }

    /// An empty directory `repo` that is no repository yet.
    pub fn bare_bones(rules: Vec<Rule>) -> Self {
        let root = tempfile::Builder::new().prefix("cli-").tempdir().expect("a scratch directory");
        let base = root.path().canonicalize().expect("it exists");
        let (repo, home) = (base.join("repo"), base.join("home"));
        for dir in [&repo, &home.join(".config/plandex"), &base.join("tmp")] {
            fs::create_dir_all(dir).expect("a new directory");
        }
        fs::write(home.join(".gitconfig"), GITCONFIG).expect("the configuration is written");
        let sandbox = Self { repo, home, server: ScriptedServer::start(rules), root };
        sandbox.speak(Api::Openai);
        sandbox
    }

    /// Runs `git init` with these arguments in `repo`.
    pub fn init(&self, args: &[&str]) {
        self.git(&[&["init", "--quiet"], args].concat());
    }

    /// Writes a `models.yml` for this wire format.
    pub fn speak(&self, api: Api) {
        self.models_yml(&self.server.models_yml(api));
    }

    /// Writes a `models.yml`.
    pub fn models_yml(&self, text: &str) {
        fs::write(self.home.join(".config/plandex/models.yml"), text).expect("models.yml is written");
    }

    /// A directory beside the repository.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.repo.parent().expect("the repository stands in the scratch directory").join(name)
    }

    /// The same home and model with another directory in the place of `repo`.
    pub fn command_in(&self, dir: &Path, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(dir).env_clear().stdin(Stdio::null());
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env("PATH", path).env("HOME", &self.home).env("XDG_CONFIG_HOME", self.home.join(".config"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_CEILING_DIRECTORIES", self.root.path());
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("TMPDIR", self.beside("tmp"));
        command
    }

    /// The program with these arguments, in the repository.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_in(&self.repo, env!("CARGO_BIN_EXE_git-plandex"), args)
    }

    /// Runs the program in the repository.
    pub fn run(&self, args: &[&str]) -> Ran {
        finish(&mut self.command(args))
    }

    /// Runs the program in another directory.
    pub fn run_in(&self, dir: &Path, args: &[&str]) -> Ran {
        finish(&mut self.command_in(dir, env!("CARGO_BIN_EXE_git-plandex"), args))
    }

    /// Runs the program with this text on its standard input.
    pub fn run_with(&self, input: &str, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        // A program that refuses its arguments may end before it reads anything.
        drop(child.stdin.take().expect("piped").write_all(input.as_bytes()));
        Ran::of(child.wait_with_output().expect("the program ends"))
    }

    /// Runs the program with further variables.
    pub fn run_env(&self, env: &[(&str, &str)], args: &[&str]) -> Ran {
        finish(self.command(args).envs(env.iter().copied()))
    }

    /// Starts the program, to be watched or killed.
    pub fn start(&self, args: &[&str]) -> Live {
        self.start_command(self.command(args))
    }

    /// Starts a command, to be watched or killed.
    pub fn start_command(&self, mut command: Command) -> Live {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        Live { child, lines, read: Vec::new() }
    }

    /// Runs git in the repository and returns its output; it must succeed.
    #[track_caller]
    pub fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.repo, args).ok().trim_end().to_owned()
    }

    /// Runs git in another directory.
    pub fn git_in(&self, dir: &Path, args: &[&str]) -> Ran {
        finish(&mut self.command_in(dir, "git", args))
    }

    /// Commits everything.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Writes a file of the repository.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.repo.join(path);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory");
        fs::write(path, content).expect("the file is written");
    }

    /// Reads a file of the repository.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.repo.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Whether there is anything at `path`.
    pub fn exists(&self, path: &str) -> bool {
        fs::symlink_metadata(self.repo.join(path)).is_ok()
    }

    /// Every file of the working tree with its mode and content.
    pub fn tree(&self) -> Tree {
        tree_of(&self.repo)
    }

    /// Fails unless `git fsck --strict` finds nothing.
    #[track_caller]
    pub fn fsck(&self) {
        let ran = self.git_in(&self.repo, &["fsck", "--strict", "--no-dangling", "--no-progress"]);
        let words = format!("{}{}", ran.stdout, ran.stderr);
        let faults: Vec<_> = words.lines().filter(|line| !line.starts_with("notice:")).collect();
        assert!(ran.code == 0 && faults.is_empty(), "{words}");
    }

    /// The text without what differs from run to run: paths, addresses, ids, times.
    pub fn mask(&self, text: &str) -> String {
        let root = self.root.path().canonicalize().expect("it exists");
        mask(&text.replace(&root.to_string_lossy().into_owned(), "/SANDBOX").replace(&self.server.host(), "HOST"))
    }

    /// The commits of a plan branch, the oldest first, as plain git shows them.
    pub fn subjects(&self, plan: &str) -> Vec<String> {
        let log = self.git(&["log", "--reverse", "--format=%s", &format!("refs/plandex/plans/{plan}")]);
        log.lines().map(str::to_owned).collect()
    }
}

/// Files with their modes and contents.
pub type Tree = BTreeMap<String, (u32, Vec<u8>)>;

/// Every file below `dir`, without git's own.
pub fn tree_of(dir: &Path) -> Tree {
    let mut tree = Tree::new();
    walk(dir, dir, &mut tree);
    tree
}

fn walk(root: &Path, dir: &Path, tree: &mut Tree) {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(dir).expect("a readable directory").flatten() {
        let path = entry.path();
        let meta = fs::symlink_metadata(&path).expect("it was listed");
        let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        if entry.file_name() == ".git" {
        } else if meta.is_dir() {
            walk(root, &path, tree);
        } else if meta.is_symlink() {
            let target = fs::read_link(&path).expect("a link").to_string_lossy().into_owned();
            tree.insert(name, (0o120_000, target.into_bytes()));
        } else {
            tree.insert(name, (meta.permissions().mode() & 0o777, fs::read(&path).expect("a readable file")));
        }
    }
}

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Ran {
    Ran::of(command.output().expect("the program starts"))
}

/// A running program whose standard output is read line by line.
pub struct Live {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// The lines that were read.
    pub read: Vec<String>,
}

impl Live {
    /// Reads until a line holds each of these words; the line is the last of `read`.
    #[track_caller]
    pub fn wait_for(&mut self, words: &[&str]) {
        loop {
            let mut line = String::new();
            let count = self.lines.read_line(&mut line).expect("the output is text");
            if count == 0 {
                let mut stderr = String::new();
                drop(std::io::Read::read_to_string(self.child.stderr.as_mut().expect("piped"), &mut stderr));
                panic!("the program ended before it said {words:?}:\n{}\n{stderr}", self.read.join(""));
            }
            let found = words.iter().all(|word| line.contains(word));
            self.read.push(line);
            if found {
                return;
            }
        }
    }

    /// Reads until the texts of the reply, joined, hold `words`.
    #[track_caller]
    pub fn wait_for_text(&mut self, words: &str) {
        let mut text = String::new();
        while !text.contains(words) {
            self.wait_for(&["\"event\":\"reply\""]);
            let event: serde_json::Value = serde_json::from_str(self.read.last().expect("just read")).expect("an event");
            text += event["text"].as_str().unwrap_or_default();
        }
    }

    /// Reads standard error until it holds `words`; what was read is left out of the end's.
    #[track_caller]
    pub fn wait_for_stderr(&mut self, words: &str) {
        let mut read = Vec::new();
        let stderr = self.child.stderr.as_mut().expect("piped");
        while !String::from_utf8_lossy(&read).contains(words) {
            let mut byte = [0];
            let count = std::io::Read::read(stderr, &mut byte).expect("readable");
            assert!(count > 0, "the program ended before it said {words:?}: {}", String::from_utf8_lossy(&read));
            read.extend(byte);
        }
    }

    /// Sends a signal by its name, `INT` for example.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.id().to_string()]).status().expect("kill runs");
        assert!(sent.success(), "the program is alive");
    }

    /// Sends a signal again and again until the program has ended.
    pub fn signal_until_gone(&mut self, name: &str) {
        while self.child.try_wait().expect("it can be waited for").is_none() {
            drop(Command::new("kill").args(["-s", name, &self.id().to_string()]).stderr(Stdio::null()).status());
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills the program as `kill -9` does, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().expect("the program is alive");
    }

    /// Waits for the end; standard output is what had not been read yet.
    pub fn end(mut self) -> Ran {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        std::io::Read::read_to_end(&mut self.lines, &mut stdout).expect("readable");
        std::io::Read::read_to_end(&mut self.child.stderr.take().expect("piped"), &mut stderr).expect("readable");
        let status = self.child.wait().expect("the program ends");
        Ran::of(std::process::Output { status, stdout, stderr })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
