//! Nothing but reading and parsing, on all processors: what a map cannot do without.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use git_plandex::context::Project;
use git_plandex::git::Repo;
use git_plandex::syntax::Language;
use tree_sitter::Parser;

/// Files above this many bytes are in no map.
const MAX_FILE: u64 = 1 << 20;

/// Lists the files as a map does, reads and parses each; returns how many have a grammar.
pub fn all(root: &Path) -> usize {
    let repo = Repo::discover(root).expect("a repository");
    let project = Project::survey(&repo).expect("surveyed");
    let files = project.paths();
    let (next, parsed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut parser = Parser::new();
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = file.bytes <= MAX_FILE && one(&mut parser, root, &file.path.to_path_buf());
                    parsed.fetch_add(usize::from(done), Ordering::Relaxed);
                }
            });
        }
    });
    parsed.into_inner()
}

fn one(parser: &mut Parser, root: &Path, path: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(root.join(path)) else { return false };
    let language = Language::detect(&path.to_string_lossy(), text.lines().next().unwrap_or_default());
    let Some(grammar) = language.and_then(Language::grammar) else { return false };
    parser.set_language(&grammar).is_ok() && parser.parse(&text, None).is_some()
}
