//! What maps and token counts cost, beside what git costs on the same tree in the same run.
//!
//! `cargo bench --bench context [-- DIRECTORY]` maps a copy of the sources that Cargo has downloaded, or of DIRECTORY;
//! its first 80 MB count. Prints times, ratios, and the most memory that the program had.

#[allow(dead_code)]
#[path = "../cli/measure.rs"]
mod measure;
mod parse;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use git_plandex::context::{Project, ProjectMap, View, count_tokens, walk};
use git_plandex::git::Repo;

use measure::{interleaved, limit, ms, ratio, timed};
use support::{Rule, Sandbox};

/// So much is loaded by hand, in so many files.
const TOKENS: u64 = 2_000_000;
const FILES: u64 = 40;

/// So much source is mapped, some twenty million tokens.
const BYTES: u64 = 80 << 20;

fn main() {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).map(PathBuf::from);
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let small = project(&scratch.path().join("small"), &[PathBuf::from(env!("CARGO_MANIFEST_DIR"))]);
    map("this project", &small, 41);
    let sources = wanted.map_or_else(cargo_sources, |dir| vec![dir]);
    if !sources.is_empty() {
        let large = project(&scratch.path().join("large"), &sources);
        map("80 MB of mixed source", &large, 9);
        forget(&large);
        memory("80 MB of mixed source", &large, &["map"], 2000.0);
    }
    by_hand();
    tokens();
}

/// Maps a tree cold and warm, and cuts it for a model.
fn map(what: &str, root: &Path, runs: usize) {
    let cold = || {
        forget(root);
        timed(|| drop(mapped(root)))
    };
    let bare = || {
        timed(|| {
            std::hint::black_box(parse::all(root));
        })
    };
    let (ours, theirs) = interleaved((runs / 4).max(3), cold, bare);
    ratio(&format!("{what}, cold"), ours, theirs, "the bare parse of the same files", 1.3);
    drop(mapped(root));
    let warm = || program(root, &["map"]);
    let status = || git(root, &["status"]);
    let (ours, theirs) = interleaved(runs, warm, status);
    ratio(&format!("{what}, warm"), ours, theirs, "git status", 1.5);
    let map = mapped(root);
    count_tokens("the vocabulary is loaded before");
    let mut tokens = 0;
    let cut = timed(|| tokens = map.render(&View { budget: 100_000, opened: &[] }).tokens);
    println!("    cut to {tokens} tokens in {:.1} ms", ms(cut));
}

fn mapped(root: &Path) -> ProjectMap {
    let repo = Repo::discover(root).expect("a repository");
    let project = Project::survey(&repo).expect("surveyed");
    ProjectMap::of(&project, None, &mut |_, _| ()).expect("mapped")
}

fn tokens() {
    let code = include_str!("main.rs").repeat(1000);
    count_tokens("the vocabulary is loaded before");
    let took = timed(|| assert!(count_tokens(&code) > 0));
    println!("tokens: {:.1} MB/s", code.len() as f64 / 1e6 / took.as_secs_f64());
    let same = "a".repeat(1 << 20);
    limit("one million times the same letter", timed(|| assert!(count_tokens(&same) > 0)), 500.0);
}

/// Lets go of what earlier maps found out.
fn forget(root: &Path) {
    drop(std::fs::remove_dir_all(root.join(".git/plandex/cache")));
}

/// The most memory that the program takes, as GNU time tells it.
fn memory(what: &str, root: &Path, args: &[&str], most: f64) {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M", env!("CARGO_BIN_EXE_git-plandex")]).args(args).current_dir(root);
    print_peak(what, &mut command, most);
}

fn print_peak(what: &str, command: &mut Command, most: f64) {
    let Ok(done) = command.stdin(Stdio::null()).stdout(Stdio::null()).output() else {
        println!("{what}: memory is not measured, as there is no /usr/bin/time");
        return;
    };
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {told}");
    let peak = told.lines().last().and_then(|line| line.trim().parse::<f64>().ok()).expect("a number of kilobytes") / 1e3;
    println!("{what}: {peak:.0} MB of memory at most; limit {most} MB, {}", if peak < most { "met" } else { "MISSED" });
}

/// Two million tokens that a person loaded reach a model that can read them.
fn by_hand() {
    let sandbox = Sandbox::new(&[("README.md", "# Large\n")], vec![Rule::reply("I see.\n\n<PlandexFinish/>\n")]);
    let yml = sandbox.server.models_yml(git_plandex::config::Api::Openai);
    sandbox.models_yml(&yml.replace("model: planner, context_window: 100000", "model: gpt-large, context_window: 2300000"));
    let line = "The quick brown fox jumps over the lazy dog near the river bank.\n";
    let per_line = count_tokens(line);
    let lines = usize::try_from(TOKENS / FILES / per_line).expect("it fits") + 1;
    (0..FILES).for_each(|n| sandbox.write(&format!("big/{n:02}.txt"), line.repeat(lines) + &format!("end of file {n}\n")));
    sandbox.run(&["load", "--recursive", "big"]).ok();
    let mut command = sandbox.command_in(&sandbox.repo, "/usr/bin/time", &["-f", "%M", env!("CARGO_BIN_EXE_git-plandex")]);
    command.args(["chat", "--plus", "what is in there?"]);
    print_peak("two million tokens by hand", &mut command, 1000.0);
    let requests = sandbox.server.requests();
    let text = &requests.last().expect("the model was asked").text;
    let arrived = (0..FILES).filter(|n| text.contains(&format!("end of file {n}\n"))).count();
    let tokens = count_tokens(text);
    println!("    {arrived} of {FILES} files arrived, {tokens} tokens: {}", if tokens >= TOKENS { "met" } else { "MISSED" });
}

fn cargo_sources() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let dirs = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok());
    dirs.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// A repository with copies of the files below `sources`, committed.
fn project(root: &Path, sources: &[PathBuf]) -> PathBuf {
    let mut left = BYTES;
    for source in sources {
        for file in walk(source).into_iter().filter(|file| file.bytes < 1 << 20) {
            let from = source.join(file.path.to_path_buf());
            let to = root.join(file.path.to_path_buf());
            std::fs::create_dir_all(to.parent().expect("below the root")).expect("made");
            if file.bytes > left {
                break;
            }
            left -= file.bytes;
            std::fs::copy(&from, &to).expect("copied");
        }
    }
    git(root, &["init", "--quiet"]);
    git(root, &["add", "--all", "--force"]);
    git(root, &["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "Sources"]);
    root.to_owned()
}

fn git(root: &Path, args: &[&str]) -> Duration {
    run(Command::new("git").args(args).current_dir(root))
}

fn program(root: &Path, args: &[&str]) -> Duration {
    run(Command::new(env!("CARGO_BIN_EXE_git-plandex")).args(args).current_dir(root))
}

fn run(command: &mut Command) -> Duration {
    timed(|| {
        let done = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("it starts");
        assert!(done.success(), "{command:?}");
    })
}
