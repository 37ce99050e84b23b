//! What the alignment works on: the original's lines and the proposal's items.

use crate::edit::marker::{Marker, Strength, recognise};
use crate::edit::scope::{Scope, Tracker};
use crate::edit::text::{Interner, Line};

/// A line of the original with its place.
pub(super) struct Old<'a> {
    pub line: Line<'a>,
    pub scope: Scope,
    /// The indentation of the first line from here on that is not blank.
    pub next_indent: Option<u32>,
}

/// What an item of the proposal may stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Only itself.
    Code,
    /// Lines of the original that stay.
    Reference(Strength),
    /// Lines of the original that go.
    Removal(Strength),
    /// A reference that the proposal does not have, at its start or end.
    Implied,
}

/// A line of the proposal with its place.
pub(super) struct Item<'a> {
    pub line: Line<'a>,
    pub role: Role,
    pub scope: Scope,
    /// What it costs to take the line as new code.
    pub insert: i32,
    /// Whether no line of the original equals this one.
    pub new: bool,
    /// For a reference: lines indented less than this lie outside the block that it stands in.
    pub floor: u32,
}

impl Item<'_> {
    /// Whether the item can stand for lines that stay.
    pub fn is_reference(&self) -> bool {
        matches!(self.role, Role::Reference(_) | Role::Implied)
    }

    /// Whether the item can be a line of the result.
    pub fn is_code(&self) -> bool {
        self.role != Role::Implied
    }
}

/// An original and a proposal, ready to be aligned.
pub(super) struct Problem<'a> {
    pub old: Vec<Old<'a>>,
    pub items: Vec<Item<'a>>,
}

impl<'a> Problem<'a> {
    /// Prepares the lines of both sides.
    pub fn new(original: &[&'a str], proposal: &[&'a str]) -> Self {
        let mut interner = Interner::default();
        let old = old_lines(original, &mut interner);
        let mut items: Vec<Item<'a>> = Vec::with_capacity(proposal.len() + 2);
        let mut tracker = Tracker::default();
        for text in proposal {
            let line = interner.line(text);
            let role = match recognise(text) {
                None => Role::Code,
                Some(Marker::Reference(strength)) => Role::Reference(strength),
                Some(Marker::Removal(strength)) => Role::Removal(strength),
            };
            let scope = if role == Role::Code { tracker.line(&line) } else { Scope::default() };
            if matches!(role, Role::Reference(_)) {
                tracker.reference();
            }
            items.push(Item { line, role, scope, insert: 0, new: false, floor: 0 });
        }
        imply_references(&mut items, &mut interner);
        price(&mut items, &old, interner.len());
        set_floors(&mut items);
        Self { old, items }
    }
}

fn old_lines<'a>(original: &[&'a str], interner: &mut Interner<'a>) -> Vec<Old<'a>> {
    let mut tracker = Tracker::default();
    let mut old: Vec<Old<'a>> = original
        .iter()
        .map(|text| {
            let line = interner.line(text);
            let scope = tracker.line(&line);
            Old { line, scope, next_indent: None }
        })
        .collect();
    let mut next = None;
    for old in old.iter_mut().rev() {
        if !old.line.is_blank() {
            next = Some(old.line.indent);
        }
        old.next_indent = next;
    }
    old
}

/// Adds a reference at each end that has none.
fn imply_references<'a>(items: &mut Vec<Item<'a>>, interner: &mut Interner<'a>) {
    let is_reference = |item: Option<&Item<'_>>| item.is_some_and(|item| matches!(item.role, Role::Reference(_)));
    let mut implied = || Item { line: interner.line(""), role: Role::Implied, scope: Scope::default(), insert: 0, new: false, floor: 0 };
    if !is_reference(items.iter().find(|item| !item.line.is_blank())) {
        items.insert(0, implied());
    }
    if !is_reference(items.iter().rfind(|item| !item.line.is_blank() && item.role != Role::Implied)) {
        items.push(implied());
    }
}

/// Sets what each item costs as new code.
fn price(items: &mut [Item<'_>], old: &[Old<'_>], ids: usize) {
    let mut counts = vec![(0u32, 0u32); ids];
    for old in old {
        counts[old.line.id as usize].0 += 1;
    }
    for item in items.iter() {
        counts[item.line.id as usize].1 += 1;
    }
    for item in items {
        let (in_old, in_new) = counts[item.line.id as usize];
        item.new = in_old == 0;
        let plain = match item.line {
            ref line if line.is_blank() => 300,
            ref line if line.is_bare() => 600,
            _ if (in_old, in_new) == (1, 1) => 1600,
            _ => 1000,
        };
        item.insert = plain
            + match item.role {
                Role::Reference(Strength::Strong) => 6000,
                Role::Removal(Strength::Strong) => 6000,
                Role::Reference(Strength::Weak) => 1500,
                Role::Removal(Strength::Weak) => 1000,
                Role::Code | Role::Implied => 0,
            };
    }
}

/// Sets for each reference how far out it may reach without leaving its block.
fn set_floors(items: &mut [Item<'_>]) {
    let solid = |item: &Item<'_>| item.role == Role::Code && !item.line.is_blank();
    for at in 0..items.len() {
        if !items[at].is_reference() {
            continue;
        }
        let before = items[..at].iter().rfind(|item| solid(item)).map(|item| item.line.indent);
        let after = items[at + 1..].iter().find(|item| solid(item)).map(|item| (item.line.indent, item.line.kind));
        items[at].floor = match (before, after) {
            (Some(before), Some((after, _))) if after > before => before + 1,
            (Some(before), Some((after, crate::edit::text::Kind::Closer | crate::edit::text::Kind::Turn))) if after < before => after + 1,
            (_, Some((after, _))) => after,
            (_, None) => 0,
        };
    }
}
