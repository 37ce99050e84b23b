//! What the alignment works on: the original's lines and the proposal's items.

use std::collections::{HashMap, HashSet};

use crate::edit::cost::Costs;
use crate::edit::declare::declared;
use crate::edit::marker::{Marker, Strength, recognise};
use crate::edit::scope::{Scope, Tracker};
use crate::edit::text::{Interner, Kind, Line};
use crate::syntax::{Language, inner_lines};

/// A line of the original with its place.
#[derive(Clone)]
pub(super) struct Old<'a> {
    pub line: Line<'a>,
    pub scope: Scope,
    /// The indentation of the first line from here on that is not blank.
    pub next_indent: Option<u32>,
    /// The indentation of the last line up to here that is not blank.
    pub last_indent: Option<u32>,
    /// Identifies the name that the line declares; 0 where it declares none.
    pub declares: u32,
    /// Whether the line begins inside a comment or a string.
    pub inner: Option<bool>,
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
#[derive(Clone)]
pub(super) struct Item<'a> {
    pub line: Line<'a>,
    pub role: Role,
    pub scope: Scope,
    /// What it costs to take the line as new code; for an implied reference, to take it as one.
    pub insert: i32,
    /// The same in a long run of new lines.
    pub insert_more: i32,
    /// Whether no line of the original equals this one.
    pub new: bool,
    /// For a reference: lines indented less than this lie outside the block that it stands in.
    pub floor: u32,
    /// For a blank line: whether it may only set a reference apart.
    pub idle: bool,
    /// For a blank line: whether it does so, as next to every reference of the proposal.
    pub spacer: bool,
    /// Whether the line begins a new declaration, which needs no neighbour to tell its place.
    pub fresh: bool,
    /// Whether the line stands in a new declaration, where equal lines are likely copies.
    pub inside_fresh: bool,
    /// Identifies the name that the line declares; 0 where it declares none.
    pub declares: u32,
    /// Whether the line declares a name that the original declares too, once on each side.
    pub known: bool,
    /// Whether the line begins inside a comment or a string, where that is sure.
    pub inner: Option<bool>,
}

impl<'a> Item<'a> {
    fn new(line: Line<'a>, role: Role, scope: Scope) -> Self {
        Self {
            line,
            role,
            scope,
            insert: 0,
            insert_more: 0,
            new: false,
            floor: 0,
            idle: false,
            spacer: false,
            fresh: false,
            inside_fresh: false,
            declares: 0,
            known: false,
            inner: None,
        }
    }

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
    pub costs: Costs,
    /// How many different lines there are.
    lines: usize,
}

impl<'a> Problem<'a> {
    /// Prepares the lines of both sides.
    pub fn new(costs: Costs, language: Option<Language>, original: &[&'a str], proposal: &[&'a str]) -> Self {
        let mut interner = Interner::default();
        let mut names = Names::default();
        let mut old = old_lines(original, &mut interner, &mut names);
        mark_inner(language, original, &mut old);
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
            let declares = if role == Role::Code { names.id(text) } else { 0 };
            items.push(Item { declares, ..Item::new(line, role, scope) });
        }
        mark_inner_items(language, &mut items);
        imply_references(&mut items, &mut interner);
        mark_known(&mut items, &old);
        mark_fresh(&mut items, &old);
        price(&costs, &mut items, &old, interner.len());
        set_floors(&mut items);
        mark_idle(&mut items);
        mark_spacers(&mut items, &old, interner.len());

        Self { old, items, costs, lines: interner.len() }
    }

    /// The same lines at other prices.
    pub fn priced(&self, costs: Costs) -> Self {
        let mut items = self.items.clone();
        price(&costs, &mut items, &self.old, self.lines);
        Self { old: self.old.clone(), items, costs, lines: self.lines }
    }

    /// The indentation of the last line of the original before `at` that is not blank.
    pub fn indent_before(&self, at: usize) -> Option<u32> {
        self.old[at.checked_sub(1)?].last_indent
    }

    /// The indentation of the first line of the original from `at` on that is not blank.
    pub fn indent_after(&self, at: usize) -> Option<u32> {
        self.old.get(at)?.next_indent
    }
}

fn old_lines<'a>(original: &[&'a str], interner: &mut Interner<'a>, names: &mut Names<'a>) -> Vec<Old<'a>> {
    let mut tracker = Tracker::default();
    let mut old: Vec<Old<'a>> = original
        .iter()
        .map(|text| {
            let line = interner.line(text);
            let scope = tracker.line(&line);
            Old { line, scope, next_indent: None, last_indent: None, declares: names.id(text), inner: None }
        })
        .collect();
    let mut next = None;
    for old in old.iter_mut().rev() {
        if !old.line.is_blank() {
            next = Some(old.line.indent);
        }
        old.next_indent = next;
    }
    let mut last = None;
    for old in &mut old {
        if !old.line.is_blank() {
            last = Some(old.line.indent);
        }
        old.last_indent = last;
    }
    old
}

