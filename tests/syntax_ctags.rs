//! What universal-ctags finds in a file, its map has too.
//!
//! `CTAGS_TREE=DIR cargo test --test syntax_ctags -- --ignored --nocapture` prints the share per language for a tree of real files;
//! with `CTAGS_MISSED=FILE` too, what is missing is listed there.

#[path = "support/skip.rs"]
mod skip;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use git_plandex::syntax::{Block, Language, Symbol, inner_lines, map, outline};

/// The share of definitions that a map has to have.
const GOAL: f64 = 0.95;

/// At most this many files of one language are looked at in a tree.
const MAX_FILES: usize = 300;

/// Our languages by the names that ctags has for them, and the kinds of tags that are no definitions:
/// imports, local names and parameters, and what its parser takes for a variable in any call.
const KNOWN: &[(&str, &str, &[&str])] = &[
    ("bash", "Sh", &["heredoc", "script"]),
    ("c", "C", &["local", "header", "parameter", "label"]),
    ("clojure", "Clojure", &[]),
    ("cmake", "CMake", &[]),
    ("cpp", "C++", &["local", "header", "parameter", "label", "name", "using", "module", "partition"]),
    ("csharp", "C#", &["local"]),
    ("css", "CSS", &[]),
    ("elixir", "Elixir", &[]),
    ("elm", "Elm", &["namespace"]),
    ("erlang", "Erlang", &[]),
    ("go", "Go", &["packageName", "unknown"]),
    ("haskell", "Haskell", &[]),
    ("html", "HTML", &["class", "stylesheet", "script", "anchor"]),
    ("java", "Java", &["local"]),
    ("javascript", "JavaScript", &[]),
    ("json", "JSON", &[]),
    ("kotlin", "Kotlin", &[]),
    ("lua", "Lua", &[]),
    ("make", "Make", &["makefile"]),
    ("markdown", "Markdown", &["hashtag", "footnote"]),
    ("ocaml", "OCaml", &[]),
    ("ocaml-interface", "OCaml", &[]),
    ("php", "PHP", &["local", "alias"]),
    ("powershell", "PowerShell", &["variable"]),
    ("protobuf", "Protobuf", &["protodef"]),
    ("python", "Python", &["unknown", "module", "namespace", "local", "parameter"]),
    (
        "r",
        "R",
        &["library", "source", "parameter", "functionVar", "globalVar", "repr", "list", "nameattr", "listvar", "dataframe", "vector"],
    ),
    ("ruby", "Ruby", &["library"]),
    ("rust", "Rust", &[]),
    ("scss", "SCSS", &["parameter"]),
    ("sql", "SQL", &["local", "cursor"]),
    ("tsx", "TypeScript", &["local", "parameter"]),
    ("typescript", "TypeScript", &["local", "parameter"]),
    ("xml", "XML", &["nsprefix"]),
];

/// What the names begin with that ctags makes up.
const ANONYMOUS: &[&str] = &["__anon", "Anonymous", "anon", "<lambda>", "()"];

/// A definition that ctags found.
struct Tag {
    name: String,
    kind: String,
    /// From 0.
    line: usize,
}

fn has_ctags() -> bool {
    let version = Command::new("ctags").arg("--version").output();
    let found = version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("Universal Ctags"));
    if !found {
        skip::skipped("universal-ctags");
    }
    found
}

fn tags(path: &Path, language: &str, left_out: &[&str]) -> Vec<Tag> {
    let force = format!("--language-force={language}");
    let arguments = ["--options=NONE", "-x", "--sort=no", "--extras=-F", "--_xformat=%N\t%K\t%n\t%s", &force];
    let output = Command::new("ctags").args(arguments).arg(path).output().expect("ctags runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let tag = |line: &str| {
        let mut parts = line.split('\t');
        let (name, kind, row, scope) = (parts.next()?, parts.next()?, parts.next()?, parts.next().unwrap_or_default());
        let deep = language == "JSON"
            && (scope.split('.').count() > 2
                || name.parse::<usize>().is_ok()
                || scope.split('.').any(|part| part.parse::<usize>().is_ok()));
        let told = !deep && !name.is_empty() && !ANONYMOUS.iter().any(|word| name.starts_with(word)) && !left_out.contains(&kind);
        told.then(|| {
            Some(Tag {
                name: name.trim_end_matches([' ', '=']).to_owned(),
                kind: kind.to_owned(),
                line: row.trim().parse::<usize>().ok()?.saturating_sub(1),
            })
        })?
    };
    text.lines().filter_map(tag).collect()
}

/// The lines that are inside functions, which a map leaves out.
fn local_lines(blocks: &[Block], into: &mut HashSet<usize>) {
    for block in blocks {
        if matches!(block.kind, "function" | "method" | "constructor" | "init" | "operator" | "test" | "macro" | "procedure") {
            into.extend(block.body.clone());
        }
        local_lines(&block.children, into);
    }
}

