//! Declarations of several variables at once, as Java, C# and Groovy have them.

use tree_sitter::Node;

use crate::syntax::walk::text_of;

/// The declarators of a declaration, or of the one inside it.
fn declarators(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let all: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
    let inner = all.iter().find(|child| child.kind() == "variable_declaration");
    let found = all.iter().copied().filter(|child| child.kind() == "variable_declarator").collect::<Vec<_>>();
    if found.is_empty() { inner.map(|inner| declarators(*inner)).unwrap_or_default() } else { found }
}

/// The names of a declaration's variables.
pub(super) fn names(node: Node<'_>, text: &str) -> Option<String> {
    let name = |declarator: &Node<'_>| text_of(declarator.child_by_field_name("name")?, text);
    Some(declarators(node).iter().filter_map(name).collect::<Vec<_>>().join(", "))
}

/// Where the value of a declaration's only variable begins.
pub(super) fn value<'t>(node: Node<'t>, _: &str) -> Option<Node<'t>> {
    let all = declarators(node);
    let only = all.first().filter(|_| all.len() == 1)?;
    only.child_by_field_name("value").or_else(|| {
        let mut cursor = only.walk();
        only.children(&mut cursor).find(|child| child.kind() == "=")
    })
}
