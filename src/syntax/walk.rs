//! Finds the definitions of a text in one walk over its tree.

use std::ops::Range;

use tree_sitter::{Node, Tree, TreeCursor};

use crate::syntax::Language;
use crate::syntax::actions::{Action, actions};
use crate::syntax::extent::extent;
use crate::syntax::languages::Entry;
use crate::syntax::lead::Lead;
use crate::syntax::rule::{ASIDE, Body, COMMENT, Name, Rule, SIGNATURE};

/// Definitions inside more than this many others are not told.
const MAX_DEPTH: u8 = 24;

/// At most this many definitions of one text are told.
const MAX_FOUND: usize = 20_000;

/// A definition of a text. Rows are lines counted from 0.
#[derive(Debug)]
pub(super) struct Found {
    pub kind: &'static str,
    pub name: String,
    /// The index of the definition that this one stands in; it comes earlier.
    pub parent: Option<usize>,
    /// The bytes of what a declaration shares with its siblings: `pub const` of `const ( A; B )`.
    pub prefix: Option<Range<usize>>,
    /// The bytes of the signature, with attributes, without comments.
    pub signature: Vec<Range<usize>>,
    /// Whether the signature ends where a body begins.
    pub has_body: bool,
    /// The bytes behind the body that belong to the signature.
    pub tail: Option<Range<usize>>,
    /// The bytes of the comment before it, or of the string inside it, that describes it.
    pub doc: Option<Range<usize>>,
    /// The row of the first comment or attribute that belongs to it.
    pub lead: usize,
    /// The rows of the signature, to where the body begins.
    pub header: Range<usize>,
    /// The rows of the body, without a closing bracket on a row of its own.
    pub body: Range<usize>,
    /// The row after the last.
    pub end: usize,
    /// The bytes of code in another language.
    pub embedded: Option<(Language, Range<usize>)>,
}

/// How deep a walk goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Members, and functions inside functions only where the language's maps have them.
    Members,
    /// Everything.
    All,
}

/// Finds the definitions of `tree`, each after the one that it stands in.
pub(super) fn walk(language: Language, tree: &Tree, text: &str, reach: Reach) -> Vec<Found> {
    let entry = language.entry();
    let mut walk = Walk { entry, actions: actions(language), text, reach, found: Vec::new(), wraps: Vec::new() };
    walk.run(tree.walk());
    walk.found
}

/// One level of the tree on the way down.
#[derive(Clone)]
struct Level<'t> {
    node: Option<Node<'t>>,
    owner: Option<usize>,
    depth: u8,
    /// Whether this is inside a function.
    local: bool,
    wrap: Option<usize>,
    lead: Lead,
    /// The definition that came last on this level, if nothing came since.
    last: Option<usize>,
}

/// A node whose first words belong to every definition inside.
struct Wrap {
    start: usize,
    row: usize,
    lead: Lead,
    /// Where the first definition inside begins.
    prefix_end: Option<usize>,
}

struct Walk<'a> {
    entry: &'static Entry,
    actions: &'static [Action],
    text: &'a str,
    reach: Reach,
    found: Vec<Found>,
    wraps: Vec<Wrap>,
}

