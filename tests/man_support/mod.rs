//! The pages of `man/`, and their words without markup.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The directory of the pages.
pub fn man_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// A file of the repository as text.
pub fn repository_file(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file is there")
}

/// Every page: its file name and its source.
pub fn pages() -> Vec<(String, String)> {
    let files = fs::read_dir(man_dir()).expect("the pages are there").flatten().filter(|entry| entry.path().is_file());
    let mut pages: Vec<_> = files
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path()).expect("a page is text")))
        .collect();
    pages.sort();
    pages
}

/// The source of one page.
pub fn page(file: &str) -> String {
    fs::read_to_string(man_dir().join(file)).expect("the page is there")
}

/// The words of a page without roff's escapes.
pub fn plain(source: &str) -> String {
    let mut out = source.to_owned();
    for (escape, text) in
        [("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\fP", ""), ("\\&", ""), ("\\-", "-"), ("\\(aq", "'"), ("\\(dq", "\""), ("\\e", "\\")]
    {
        out = out.replace(escape, text);
    }
    out
}

/// The items of a section of an mdoc page: the words after `.It` and a macro, up to the next section.
pub fn items(source: &str, section: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in source.lines() {
        if let Some(name) = line.strip_prefix(".Sh ").or_else(|| line.strip_prefix(".Ss ")) {
            inside = name.trim_matches('"') == section;
        } else if let (true, Some(item)) = (inside, line.strip_prefix(".It ")) {
            found.push(plain(item));
        }
    }
    found
}

/// The repository that the demonstration leaves: its plan is applied and committed.
pub struct Scratch {
    root: tempfile::TempDir,
    /// The working tree.
    pub repository: PathBuf,
}

impl Scratch {
    /// Runs the demonstration.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("a scratch directory");
        let demo = program(&["demo"], root.path()).env("TMPDIR", root.path()).output().expect("the program starts");
        let told = String::from_utf8(demo.stdout).expect("it is text");
        let place = told.lines().rev().find_map(|line| line.strip_prefix("The scratch repository stays at ")?.split(' ').next());
        Self { repository: PathBuf::from(place.expect("it says where")), root }
    }

    /// Runs the program there and returns what it prints.
    pub fn run(&self, args: &[&str]) -> String {
        let home = self.repository.with_file_name("home");
        let mut call = program(args, &self.repository);
        let out = call.env("HOME", &home).env("XDG_CONFIG_HOME", home.join(".config")).output().expect("the program starts");
        assert!(out.status.success(), "{args:?} in {}: {}", self.root.path().display(), String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("it is text")
    }
}

fn program(args: &[&str], dir: &Path) -> Command {
    let mut call = Command::new(env!("CARGO_BIN_EXE_git-plandex"));
    call.args(args).current_dir(dir).stdin(Stdio::null()).env("GIT_CONFIG_NOSYSTEM", "1").env_remove("PLANDEX_PLAN");
    call
}
