//! The list of the project's paths, cut to a budget.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::{estimate_tokens, estimate_tokens_for_bytes};
use crate::plan::{ObjectId, RepoPath};

/// A path with the size of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPath {
    /// The path.
    pub path: RepoPath,
    /// The size in bytes.
    pub bytes: u64,
    /// Its blob, if that is known without reading the file.
    pub oid: Option<ObjectId>,
}

/// The list as a model reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// One line for each path or folded directory, with its size in tokens.
    pub text: String,
    /// The size of the text itself in tokens, estimated.
    pub tokens: u64,
    /// How many paths have a line of their own.
    pub shown: usize,
    /// How many paths have not.
    pub left_out: usize,
}

/// Tokens kept for the line that says what is missing.
const CLOSING: u64 = 40;

/// Lists `paths`; when that exceeds `budget` tokens, whole directories are folded into one line each, and the text says so.
///
/// Directories are opened from the root down, small ones first, as long as what is in them fits.
pub fn listing(paths: &[ListedPath], budget: u64) -> Listing {
    let mut tree = Tree::of(paths);
    tree.open_what_fits(u64::MAX);
    let mut lines = tree.lines();
    if lines.iter().map(Line::cost).sum::<u64>() > budget {
        tree.close_all();
        tree.open_what_fits(budget.saturating_sub(CLOSING));
        lines = cut(tree.lines(), budget.saturating_sub(CLOSING));
    }
    let shown = lines.iter().filter(|line| line.is_file).count();
    let left_out = paths.len() - shown;
    let mut text: String = lines.into_iter().map(|line| line.text).collect();
    if left_out > 0 {
        text.push_str(&format!("({shown} of {} files are listed; a line that ends in / stands for files below it)\n", paths.len()));
    }
    Listing { tokens: estimate_tokens(&text), text, shown, left_out }
}

/// A line of the list.
struct Line {
    text: String,
    is_file: bool,
}

impl Line {
    fn cost(&self) -> u64 {
        estimate_tokens(&self.text)
    }
}

/// Keeps the first lines that fit; only a root with very many entries needs it.
fn cut(lines: Vec<Line>, budget: u64) -> Vec<Line> {
    let mut left = budget;
    let fits = |line: &Line| {
        let fits = line.cost() <= left;
        left = left.saturating_sub(line.cost());
        fits
    };
    lines.into_iter().take_while(fits).collect()
}

/// A directory with what is in it.
#[derive(Default)]
struct Folder<'a> {
    name: String,
    depth: usize,
    files: Vec<&'a ListedPath>,
    folders: Vec<usize>,
    count: usize,
    bytes: u64,
    open: bool,
}

impl Folder<'_> {
    fn file_lines(&self) -> impl Iterator<Item = Line> {
        let text = |file: &&ListedPath| format!("{} ({})\n", file.path, estimate_tokens_for_bytes(file.bytes));
        self.files.iter().map(move |file| Line { text: text(file), is_file: true })
    }

    fn folded(&self) -> Line {
        let tokens = estimate_tokens_for_bytes(self.bytes);
        Line { text: format!("{} files with {tokens} tokens in {}/\n", self.count, self.name), is_file: false }
    }
}

/// All directories; the first is the root.
struct Tree<'a>(Vec<Folder<'a>>);

impl<'a> Tree<'a> {
    fn of(paths: &'a [ListedPath]) -> Self {
        let mut tree = Self(vec![Folder::default()]);
        let mut known = HashMap::new();
        for listed in paths {
            let at = tree.folder(listed, &mut known);
            tree.0[at].files.push(listed);
        }
        tree
    }

    /// Finds or makes the folder of a file, and counts the file in it and in all above.
    fn folder(&mut self, listed: &ListedPath, known: &mut HashMap<RepoPath, usize>) -> usize {
        let dirs: Vec<RepoPath> = listed.path.ancestors().collect();
        let mut at = 0;
        self.count(at, listed.bytes);
        for (depth, dir) in dirs.into_iter().rev().enumerate() {
            let name = dir.to_string();
            let next = *known.entry(dir).or_insert(self.0.len());
            if next == self.0.len() {
                self.0.push(Folder { name, depth: depth + 1, ..Folder::default() });
                self.0[at].folders.push(next);
            }
            at = next;
            self.count(at, listed.bytes);
        }
        at
    }

