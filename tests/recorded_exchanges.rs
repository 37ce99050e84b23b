//! Replies of models to real requests: each is read as it was meant, and each block merges without a doubt.
//!
//! `tests/recordings/<task>` holds the replies of one job in their order, the files that they edit as they were before, and
//! `result.snap`: what each reply holds, and what each block changes. The packages are named in `tests/recordings/NOTICE`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use git_plandex::edit::{Input, merge};
use git_plandex::plan::OperationKind;
use git_plandex::reply::{FileOp, Reply, parse, plan_name};
use similar::TextDiff;

/// The blocks that the merge leaves in doubt, with the kinds of their reasons.
const DOUBTFUL: &[(&str, &str, &[&str])] = &[];

#[test]
fn weeks_and_a_strict_parser_in_rust() {
    check("humantime");
}

#[test]
fn moved_classes_and_a_new_method_in_python() {
    check("schedule");
}

#[test]
fn a_rewritten_function_in_javascript() {
    check("ms");
}

#[test]
fn a_new_function_in_five_python_files() {
    check("toolz");
}

#[test]
fn a_new_method_in_a_long_rust_file() {
    check("smallvec");
}

#[test]
fn functions_that_move_and_are_written_again_in_other_words_in_rust() {
    check("strsim");
}

#[test]
fn new_methods_that_repeat_lines_from_far_away_in_javascript() {
    check("commander");
}

fn check(task: &str) {
    let mut job = Job { task, files: BTreeMap::new(), result: String::new() };
    for name in replies(task) {
        writeln!(job.result, "━━ {name} ━━").expect("writing to a string");
        let text = fs::read_to_string(folder(task).join(&name)).expect("the reply is readable");
        if name.ends_with("-name.md") {
            job.say(&format!("name: {}", plan_name(&text).expect("the reply has a name")));
        } else {
            job.reply(&parse(&text));
        }
    }
    insta::with_settings!({ snapshot_path => format!("recordings/{task}"), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("result", job.result);
    });
}

fn folder(task: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings").join(task)
}

/// The names of the replies; they begin with their number.
fn replies(task: &str) -> Vec<String> {
    let entries = fs::read_dir(folder(task)).expect("the recording is readable");
    let names = entries.map(|entry| entry.expect("the entry is readable").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".md")).collect();
    names.sort();
    assert!(!names.is_empty(), "no replies of {task}");
    names
}

/// A job in the middle of its replies.
struct Job<'a> {
    task: &'a str,
    /// The files that replies have changed.
    files: BTreeMap<String, String>,
    result: String,
}

impl Job<'_> {
    fn say(&mut self, line: &str) {
        writeln!(self.result, "{line}").expect("writing to a string");
    }

    fn reply(&mut self, reply: &Reply) {
        assert!(reply.finished && reply.open_block.is_none(), "a reply of {} is not complete", self.task);
        for choice in &reply.files {
            self.say(&format!("load: {} [{}]", choice.path, choice.symbols.join(", ")));
        }
        for task in &reply.tasks {
            let points = task.description.lines().count();
            self.say(&format!("task: {} ({points} points)\n  uses: {}", task.title, task.uses.join(", ")));
        }
        for operation in &reply.operations {
            self.operation(operation);
        }
        for title in &reply.completed_tasks {
            self.say(&format!("done: {title}"));
        }
    }

    fn operation(&mut self, operation: &FileOp) {
        assert_eq!(operation.kind, OperationKind::File, "only blocks were recorded");
        let (path, proposal) = (operation.path.as_str(), operation.content.as_deref().expect("a block has content"));
        let Some(original) = self.content(path) else {
            self.say(&format!("new file: {path}"));
            self.files.insert(path.to_owned(), proposal.to_owned());
            return;
        };
        let merged = merge(&Input { path, original: &original, proposal, explanation: Some(&operation.explanation) });
        let mut kinds: Vec<&str> = merged.reasons.iter().map(|reason| reason.kind.as_str()).collect();
        kinds.dedup();
        let expected = DOUBTFUL.iter().find(|(task, doubtful, _)| (*task, *doubtful) == (self.task, path)).map_or(&[][..], |row| row.2);
        assert_eq!(kinds, expected, "{path}: {:?}", merged.reasons);
        if kinds.is_empty() {
            let diff = TextDiff::from_lines(&original, &merged.content);
            self.say(&format!("merged: {path}\n{}", diff.unified_diff().context_radius(2)));
            self.files.insert(path.to_owned(), merged.content);
        } else {
            self.say(&format!("doubtful: {path}"));
        }
    }

    /// The file as the replies before have left it.
    fn content(&self, path: &str) -> Option<String> {
        let original = || fs::read_to_string(folder(self.task).join("original").join(path)).ok();
        self.files.get(path).cloned().or_else(original)
    }
}
