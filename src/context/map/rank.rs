//! Which files matter most to the others.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{KEPT_USES, ProjectMap, USES, scan};
use crate::context::cache::BlobCache;

/// A word that more files than this define tells nothing of any.
const MOST_DEFINERS: usize = 3;

impl ProjectMap {
    /// The places of all files, the most important first: those that the most others refer to, then those that were
    /// committed last, then by path.
    pub(super) fn ranking(&self) -> &[usize] {
        self.ranking.get_or_init(|| self.rank())
    }

    fn rank(&self) -> Vec<usize> {
        let references = self.references();
        let ages = self.repo.as_ref().map(|repo| repo.recently_changed().unwrap_or_default()).unwrap_or_default();
        let age = |at: usize| ages.get(self.files[at].listed.path.as_bytes()).copied().unwrap_or(usize::MAX);
        let mut ranking: Vec<usize> = (0..self.files.len()).collect();
        ranking.sort_by_cached_key(|at| (Reverse(references[*at]), age(*at), *at));
        ranking
    }

    /// How many other files use a word that each file, and hardly any other, defines.
    fn references(&self) -> Vec<usize> {
        let mut kept = self.repo.as_ref().map_or_else(BlobCache::none, |repo| BlobCache::open(repo, USES, KEPT_USES));
        let words: Vec<_> =
            self.files.iter().enumerate().map(|(at, file)| scan::words_of(&self.uses, &mut kept, at, &file.listed)).collect();
        let mut definers: HashMap<u32, Vec<usize>> = HashMap::new();
        for (at, words) in words.iter().enumerate() {
            words.defined.iter().for_each(|word| definers.entry(*word).or_default().push(at));
        }
        definers.retain(|_, places| places.len() <= MOST_DEFINERS);
        let mut references = vec![0; self.files.len()];
        for (at, words) in words.iter().enumerate() {
            let mut referred: Vec<usize> = words.used.iter().filter_map(|word| definers.get(word)).flatten().copied().collect();
            referred.sort_unstable();
            referred.dedup();
            referred.into_iter().filter(|other| *other != at).for_each(|other| references[other] += 1);
        }
        references
    }
}