/// The tags that are definitions: no locals, and no text in a string or comment.
fn definitions(tags: Vec<Tag>, language: Language, text: &str, path: &Path) -> Vec<Tag> {
    let mut local = HashSet::new();
    local_lines(&outline(language, text), &mut local);
    let inner = inner_lines(language, text).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let is_definition = |tag: &Tag| {
        let file_module = tag.line == 0 && tag.name.eq_ignore_ascii_case(stem);
        let here = lines.get(tag.line).is_some_and(|line| tag.name.split(['.', ':', ' ', '/']).any(|part| line.contains(part)));
        let loaded = lines.get(tag.line).is_some_and(|line| line.contains("require("));
        !file_module && !loaded && here && !local.contains(&tag.line) && !inner.get(tag.line).copied().unwrap_or(false)
    };
    tags.into_iter().filter(is_definition).collect()
}

/// The tags whose names a map does not have at their lines.
fn missing<'a>(tags: &'a [Tag], symbols: &[Symbol]) -> Vec<&'a Tag> {
    let mut told = Vec::new();
    words(symbols, &mut told);
    let has = |tag: &Tag| {
        let last = tag.name.rsplit(['.', ':', '#', ' ', '/', '\\']).next().unwrap_or(&tag.name);
        let last = last.trim_matches(['\'', '"', '`', '$', '@']);
        told.iter().any(|(lines, text)| {
            lines.contains(&tag.line) && (text.contains(&tag.name) || text.contains(&tag.name.replace(' ', "")) || has_word(text, last))
        })
    };
    tags.iter().filter(|tag| !has(tag)).collect()
}

/// Every symbol's name and signature with the lines that it takes.
fn words(symbols: &[Symbol], into: &mut Vec<(Range<usize>, String)>) {
    for symbol in symbols {
        into.push((symbol.lines.clone(), format!("{} {}", symbol.name, symbol.signature)));
        words(&symbol.children, into);
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let whole = |at: usize| !part_of_word(text[..at].chars().next_back()) && !part_of_word(text[at + word.len()..].chars().next());
    !word.is_empty() && text.match_indices(word).any(|(at, _)| whole(at))
}

/// The definitions of ctags in a file, and those of them that its map lacks.
fn compare(path: &Path) -> Option<(Language, usize, Vec<String>)> {
    let text = String::from_utf8(fs::read(path).ok()?).ok()?;
    let language = Language::detect(path.to_str()?, text.lines().next().unwrap_or_default())?;
    let (_, name, left_out) = KNOWN.iter().find(|(ours, ..)| *ours == language.name())?;
    let symbols = map(language, &text);
    let minified = symbols.is_empty() && text.len() > 400 * text.lines().count();
    let tags = if minified { Vec::new() } else { definitions(tags(path, name, left_out), language, &text, path) };
    let missed =
        missing(&tags, &symbols).iter().map(|tag| format!("{}\t{}\t{}:{}", tag.kind, tag.name, path.display(), tag.line + 1)).collect();
    Some((language, tags.len(), missed))
}

#[test]
fn maps_have_what_ctags_finds_in_the_samples() {
    if !has_ctags() {
        return;
    }
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax_maps");
    let mut wrong = String::new();
    let mut compared = 0;
    for entry in fs::read_dir(samples).expect("samples are there") {
        let path = entry.expect("a sample").path();
        let Some((language, count, missed)) = compare(&path) else { continue };
        compared += usize::from(count > 0);
        if (missed.len() as f64) > (1.0 - GOAL) * count as f64 {
            writeln!(wrong, "{}: {} of {count} missing: {}", language.name(), missed.len(), missed.join(", "))
                .expect("writing to a string");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(compared >= 25, "only {compared} samples had tags");
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| !path.is_symlink()) {
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

#[derive(Default)]
struct Share {
    files: usize,
    tags: usize,
    missed: usize,
}

#[test]
#[ignore = "needs a tree of real files in CTAGS_TREE"]
fn maps_have_what_ctags_finds_in_a_tree() {
    let tree = std::env::var_os("CTAGS_TREE").expect("CTAGS_TREE names a folder");
    let mut paths = Vec::new();
    files(Path::new(&tree), &mut paths);
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let mut listed = String::new();
    for path in paths.iter().filter(|path| path.metadata().is_ok_and(|data| data.len() < 300_000)) {
        let name = path.to_str().and_then(|path| Language::detect(path, "")).map_or("", Language::name);
        if shares.get(name).is_some_and(|share| share.files >= MAX_FILES) {
            continue;
        }
        let Some((language, count, missed)) = compare(path) else { continue };
        let share = shares.entry(language.name()).or_default();
        share.files += 1;
        share.tags += count;
        share.missed += missed.len();
        for tag in missed {
            writeln!(listed, "{}\t{tag}", language.name()).expect("writing to a string");
        }
    }
    for (name, share) in &shares {
        let found = 100.0 * (share.tags - share.missed) as f64 / share.tags.max(1) as f64;
        println!("{name:16} {:5} files {:7} definitions {found:6.2} %", share.files, share.tags);
    }
    if let Some(file) = std::env::var_os("CTAGS_MISSED") {
        fs::write(file, listed).expect("the list is written");
    }
}
