//! Cuts a large problem at lines that can only be the same.
//!
//! After a line that stays, nothing before it matters to the alignment; so where a line is sure to stay, the grid falls into two
//! grids that are aligned by themselves without any loss.

use std::ops::Range;

use crate::edit::problem::{Item, Old, Problem, Role};

/// A part of a problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub old: Range<usize>,
    pub items: Range<usize>,
}

impl Part {
    /// The whole problem.
    pub fn whole(problem: &Problem<'_>) -> Self {
        Self { old: 0..problem.old.len(), items: 0..problem.items.len() }
    }

    /// How many places its grid has.
    pub fn cells(&self) -> usize {
        (self.old.len() + 1).saturating_mul(self.items.len() + 1)
    }
}

/// Cuts a problem before lines that stand once in both texts and in the same order, where its grid has more places than `most`.
pub(super) fn cut(problem: &Problem<'_>, most: usize) -> Vec<Part> {
    let whole = Part::whole(problem);
    if whole.cells() <= most {
        return vec![whole];
    }
    let mut parts = Vec::new();
    let (mut old, mut item) = (0, 0);
    for (next_old, next_item) in heaviest_rising(&unique_pairs(problem)) {
        parts.push(Part { old: old..next_old, items: item..next_item });
        (old, item) = (next_old, next_item);
    }
    parts.push(Part { old: old..problem.old.len(), items: item..problem.items.len() });
    parts.retain(|part| part.old.end > part.old.start || part.items.end > part.items.start);
    parts
}

/// A line of the original and an item that can only be the same, and how many equal lines stand around them.
struct Pair {
    old: usize,
    item: usize,
    weight: u32,
}

/// The places of telling lines that stand once in both texts beside another equal line, in the proposal's order.
///
/// In a new declaration equal lines are likely copies.
fn unique_pairs(problem: &Problem<'_>) -> Vec<Pair> {
    let ids = problem
        .old
        .iter()
        .map(|old| old.line.id)
        .chain(problem.items.iter().map(|item| item.line.id))
        .max()
        .map_or(0, |id| id as usize + 1);
    let mut places = vec![(0u32, 0usize, 0u32); ids];
    for (at, old) in problem.old.iter().enumerate() {
        let place = &mut places[old.line.id as usize];
        (place.0, place.1) = (place.0 + 1, at);
    }
    for item in &problem.items {
        places[item.line.id as usize].2 += 1;
    }
    let pairs = problem
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.role == Role::Code && !item.line.is_bare() && !item.inside_fresh)
        .filter_map(|(at, item)| {
            let (in_old, old, in_new) = places[item.line.id as usize];
            let sure = in_old == 1 && in_new == 1 && problem.old[old].line.indent == item.line.indent && item.line.text.trim().len() >= 8;
            let weight = run(problem, old, at) + if item.known { DECLARATION } else { 0 };
            (sure && weight > 0).then_some(Pair { old, item: at, weight })
        });
    pairs.collect()
}

/// A declaration of one name on both sides counts as so many equal lines around it.
const DECLARATION: u32 = 8;

/// At most this many equal lines are counted on each side of a pair.
const LONGEST_RUN: usize = 8;

/// How many lines around a pair are equal too, without a break.
fn run(problem: &Problem<'_>, old: usize, item: usize) -> u32 {
    let same = |old: &&Old<'_>, item: &&Item<'_>| item.role == Role::Code && old.line.id == item.line.id;
    let solid = |old: &Old<'_>| u32::from(!old.line.is_blank());
    let after = problem.old[old + 1..].iter().zip(&problem.items[item + 1..]).take(LONGEST_RUN);
    let before = problem.old[..old].iter().rev().zip(problem.items[..item].iter().rev()).take(LONGEST_RUN);
    after.take_while(|(old, item)| same(old, item)).map(|(old, _)| solid(old)).sum::<u32>()
        + before.take_while(|(old, item)| same(old, item)).map(|(old, _)| solid(old)).sum::<u32>()
}

/// The heaviest part of the pairs whose lines of the original rise.
fn heaviest_rising(pairs: &[Pair]) -> Vec<(usize, usize)> {
    let mut tree = vec![(0u32, usize::MAX); pairs.iter().map(|pair| pair.old + 2).max().unwrap_or(0)];
    let mut before = vec![usize::MAX; pairs.len()];
    for (at, pair) in pairs.iter().enumerate() {
        let mut best = (0, usize::MAX);
        let mut place = pair.old;
        while place > 0 {
            best = if tree[place].0 > best.0 { tree[place] } else { best };
            place &= place - 1;
        }
        before[at] = best.1;
        let mut place = pair.old + 1;
        while place < tree.len() {
            if best.0 + pair.weight > tree[place].0 {
                tree[place] = (best.0 + pair.weight, at);
            }
            place += place & place.wrapping_neg();
        }
    }
    let mut rising = Vec::new();
    let mut at = tree.iter().max_by_key(|best| best.0).map_or(usize::MAX, |best| best.1);
    while at != usize::MAX {
        rising.push((pairs[at].old, pairs[at].item));
        at = before[at];
    }
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rising(pairs: &[(usize, usize, u32)]) -> Vec<(usize, usize)> {
        let pairs: Vec<Pair> = pairs.iter().map(|(old, item, weight)| Pair { old: *old, item: *item, weight: *weight }).collect();
        heaviest_rising(&pairs)
    }

    #[test]
    fn the_longest_rising_part() {
        assert_eq!(rising(&[(5, 0, 1), (1, 1, 1), (2, 2, 1), (9, 3, 1), (3, 4, 1)]), [(1, 1), (2, 2), (9, 3)]);
        assert!(rising(&[]).is_empty());
    }

    #[test]
    fn a_long_run_outweighs_incidental_lines() {
        assert_eq!(rising(&[(9, 0, 8), (1, 1, 1), (2, 2, 1), (10, 3, 4)]), [(9, 0), (10, 3)]);
    }
}