impl Walk<'_> {
    fn run<'t>(&mut self, mut cursor: TreeCursor<'t>) {
        let mut levels = vec![Level { node: None, owner: None, depth: 0, local: false, wrap: None, lead: Lead::default(), last: None }];
        loop {
            let level = levels.last_mut().expect("the root's level stays");
            let inner = self.visit(cursor.node(), level);
            if let Some(inner) = inner
                && cursor.goto_first_child()
            {
                levels.push(inner);
                continue;
            }
            while !cursor.goto_next_sibling() {
                levels.pop();
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Looks at a node, and tells the level of its children if they are to be seen.
    fn visit<'t>(&mut self, node: Node<'t>, level: &mut Level<'t>) -> Option<Level<'t>> {
        let action = self.actions.get(usize::from(node.kind_id())).copied().unwrap_or(Action::Enter);
        let inner = match action {
            Action::Comment => {
                level.lead.comment(node);
                return None;
            }
            Action::Attribute => {
                level.lead.attribute(node);
                return None;
            }
            Action::Skip => None,
            Action::Deep if self.reach == Reach::Members => None,
            Action::Deep | Action::Enter => enter(node, level),
            Action::Local => enter(node, level).map(|inner| Level { local: true, ..inner }),
            Action::Wrap => Some(self.wrap(node, level)),
            Action::Define { first, end } => {
                let rules = &self.entry.rules[usize::from(first)..usize::from(end)];
                let rule = rules.iter().find(|rule| self.holds(rule, node, level));
                match rule.map(|rule| rule.kind) {
                    Some(COMMENT) => {
                        level.lead.comment(node);
                        return None;
                    }
                    Some(ASIDE) => {
                        level.lead.aside(node);
                        return None;
                    }
                    Some(SIGNATURE) => {
                        level.lead.tell(node);
                        return None;
                    }
                    _ => self.define(node, rule, level),
                }
            }
        };
        level.lead.pass(node);
        inner
    }

    fn holds(&self, rule: &Rule, node: Node<'_>, level: &Level<'_>) -> bool {
        (rule.local || !level.local)
            && rule.within.is_none_or(|kind| level.node.is_some_and(|node| node.kind() == kind))
            && rule.test.is_none_or(|test| test(node, self.text))
    }

    fn wrap<'t>(&mut self, node: Node<'t>, level: &Level<'t>) -> Level<'t> {
        let inner = Level { node: Some(node), lead: Lead::default(), last: None, ..level.clone() };
        if level.wrap.is_some_and(|wrap| self.wraps[wrap].prefix_end.is_none()) {
            return inner;
        }
        let lead = level.lead.before(node);
        let start = lead.signature.unwrap_or(node.start_byte());
        self.wraps.push(Wrap { start, row: node.start_position().row, lead, prefix_end: None });
        Level { wrap: Some(self.wraps.len() - 1), ..inner }
    }

    fn define<'t>(&mut self, node: Node<'t>, rule: Option<&'static Rule>, level: &mut Level<'t>) -> Option<Level<'t>> {
        let Some(rule) = rule else { return enter(node, level) };
        let name = self.name(rule, node).filter(|name| !name.is_empty());
        let most = if self.reach == Reach::All { MAX_DEPTH } else { self.entry.map_depth };
        let Some(name) = name.filter(|_| level.depth < most && self.found.len() < MAX_FOUND) else {
            return if level.depth < most { enter(node, level) } else { None };
        };
        let found = self.found(node, rule, name, level);
        let at = match self.same_as_last(&found, level) {
            Some(last) => {
                let whole = &mut self.found[last];
                whole.body.end = whole.body.end.max(found.body.end);
                whole.end = found.end;
                last
            }
            None => {
                self.found.push(found);
                self.found.len() - 1
            }
        };
        level.last = Some(at);
        let seen = rule.members || self.entry.nested || self.reach == Reach::All;
        seen.then(|| Level {
            node: Some(node),
            owner: Some(at),
            depth: level.depth + 1,
            local: level.local || !rule.members,
            wrap: None,
            lead: Lead::default(),
            last: None,
        })
    }

    /// The definition before, where the language defines a function by several equations and this is another of the same.
    fn same_as_last(&self, found: &Found, level: &Level<'_>) -> Option<usize> {
        let last = level.last.filter(|_| self.entry.equations)?;
        (self.found[last].name == found.name && self.found[last].kind == found.kind).then_some(last)
    }

    fn found(&mut self, node: Node<'_>, rule: &Rule, name: String, level: &Level<'_>) -> Found {
        let mut lead = level.lead.before(node);
        let mut row = node.start_position().row;
        let mut prefix = None;
        if let Some(wrap) = level.wrap.map(|at| &mut self.wraps[at]) {
            if wrap.prefix_end.is_none() {
                lead = wrap.lead.clone();
                row = wrap.row;
            }
            let end = *wrap.prefix_end.get_or_insert(node.start_byte());
            prefix = (wrap.start < end).then_some(wrap.start..end);
        }
        let body = body(rule, node, self.text);
        let start = if prefix.is_some() { node.start_byte() } else { lead.signature.unwrap_or(node.start_byte()) };
        let mut has_body = body.is_some();
        let mut signature = self.signature(rule, node, start, body);
        if let Some(told) = lead.told.clone().filter(|told| self.tells(told, &name)) {
            signature = vec![told];
            has_body = false;
        }
        let extent = extent(row, node, body, self.text);
        Found {
            kind: rule.kind,
            name,
            parent: level.owner,
            prefix,
            signature,
            has_body,
            tail: body.filter(|_| rule.tail).map(|body| body.end_byte()..node.end_byte()),
            doc: lead.doc.clone().or_else(|| self.inner_doc(node, body)),
            lead: lead.row.unwrap_or(row).min(row),
            header: extent.header,
            body: extent.body,
            end: extent.end,
            embedded: self.entry.embedded.and_then(|embedded| embedded(node, self.text)),
        }
    }

    fn inner_doc(&self, node: Node<'_>, body: Option<Node<'_>>) -> Option<Range<usize>> {
        let description = || child_of(node, self.entry.descriptions).map(|description| description.byte_range());
        self.entry.inner_doc.and_then(|doc| doc(body?, self.text)).or_else(description)
    }

    /// Whether the signature at `range` is that of `name`.
    fn tells(&self, range: &Range<usize>, name: &str) -> bool {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let operator = !name.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.contains(name);
        operator || text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\'')).any(|word| word == name)
    }

    /// The bytes of a signature, in pieces where comments and descriptions are left out.
    fn signature(&self, rule: &Rule, node: Node<'_>, start: usize, body: Option<Node<'_>>) -> Vec<Range<usize>> {
        let end = match (&rule.body, body) {
            (_, Some(body)) => body.start_byte(),
            (Body::FirstLine, None) => first_line_end(self.text, node),
            _ => node.end_byte(),
        };
        let mut pieces = Vec::new();
        let mut at = start;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor).take_while(|child| child.start_byte() < end) {
            if child.is_extra() || self.entry.descriptions.contains(&child.kind()) {
                pieces.push(at..child.start_byte().max(at));
                at = child.end_byte();
            }
        }
        pieces.push(at..end.max(at));
        pieces
    }

    fn name(&self, rule: &Rule, node: Node<'_>) -> Option<String> {
        let text = |node: Node<'_>| self.text.get(node.byte_range()).map(one_line);
        let joined = |field: &str, find: fn(Node<'_>) -> Node<'_>| {
            let mut cursor = node.walk();
            let all = node.children_by_field_name(field, &mut cursor).filter(|child| child.is_named());
            Some(all.filter_map(|child| text(find(child))).collect::<Vec<_>>().join(", "))
        };
        match rule.name {
            Name::Field(field) => joined(field, |node| node),
            Name::Kinds(kinds) => text(child_of(node, kinds)?),
            Name::Declarator => joined("declarator", declared),
            Name::Signature => {
                let end = body(rule, node, self.text).map_or(node.end_byte(), |body| body.start_byte());
                let words = self.text.get(node.start_byte()..end)?;
                Some(one_line(words.trim_end_matches(|c: char| c.is_whitespace() || "{:;=".contains(c))))
            }
            Name::From(name) => name(node, self.text),
        }
    }
}

