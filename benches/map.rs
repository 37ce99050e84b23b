//! What the maps of a tree cost on all cores, beside the bare parses of the same files on the same cores.
//!
//! `MAP_TREE=DIR cargo bench --bench map` takes the files of a folder; without it they are those of this project. The goal stands beside
//! the ratio.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use git_plandex::syntax::{Language, map, map_text, parse};

/// Files above this many bytes have no map.
const MAX_BYTES: usize = 2 << 20;

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.') || name == "target");
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| !hidden(path) && !path.is_symlink()) {
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// The texts of a tree whose languages have a grammar.
fn texts(folder: &Path) -> Vec<(Language, String)> {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok().filter(|text| text.len() <= MAX_BYTES)?;
        let language = Language::detect(path.to_str()?, text.lines().next().unwrap_or_default())?;
        language.grammar().map(|_| (language, text))
    };
    paths.into_iter().filter_map(read).collect()
}

/// Does `work` for every text on all cores.
fn on_all_cores(texts: &[(Language, String)], work: impl Fn(Language, &str) + Sync) -> Duration {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((language, text)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(*language, text);
                }
            });
        }
    });
    start.elapsed()
}

fn main() {
    let tree = std::env::var_os("MAP_TREE").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let texts = texts(&tree);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    println!("{} files, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    let run = |_| {
        let parsed = on_all_cores(&texts, |language, text| drop(black_box(parse(language, text))));
        let mapped = on_all_cores(&texts, |language, text| drop(black_box(map_text(&map(language, text)))));
        (parsed, mapped)
    };
    let mut runs: Vec<(Duration, Duration)> = (0..5).map(run).collect();
    runs.sort_by(|one, other| (one.1.as_secs_f64() / one.0.as_secs_f64()).total_cmp(&(other.1.as_secs_f64() / other.0.as_secs_f64())));
    let (parsed, mapped) = runs[runs.len() / 2];
    println!("bare parse {parsed:.2?}, map {mapped:.2?}: {:.2} x (goal 1.3 x)", mapped.as_secs_f64() / parsed.as_secs_f64());
}
