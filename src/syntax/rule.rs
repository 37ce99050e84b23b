//! What a language's table says of the nodes of its grammar.

use tree_sitter::Node;

/// The kind of a rule whose node describes the definition after it.
pub(super) const COMMENT: &str = "comment";

/// The kind of a rule whose node belongs to the definition after it, but neither describes nor declares it.
pub(super) const ASIDE: &str = "aside";

/// The kind of a rule whose node gives the signature of the definition after it.
pub(super) const SIGNATURE: &str = "signature";

/// How one kind of node becomes a definition.
///
/// Rules of the same node are tried in the order of the table; the first whose test holds counts.
pub(super) struct Rule {
    /// The grammar's name of the node.
    pub node: &'static str,
    /// What is defined: `function`, `class` and so on.
    pub kind: &'static str,
    pub name: Name,
    pub body: Body,
    /// Whether the definitions inside are members that belong into a map; else they are local.
    pub members: bool,
    /// Whether the definition counts inside a function too.
    pub local: bool,
    pub test: Option<fn(Node<'_>, &str) -> bool>,
    /// The kind of node that it must stand in.
    pub within: Option<&'static str>,
    /// Whether what stands behind the body belongs to the signature, as the name of a C type.
    pub tail: bool,
}

/// Where a definition's name stands.
pub(super) enum Name {
    /// In this field, joined by commas where there are several.
    Field(&'static str),
    /// In the first child of one of these kinds.
    Kinds(&'static [&'static str]),
    /// In the innermost `declarator` fields, as in C, joined by commas where there are several.
    Declarator,
    /// The whole signature is the name.
    Signature,
    /// Told by a function.
    From(fn(Node<'_>, &str) -> Option<String>),
}

/// Where a definition's signature ends.
pub(super) enum Body {
    /// It has no body.
    None,
    /// At this field.
    Field(&'static str),
    /// At the first child of one of these kinds.
    Kinds(&'static [&'static str]),
    /// At the node that a function tells.
    From(for<'t> fn(Node<'t>, &str) -> Option<Node<'t>>),
    /// At the end of the node's first line.
    FirstLine,
}

/// A definition with local ones inside, such as a function.
pub(super) const fn def(node: &'static str, kind: &'static str) -> Rule {
    Rule {
        node,
        kind,
        name: Name::Field("name"),
        body: Body::Field("body"),
        members: false,
        local: true,
        test: None,
        within: None,
        tail: false,
    }
}

/// A definition with members, such as a class.
pub(super) const fn scope(node: &'static str, kind: &'static str) -> Rule {
    Rule { members: true, ..def(node, kind) }
}

/// A definition of a value, which is not told inside functions.
pub(super) const fn value(node: &'static str, kind: &'static str) -> Rule {
    Rule { body: Body::Field("value"), local: false, ..def(node, kind) }
}

impl Rule {
    pub const fn name(self, name: Name) -> Self {
        Self { name, ..self }
    }

    pub const fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }

    pub const fn within(self, node: &'static str) -> Self {
        Self { within: Some(node), ..self }
    }

    pub const fn with_tail(self) -> Self {
        Self { tail: true, ..self }
    }

    pub const fn when(self, test: fn(Node<'_>, &str) -> bool) -> Self {
        Self { test: Some(test), ..self }
    }
}
