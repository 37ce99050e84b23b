//! Cuts a large problem at lines that can only be the same.
//!
//! After a line that stays, nothing before it matters to the alignment; so where a line is sure to stay, the grid falls into two
//! grids that are aligned by themselves without any loss.

use std::ops::Range;

use crate::edit::problem::{Problem, Role};

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
    for (next_old, next_item) in longest_rising(&unique_pairs(problem)) {
        parts.push(Part { old: old..next_old, items: item..next_item });
        (old, item) = (next_old, next_item);
    }
    parts.push(Part { old: old..problem.old.len(), items: item..problem.items.len() });
    parts.retain(|part| part.old.end > part.old.start || part.items.end > part.items.start);
    parts
}

/// The places of telling lines that stand once in both texts, in the proposal's order.
fn unique_pairs(problem: &Problem<'_>) -> Vec<(usize, usize)> {
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
    let pairs =
        problem.items.iter().enumerate().filter(|(_, item)| item.role == Role::Code && !item.line.is_bare()).filter_map(|(at, item)| {
            let (in_old, old, in_new) = places[item.line.id as usize];
            let sure = in_old == 1 && in_new == 1 && problem.old[old].line.indent == item.line.indent && item.line.text.trim().len() >= 8;
            sure.then_some((old, at))
        });
    pairs.collect()
}

/// The longest part of the pairs whose first numbers rise.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; pairs.len()];
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].0 < pair.0);
        before[at] = length.checked_sub(1).map_or(usize::MAX, |length| ends[length]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut rising = Vec::new();
    let mut at = ends.last().copied().unwrap_or(usize::MAX);
    while at != usize::MAX {
        rising.push(pairs[at]);
        at = before[at];
    }
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rising_part() {
        assert_eq!(longest_rising(&[(5, 0), (1, 1), (2, 2), (9, 3), (3, 4)]), [(1, 1), (2, 2), (3, 4)]);
        assert!(longest_rising(&[]).is_empty());
    }
}
