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
pub(super) const CLOSING: u64 = 40;

/// Lists `paths`; when that exceeds `budget` tokens, whole directories are folded into one line each, and the text says so.
///
/// Directories are opened from the root down, small ones first, as long as what is in them fits.
pub fn listing(paths: &[ListedPath], budget: u64) -> Listing {
    let lines = fold(paths, budget, &[]);
    let shown = lines.iter().filter(|line| line.file.is_some()).count();
    let mut text: String = lines.into_iter().map(|line| line.text).collect();
    text.push_str(&closing(shown, paths.len()));
    Listing { tokens: estimate_tokens(&text), text, shown, left_out: paths.len() - shown }
}

/// What stands below a list in which directories are folded.
pub(super) fn closing(shown: usize, all: usize) -> String {
    if shown == all {
        return String::new();
    }
    format!("({shown} of {all} files are listed; a line that ends in / stands for files below it)\n")
}

/// A line of the list.
pub(super) struct Line {
    /// What it says.
    pub(super) text: String,
    /// The place of its file among the paths; none for a folded directory.
    pub(super) file: Option<usize>,
}

impl Line {
    fn cost(&self) -> u64 {
        estimate_tokens(&self.text)
    }
}

/// The lines of `paths`, folded until they fit; the directories of `opened` are opened before all others.
pub(super) fn fold(paths: &[ListedPath], budget: u64, opened: &[RepoPath]) -> Vec<Line> {
    let mut tree = Tree::of(paths, opened);
    tree.open_what_fits(u64::MAX);
    let lines = tree.lines();
    if lines.iter().map(Line::cost).sum::<u64>() <= budget {
        return lines;
    }
    tree.close_all();
    tree.open_what_fits(budget.saturating_sub(CLOSING));
    cut(tree.lines(), budget.saturating_sub(CLOSING))
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

/// Whether a directory was asked for: itself or one in it, what lies below one, or neither; smaller is sooner.
type Wanted = u8;

/// A directory with what is in it.
#[derive(Default)]
struct Folder {
    name: String,
    depth: usize,
    wanted: Wanted,
    files: Vec<usize>,
    folders: Vec<usize>,
    count: usize,
    bytes: u64,
    open: bool,
}

impl Folder {
    fn folded(&self) -> Line {
        let tokens = estimate_tokens_for_bytes(self.bytes);
        Line { text: format!("{} files with {tokens} tokens in {}/\n", self.count, self.name), file: None }
    }
}

/// All directories; the first is the root.
struct Tree<'a> {
    paths: &'a [ListedPath],
    opened: &'a [RepoPath],
    folders: Vec<Folder>,
}

impl<'a> Tree<'a> {
    fn of(paths: &'a [ListedPath], opened: &'a [RepoPath]) -> Self {
        let mut tree = Self { paths, opened, folders: vec![Folder::default()] };
        let mut known = HashMap::new();
        for (index, listed) in paths.iter().enumerate() {
            let at = tree.folder(listed, &mut known);
            tree.folders[at].files.push(index);
        }
        tree
    }

    /// Finds or makes the folder of a file, and counts the file in it and in all above.
    fn folder(&mut self, listed: &ListedPath, known: &mut HashMap<RepoPath, usize>) -> usize {
        let dirs: Vec<RepoPath> = listed.path.ancestors().collect();
        let mut at = 0;
        self.count(at, listed.bytes);
        for (depth, dir) in dirs.into_iter().rev().enumerate() {
            let next = match known.get(&dir) {
                Some(next) => *next,
                None => self.new_folder(at, depth + 1, dir, known),
            };
            at = next;
            self.count(at, listed.bytes);
        }
        at
    }

    fn new_folder(&mut self, above: usize, depth: usize, dir: RepoPath, known: &mut HashMap<RepoPath, usize>) -> usize {
        let at = self.folders.len();
        self.folders.push(Folder { name: dir.to_string(), depth, wanted: self.wanted(&dir), ..Folder::default() });
        self.folders[above].folders.push(at);
        known.insert(dir, at);
        at
    }

    fn wanted(&self, dir: &RepoPath) -> Wanted {
        let leads_to = |opened: &RepoPath| opened == dir || opened.ancestors().any(|above| above == *dir);
        let is_below = |opened: &RepoPath| dir.ancestors().any(|above| above == *opened);
        match () {
            () if self.opened.iter().any(leads_to) => 0,
            () if self.opened.iter().any(is_below) => 1,
            () => 2,
        }
    }

    fn count(&mut self, at: usize, bytes: u64) {
        self.folders[at].count += 1;
        self.folders[at].bytes += bytes;
    }

    fn close_all(&mut self) {
        self.folders.iter_mut().for_each(|folder| folder.open = false);
    }

    fn open_what_fits(&mut self, budget: u64) {
        self.folders[0].open = true;
        let mut left = budget.saturating_sub(self.inside(0));
        let mut waiting = BinaryHeap::new();
        self.wait_for_inner(0, &mut waiting);
        while let Some(Reverse((_, _, cost, at))) = waiting.pop() {
            let freed = self.folders[at].folded().cost();
            if cost <= left.saturating_add(freed) {
                left = left.saturating_add(freed) - cost;
                self.folders[at].open = true;
                self.wait_for_inner(at, &mut waiting);
            }
        }
    }

    fn wait_for_inner(&self, at: usize, waiting: &mut BinaryHeap<Reverse<(Wanted, usize, u64, usize)>>) {
        let inner = self.folders[at].folders.iter().map(|inner| (&self.folders[*inner], *inner));
        waiting.extend(inner.map(|(folder, at)| Reverse((folder.wanted, folder.depth, self.inside(at), at))));
    }

    /// What an opened folder costs while all folders in it are folded.
    fn inside(&self, at: usize) -> u64 {
        let folder = &self.folders[at];
        let files: u64 = folder.files.iter().map(|file| self.line(*file).cost()).sum();
        files + folder.folders.iter().map(|inner| self.folders[*inner].folded().cost()).sum::<u64>()
    }

    fn line(&self, file: usize) -> Line {
        let listed = &self.paths[file];
        Line { text: format!("{} ({})\n", listed.path, estimate_tokens_for_bytes(listed.bytes)), file: Some(file) }
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            let folder = &self.folders[at];
            if folder.open {
                lines.extend(folder.files.iter().map(|file| self.line(*file)));
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

    #[test]
    fn a_directory_that_is_asked_for_is_opened_before_all_others() {
        let many = |dir: &str| (0..30).map(|n| format!("{dir}/{n:02}.rs")).collect::<Vec<_>>();
        let names: Vec<String> = ["a/x", "b/y", "b/y/z"].into_iter().flat_map(many).collect();
        let paths: Vec<ListedPath> =
            names.iter().map(|name| ListedPath { path: name.parse().expect("valid"), bytes: 4, oid: None }).collect();
        let opened = |dirs: &[&str], budget: u64| {
            let dirs: Vec<RepoPath> = dirs.iter().map(|dir| dir.parse().expect("valid")).collect();
            let lines = fold(&paths, budget, &dirs);
            lines.iter().filter_map(|line| line.file).map(|at| names[at][..3].to_owned()).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(opened(&[], 240), ["a/x".to_owned()].into());
        assert_eq!(opened(&["b/y"], 240), ["b/y".to_owned()].into());
        assert_eq!(opened(&["b/y/z"], 320), ["b/y".to_owned()].into(), "with the directories above it");
        assert_eq!(opened(&["no/such"], 10_000).len(), 2);
    }
}