    fn count(&mut self, at: usize, bytes: u64) {
        self.0[at].count += 1;
        self.0[at].bytes += bytes;
    }

    fn close_all(&mut self) {
        self.0.iter_mut().for_each(|folder| folder.open = false);
    }

    fn open_what_fits(&mut self, budget: u64) {
        self.0[0].open = true;
        let mut left = budget.saturating_sub(self.inside(0));
        let mut waiting = BinaryHeap::new();
        self.wait_for_inner(0, &mut waiting);
        while let Some(Reverse((_, cost, at))) = waiting.pop() {
            let freed = self.0[at].folded().cost();
            if cost <= left.saturating_add(freed) {
                left = left.saturating_add(freed) - cost;
                self.0[at].open = true;
                self.wait_for_inner(at, &mut waiting);
            }
        }
    }

    fn wait_for_inner(&self, at: usize, waiting: &mut BinaryHeap<Reverse<(usize, u64, usize)>>) {
        let inner = self.0[at].folders.iter();
        waiting.extend(inner.map(|inner| Reverse((self.0[*inner].depth, self.inside(*inner), *inner))));
    }

    /// What an opened folder costs while all folders in it are folded.
    fn inside(&self, at: usize) -> u64 {
        let folder = &self.0[at];
        let files: u64 = folder.file_lines().map(|line| line.cost()).sum();
        files + folder.folders.iter().map(|inner| self.0[*inner].folded().cost()).sum::<u64>()
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            let folder = &self.0[at];
            if folder.open {
                lines.extend(folder.file_lines());
                stack.extend(folder.folders.iter().rev());
            } else {
                lines.push(folder.folded());
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[(&str, u64)]) -> Vec<ListedPath> {
        names.iter().map(|(name, bytes)| ListedPath { path: name.parse().expect("valid"), bytes: *bytes, oid: None }).collect()
    }

    fn project() -> Vec<ListedPath> {
        let many = (0..200).map(|n| ListedPath { path: format!("data/set/{n:03}.json").parse().expect("valid"), bytes: 4000, oid: None });
        let some = paths(&[("README.md", 400), ("src/main.rs", 40), ("src/ui/mod.rs", 8), ("src/ui/view/a.rs", 8)]);
        some.into_iter().chain(many).collect()
    }

    #[test]
    fn everything_is_listed_when_it_fits() {
        let listed = listing(&paths(&[("README.md", 400), ("src/main.rs", 41)]), 1000);
        assert_eq!((listed.text.as_str(), listed.shown, listed.left_out), ("README.md (100)\nsrc/main.rs (11)\n", 2, 0));
        assert_eq!(listing(&[], 10), Listing::default());
    }

    #[test]
    fn large_directories_are_folded_and_the_text_says_so() {
        let listed = listing(&project(), 120);
        assert_eq!(
            listed.text,
            "README.md (100)\nsrc/main.rs (10)\nsrc/ui/mod.rs (2)\nsrc/ui/view/a.rs (2)\n200 files with 200000 tokens in data/set/\n\
             (4 of 204 files are listed; a line that ends in / stands for files below it)\n"
        );
        assert_eq!((listed.shown, listed.left_out), (4, 200));
    }

    #[test]
    fn the_budget_holds_however_small_it_is() {
        for budget in [0, 10, 41, 60, 80, 100, 150, 500, 1000, 3000] {
            let listed = listing(&project(), budget);
            assert!(listed.tokens <= budget.max(CLOSING), "{} tokens for a budget of {budget}", listed.tokens);
            assert_eq!(listed.shown + listed.left_out, 204);
        }
    }

    #[test]
    fn a_file_name_cannot_forge_a_line() {
        let path = RepoPath::from_bytes(b"a\nsrc/secret.rs (1)").expect("git takes it");
        assert_eq!(listing(&[ListedPath { path, bytes: 0, oid: None }], 100).text, "\"a\\nsrc/secret.rs (1)\" (0)\n");
    }
}
