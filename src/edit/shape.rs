//! What the result of an explanation looks like as a whole: whether its changes keep blocks whole.

use std::collections::{HashMap, HashSet};

use crate::edit::cost::Costs;
use crate::edit::problem::{Old, Problem};
use crate::edit::result::Move;
use crate::edit::step::Step;
use crate::edit::text::{Kind, Line};

/// How often a result does what edits seldom do.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Shape {
    /// Brackets open and close less evenly than before.
    pub unbalanced: i32,
    /// Changes that open or close a bracket which they take or leave alone.
    pub unbalanced_hunks: i32,
    /// Changes whose new lines reach less far out than the lost ones, or farther.
    pub uneven_hunks: i32,
    /// Declarations that go without another in their place.
    pub lost: i32,
    /// Declarations that stand twice in one block.
    pub twice: i32,
    /// Telling lines that stand more often than in either text.
    pub doubled: i32,
    /// Lines that stay though the line that opens their block is new.
    pub orphans: i32,
    /// Lines that stay though the line that opens their block stays in another place.
    pub strays: i32,
}

impl Shape {
    /// Looks at what a path makes of the file.
    pub fn new(problem: &Problem<'_>, moves: &[Move]) -> Self {
        let mut shape = Self::default();
        shape.hunks(problem, moves);
        shape.declarations(problem, moves);
        shape.blocks(problem, moves);
        shape.copies(problem, moves);
        shape
    }

    /// What the result costs besides its path.
    pub fn cost(&self, costs: &Costs) -> i32 {
        self.unbalanced * costs.unbalanced
            + self.unbalanced_hunks * costs.unbalanced_hunk
            + self.uneven_hunks * costs.uneven_hunk
            + self.lost * costs.lost
            + self.twice * costs.twice
            + self.doubled * costs.doubled
            + self.orphans * costs.orphan
            + self.strays * costs.stray
    }

    fn hunks(&mut self, problem: &Problem<'_>, moves: &[Move]) {
        let (mut total, mut gone, mut come) = (0, HashSet::new(), HashSet::new());
        let mut hunk = Hunk::default();
        for next in moves {
            match next.step {
                Step::Delete => hunk.lose(&problem.old[next.old]),
                Step::Insert => {
                    hunk.gain(&problem.items[next.item].line);
                    come.insert(problem.items[next.item].declares);
                }
                Step::Change => {
                    hunk.lose(&problem.old[next.old]);
                    hunk.gain(&problem.items[next.item].line);
                    come.insert(problem.items[next.item].declares);
                }
                Step::Announce => hunk.announced = true,
                Step::Skip => {}
                Step::Match if problem.old[next.old].tells == 0 => {}
                Step::Match | Step::Cover | Step::Open => {
                    total += hunk.balance;
                    self.hunk(std::mem::take(&mut hunk), &mut gone);
                }
            }
        }
        total += hunk.balance;
        self.hunk(hunk, &mut gone);
        self.unbalanced = i32::from(total != 0);
        self.lost = gone.difference(&come).count().min(3) as i32;
    }

    fn hunk(&mut self, hunk: Hunk, gone: &mut HashSet<u32>) {
        self.unbalanced_hunks += i32::from(hunk.balance != 0);
        if let (Some(lost), Some(gained)) = (hunk.lost, hunk.gained) {
            self.uneven_hunks += i32::from(lost != gained);
        }
        if !hunk.announced {
            gone.extend(hunk.declares);
        }
    }

    fn declarations(&mut self, problem: &Problem<'_>, moves: &[Move]) {
        let mut counts: HashMap<(u32, u64), (i32, i32)> = HashMap::new();
        for next in moves {
            let old = problem.old.get(next.old).filter(|_| next.step.takes().0 > 0);
            let item = problem.items.get(next.item).filter(|_| matches!(next.step, Step::Match | Step::Change | Step::Insert));
            if let Some(old) = old.filter(|old| old.declares != 0) {
                let count = counts.entry((old.declares, old.scope.header)).or_default();
                count.0 += 1;
                count.1 += i32::from(matches!(next.step, Step::Cover | Step::Match));
            }
            if let Some(item) = item.filter(|item| item.declares != 0 && next.step != Step::Match) {
                counts.entry((item.declares, item.scope.header)).or_default().1 += 1;
            }
        }
        self.twice = counts.values().map(|(was, is)| i32::from(*is > 1 && is > was)).sum::<i32>().min(3);
    }

    fn copies(&mut self, problem: &Problem<'_>, moves: &[Move]) {
        let mut gone: HashMap<u32, i32> = HashMap::new();
        for next in moves.iter().filter(|next| matches!(next.step, Step::Delete | Step::Change)) {
            *gone.entry(problem.old[next.old].line.id).or_default() += 1;
        }
        for next in moves.iter().filter(|next| next.step == Step::Insert) {
            let item = &problem.items[next.item];
            if item.alone {
                self.doubled += i32::from(!gone.contains_key(&item.line.id));
            }
        }
        self.doubled = self.doubled.min(5);
    }

    fn blocks(&mut self, problem: &Problem<'_>, moves: &[Move]) {
        let mut became: HashMap<usize, Option<usize>> = HashMap::new();
        for next in moves {
            match next.step {
                Step::Match | Step::Change => became.insert(next.item, Some(next.old)),
                Step::Insert => became.insert(next.item, None),
                _ => None,
            };
        }
        let stays = moves.iter().filter(|next| next.step == Step::Match && problem.old[next.old].tells > 0);
        for next in stays {
            let (old, item) = (&problem.old[next.old].scope, &problem.items[next.item].scope);
            if item.crossed || old.line == item.line && old.line.is_none() {
                continue;
            }
            match item.line.and_then(|line| became.get(&line)) {
                Some(None) => self.orphans += 1,
                Some(Some(header)) if Some(*header) != old.line => self.strays += 1,
                _ => {}
            }
        }
        self.orphans = self.orphans.min(6);
        self.strays = self.strays.min(6);
    }
}

/// A change, told by brackets and depth.
#[derive(Default)]
struct Hunk {
    /// Brackets that open more than close.
    balance: i32,
    /// The least depth of the lines that go.
    lost: Option<u32>,
    /// The least depth of the lines that come.
    gained: Option<u32>,
    /// Whether a removal comment stands there.
    announced: bool,
    /// The names that go.
    declares: Vec<u32>,
}

impl Hunk {
    fn lose(&mut self, old: &Old<'_>) {
        self.balance -= old.line.balance;
        self.lost = least(self.lost, &old.line);
        if old.declares != 0 {
            self.declares.push(old.declares);
        }
    }

    fn gain(&mut self, line: &Line<'_>) {
        self.balance += line.balance;
        self.gained = least(self.gained, line);
    }
}

fn least(least: Option<u32>, line: &Line<'_>) -> Option<u32> {
    if matches!(line.kind, Kind::Blank | Kind::Aside) {
        return least;
    }
    Some(least.map_or(line.indent, |least| least.min(line.indent)))
}