/// Gives equal declared names equal ids.
#[derive(Default)]
struct Names<'a>(HashMap<&'a str, u32>);

impl<'a> Names<'a> {
    fn id(&mut self, line: &'a str) -> u32 {
        let next = self.0.len() as u32 + 1;
        declared(line).map_or(0, |name| *self.0.entry(name).or_insert(next))
    }
}

/// Marks what lies inside comments and strings, as the tree of the original tells.
fn mark_inner(language: Option<Language>, original: &[&str], old: &mut [Old<'_>]) {
    let Some(inner) = language.and_then(|language| inner_lines(language, &original.join("\n"))) else { return };
    for (old, inner) in old.iter_mut().zip(inner) {
        old.inner = Some(inner);
        if inner {
            old.declares = 0;
        }
    }
}

/// The same for the proposal, as far as no reference hides where a comment or string begins or ends.
fn mark_inner_items(language: Option<Language>, items: &mut [Item<'_>]) {
    let lines: Vec<&str> = items.iter().map(|item| if item.role == Role::Code { item.line.text } else { "" }).collect();
    let Some(inner) = language.and_then(|language| inner_lines(language, &lines.join("\n"))) else { return };
    let mut begun = true;
    let mut seen = false;
    for (item, inner) in items.iter_mut().zip(inner) {
        if item.role != Role::Code {
            seen = true;
            begun = false;
            continue;
        }
        begun |= !inner;
        item.inner = match (seen, inner) {
            (false, inner) => Some(inner),
            (true, true) if begun => Some(true),
            (true, _) => None,
        };
        if inner {
            item.declares = 0;
        }
    }
}

/// Marks the declarations that stand once on each side.
fn mark_known(items: &mut [Item<'_>], old: &[Old<'_>]) {
    let mut counts: HashMap<u32, (u32, u32)> = HashMap::new();
    for old in old {
        counts.entry(old.declares).or_default().0 += 1;
    }
    for item in items.iter() {
        counts.entry(item.declares).or_default().1 += 1;
    }
    for item in items {
        item.known = item.declares != 0 && counts[&item.declares] == (1, 1);
    }
}

/// Adds a reference at each end that has none.
fn imply_references<'a>(items: &mut Vec<Item<'a>>, interner: &mut Interner<'a>) {
    let is_reference = |item: Option<&Item<'_>>| item.is_some_and(|item| matches!(item.role, Role::Reference(_)));
    let mut implied = || Item::new(interner.line(""), Role::Implied, Scope::default());
    if !is_reference(items.iter().find(|item| !item.line.is_blank())) {
        items.insert(0, implied());
    }
    if !is_reference(items.iter().rfind(|item| !item.line.is_blank() && item.role != Role::Implied)) {
        items.push(implied());
    }
}

/// Sets what each item costs as new code.
fn price(costs: &Costs, items: &mut [Item<'_>], old: &[Old<'_>], ids: usize) {
    let mut counts = vec![(0u32, 0u32); ids];
    for old in old {
        counts[old.line.id as usize].0 += 1;
    }
    for item in items.iter() {
        counts[item.line.id as usize].1 += 1;
    }
    let marked = items.iter().any(|item| matches!(item.role, Role::Reference(_)));
    for item in items {
        if item.role == Role::Implied {
            item.insert = if marked { costs.implied } else { costs.implied_lone };
            continue;
        }
        let (in_old, in_new) = counts[item.line.id as usize];
        if in_old > 0 && matches!(item.role, Role::Reference(Strength::Weak) | Role::Removal(Strength::Weak)) {
            item.role = Role::Code;
        }
        item.new = in_old == 0;
        let plain = match item.line {
            ref line if line.is_blank() => costs.blank,
            ref line if line.is_bare() => costs.bare - costs.bare_known * in_old.min(8) as i32,
            ref line if (in_old, in_new) == (1, 1) => {
                if line.text.trim().len() >= 12 {
                    costs.unique
                } else {
                    costs.unique_short
                }
            }
            _ => costs.new - costs.frequent * (in_old + 1).ilog2().min(5) as i32,
        };
        let unique = (in_old, in_new) == (1, 1) && !item.line.is_bare() && !item.inside_fresh;
        let extra = if item.known && unique {
            costs.same_declaration
        } else if item.known {
            costs.second_declaration
        } else {
            0
        } + match item.role {
            Role::Reference(Strength::Strong) => 6000,
            Role::Removal(Strength::Strong) => 6000,
            Role::Reference(Strength::Weak) => 1500,
            Role::Removal(Strength::Weak) => 1000,
            Role::Code | Role::Implied => 0,
        };
        item.insert = plain + extra;
        item.insert_more = if unique { plain } else { plain / costs.insert_part } + extra;
    }
}

/// Sets for each reference how far out it may reach without leaving its block.
fn set_floors(items: &mut [Item<'_>]) {
    for at in 0..items.len() {
        if !items[at].is_reference() {
            continue;
        }
        let before = items[..at].iter().rfind(|item| is_solid(item)).map(|item| item.line.indent);
        let after = items[at + 1..].iter().find(|item| is_solid(item)).map(|item| (item.line.indent, item.line.kind));
        let own = (items[at].role != Role::Implied).then_some(items[at].line.indent);
        items[at].floor = floor(before, own, after);
    }
}

fn is_solid(item: &Item<'_>) -> bool {
    item.role == Role::Code && !item.line.is_blank()
}

fn floor(before: Option<u32>, own: Option<u32>, after: Option<(u32, Kind)>) -> u32 {
    match (before, own, after) {
        (Some(before), Some(own), _) if own > before => before + 1,
        (Some(before), _, Some((after, _))) if after > before => before + 1,
        (Some(before), _, Some((after, Kind::Closer | Kind::Turn))) if after < before => after + 1,
        (_, _, Some((after, _))) => after,
        (_, _, None) => 0,
    }
}

/// Marks the blank lines next to references.
fn mark_idle(items: &mut [Item<'_>]) {
    for backwards in [false, true] {
        let mut beside = false;
        for step in 0..items.len() {
            let at = if backwards { items.len() - 1 - step } else { step };
            let item = &mut items[at];
            match item.role {
                Role::Reference(_) => beside = true,
                _ if item.line.is_blank() && item.role == Role::Code => item.idle |= beside,
                _ => beside = false,
            }
        }
    }
}

/// Marks the blank lines next to references where the proposal sets every reference apart.
///
/// All references stand between blank lines, and next to one of them the original is known to have no such line.
fn mark_spacers(items: &mut [Item<'_>], old: &[Old<'_>], ids: usize) {
    let blank = |at: usize| items[at].role == Role::Implied || items[at].role == Role::Code && items[at].line.is_blank();
    let references: Vec<usize> = (0..items.len()).filter(|at| matches!(items[*at].role, Role::Reference(_))).collect();
    let last = items.len() - 1;
    if !references.iter().all(|at| (*at == 0 || blank(at - 1)) && (*at == last || blank(at + 1))) {
        return;
    }
    let mut places = vec![None; ids];
    for (at, old) in old.iter().enumerate() {
        let place = &mut places[old.line.id as usize];
        *place = if place.is_none() { Some(Some(at)) } else { Some(None) };
    }
    let place = |item: usize| places[items[item].line.id as usize].flatten();
    let bare = |at: Option<usize>| at.and_then(|at| old.get(at)).is_some_and(|old| !old.line.is_blank());
    let known = references.iter().any(|at| {
        let before = at.checked_sub(2).filter(|at| !items[*at].line.is_blank()).and_then(place).map(|at| at + 1);
        let after = Some(at + 2).filter(|at| *at <= last && !items[*at].line.is_blank()).and_then(place).and_then(|at| at.checked_sub(1));
        bare(before) || bare(after)
    });
    if known {
        for at in references {
            for beside in [at.checked_sub(1), Some(at + 1)].into_iter().flatten() {
                if let Some(item) = items.get_mut(beside).filter(|item| item.role == Role::Code) {
                    item.spacer = true;
                }
            }
        }
    }
}

/// Whether a line goes on with the head of a declaration, at the same depth.
fn goes_on_with(line: &str) -> bool {
    let line = line.trim_start();
    ["where", "throws", "extends", "implements", "returns", "with"].contains(&line.split(' ').next().unwrap_or_default())
        || ["{", "->", ":", "=>"].iter().any(|sign| line.starts_with(sign))
}

/// Marks declarations of names that the original does not have, what stands in them, and the blank lines before them.
fn mark_fresh(items: &mut [Item<'_>], old: &[Old<'_>]) {
    let names: HashSet<u32> = old.iter().map(|old| old.declares).collect();
    let mut fresh = false;
    for item in items.iter_mut().rev() {
        if item.role == Role::Code && !item.line.is_blank() {
            fresh = item.declares != 0 && !names.contains(&item.declares);
        }
        item.fresh = fresh;
    }
    let mut block = None;
    for item in items.iter_mut().filter(|item| item.role == Role::Code && !item.line.is_blank()) {
        let closed = |indent: u32| {
            let ends = !matches!(item.line.kind, Kind::Closer | Kind::Turn) && !goes_on_with(item.line.text);
            item.line.indent < indent || item.line.indent == indent && ends
        };
        block = block.filter(|indent| !closed(*indent));
        item.inside_fresh = block.is_some();
        if block.is_none() && item.fresh {
            block = Some(item.line.indent);
        }
    }
}