fn enter<'t>(node: Node<'t>, level: &Level<'t>) -> Option<Level<'t>> {
    let inner = || Level { node: Some(node), lead: Lead::default(), last: None, ..level.clone() };
    (node.child_count() > 0).then(inner).map(|inner| {
        // The words before an object or a call do not belong to what is defined inside.
        let apart = inner.wrap.is_some() && matches!(node.kind(), "object" | "arguments");
        Level { wrap: inner.wrap.filter(|_| !apart), ..inner }
    })
}

/// The longest name in bytes; it is a guard against broken texts.
const MAX_NAME: usize = 300;

fn one_line(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > MAX_NAME {
        line.truncate(line.floor_char_boundary(MAX_NAME));
    }
    line
}

/// The first child of one of these kinds.
pub(super) fn child_of<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| kinds.contains(&child.kind()))
}

/// The text of a node.
pub(super) fn text_of(node: Node<'_>, text: &str) -> Option<String> {
    text.get(node.byte_range()).map(str::to_owned)
}

/// The name inside a C declarator.
fn declared(mut node: Node<'_>) -> Node<'_> {
    while let Some(inner) = node.child_by_field_name("declarator").or_else(|| {
        let wraps = node.kind().ends_with("_declarator") && node.kind() != "variable_declarator";
        node.named_child(0).filter(|_| wraps)
    }) {
        node = inner;
    }
    if node.kind() == "variable_declarator" { node.child_by_field_name("name").unwrap_or(node) } else { node }
}

fn body<'t>(rule: &Rule, node: Node<'t>, text: &str) -> Option<Node<'t>> {
    match rule.body {
        Body::None | Body::FirstLine => None,
        Body::Field(field) => node.child_by_field_name(field),
        Body::Kinds(kinds) => child_of(node, kinds),
        Body::From(body) => body(node, text),
    }
}

fn first_line_end(text: &str, node: Node<'_>) -> usize {
    let all = text.get(node.byte_range()).unwrap_or_default();
    node.start_byte() + all.find('\n').unwrap_or(all.len())
}
