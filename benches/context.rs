//! What maps and token counts cost, beside what git costs on the same tree in the same run.
//!
//! `cargo bench --bench context [-- DIRECTORY]` maps a copy of the sources that Cargo has downloaded, or of DIRECTORY;
//! its first 80 MB count. Prints times, ratios, and the most memory that this process had.

#[allow(dead_code)]
#[path = "cli/measure.rs"]
mod measure;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use git_plandex::context::{Project, ProjectMap, View, count_tokens, walk};
use git_plandex::git::Repo;

use measure::{interleaved, limit, ms, ratio, timed};

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
        memory();
    }
    tokens();
}

/// Maps a tree cold and warm, and cuts it for a model.
fn map(what: &str, root: &Path, runs: usize) {
    let cold = timed(|| drop(mapped(root)));
    println!("{what}: {:.1} ms cold", ms(cold));
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
    let code = include_str!("context.rs").repeat(1000);
    count_tokens("the vocabulary is loaded before");
    let took = timed(|| assert!(count_tokens(&code) > 0));
    println!("tokens: {:.1} MB/s", code.len() as f64 / 1e6 / took.as_secs_f64());
    let same = "a".repeat(1 << 20);
    limit("one million times the same letter", timed(|| assert!(count_tokens(&same) > 0)), 500.0);
}

/// The most memory that this process had, all maps included.
fn memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    if let Some(peak) = peak {
        let met = if peak < 2e6 { "met" } else { "MISSED" };
        println!("memory: {:.0} MB at most; limit 2000 MB, {met}", peak / 1e3);
    }
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
