//! A map as a model reads it, within its budget.

use super::ProjectMap;
use crate::context::listing::{CLOSING, closing, fold};
use crate::context::{ListedPath, Listing, count_tokens, estimate_tokens, estimate_tokens_for_bytes};
use crate::plan::RepoPath;

/// How a map is to be shown.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The most tokens that it may have, as OpenAI's models count them.
    pub budget: u64,
    /// Directories that were asked for: what is in them is shown before all else.
    pub opened: &'a [RepoPath],
}

/// How often a map is made anew when its estimate was too low.
const TRIES: u32 = 4;

/// A single file may take this part of what is left for symbols; of a larger one only the outermost are told.
const LARGEST_SHARE: u64 = 8;

impl ProjectMap {
    /// Shows every file with what it defines.
    ///
    /// When that is over the budget, symbols are left out, those of the least important files first; when even the paths
    /// are, directories are folded into one line each. The last line says what is missing.
    pub fn render(&self, view: &View<'_>) -> Listing {
        let mut budget = view.budget;
        for _ in 0..TRIES {
            let mut listing = self.within(budget, view.opened);
            listing.tokens = count_tokens(&listing.text);
            if listing.tokens <= view.budget {
                return listing;
            }
            // The estimate is a tenth or two off at most.
            budget = budget.saturating_mul(view.budget) / listing.tokens * 95 / 100;
        }
        Listing::default()
    }

    /// Every file with all that it defines.
    pub fn whole(&self) -> String {
        let mut text = String::new();
        for file in &self.files {
            let tokens = estimate_tokens_for_bytes(file.listed.bytes);
            text.push_str(&format!("{} ({tokens})\n", file.listed.path));
            write(&mut text, &file.symbols, Depth::All);
        }
        text
    }

    fn within(&self, budget: u64, opened: &[RepoPath]) -> Listing {
        let paths: Vec<ListedPath> = self.files.iter().map(|file| file.listed.clone()).collect();
        let room = budget.saturating_sub(CLOSING);
        let mut lines = fold(&paths, budget, opened);
        let symbols: u64 = self.files.iter().map(|file| cost(&file.symbols)).sum();
        if lines.iter().any(|line| line.file.is_none()) {
            // What is folded leaves a quarter to the symbols of what is not.
            lines = fold(&paths, room / 4 * 3 + CLOSING, opened);
        }
        let used: u64 = lines.iter().map(|line| estimate_tokens(&line.text)).sum();
        let left = room.saturating_sub(used);
        let shown: Vec<usize> = lines.iter().filter_map(|line| line.file).collect();
        let chosen = if symbols <= left { None } else { Some(self.choose(&shown, left, opened)) };
        let mut text = String::new();
        for line in &lines {
            text.push_str(&line.text);
            let Some(at) = line.file else { continue };
            let depth = chosen.as_ref().map_or(Depth::All, |chosen| chosen[at]);
            write(&mut text, &self.files[at].symbols, depth);
        }
        text.push_str(&closing(shown.len(), paths.len()));
        text.push_str(&chosen.map(|chosen| self.missing(&shown, &chosen)).unwrap_or_default());
        Listing { tokens: 0, text, shown: shown.len(), left_out: paths.len() - shown.len() }
    }

    /// What of each file's symbols is shown: first in the directories that were asked for, then of the most important files.
    fn choose(&self, shown: &[usize], mut left: u64, opened: &[RepoPath]) -> Vec<Depth> {
        let mut chosen = vec![Depth::None; self.files.len()];
        let mut is_shown = vec![false; self.files.len()];
        shown.iter().for_each(|at| is_shown[*at] = true);
        let most = left / LARGEST_SHARE;
        let is_asked_for = |at: &usize| self.files[*at].listed.path.ancestors().any(|dir| opened.contains(&dir));
        let (first, then): (Vec<usize>, Vec<usize>) = self.ranking().iter().filter(|at| is_shown[**at]).partition(|at| is_asked_for(at));
        for at in first.into_iter().chain(then) {
            let symbols = &self.files[at].symbols;
            for depth in [Depth::All, Depth::Outer] {
                let cost = cost_at(symbols, depth);
                if cost <= left.min(most) {
                    left -= cost;
                    chosen[at] = depth;
                    break;
                }
            }
        }
        chosen
    }

    /// The line that says whose symbols are missing.
    fn missing(&self, shown: &[usize], chosen: &[Depth]) -> String {
        let with = |depth| shown.iter().filter(|at| chosen[**at] == depth && !self.files[**at].symbols.is_empty()).count();
        let (none, outer) = (with(Depth::None), with(Depth::Outer));
        match (none, outer) {
            (0, 0) => String::new(),
            (none, 0) => format!("(what {none} of these files define is left out)\n"),
            (none, outer) => format!("(what {none} of these files define is left out, and of {outer} all but the outermost)\n"),
        }
    }
}

/// How much of a file's symbols is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    None,
    Outer,
    All,
}

impl Depth {
    fn shows(self, line: &str) -> bool {
        self == Self::All || self == Self::Outer && !line.starts_with(' ')
    }
}

/// Symbols are dense: three bytes make a token.
fn cost(text: &str) -> u64 {
    (text.len() as u64 + text.lines().count() as u64 * 2).div_ceil(3)
}

fn cost_at(symbols: &str, depth: Depth) -> u64 {
    symbols.lines().filter(|line| depth.shows(line)).map(|line| (line.len() as u64 + 3).div_ceil(3)).sum()
}

fn write(text: &mut String, symbols: &str, depth: Depth) {
    for line in symbols.lines().filter(|line| depth.shows(line)) {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
}
