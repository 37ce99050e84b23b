//! The blocks of a text.

use std::ops::Range;

use crate::syntax::Language;
use crate::syntax::definitions::{definitions, nest};
use crate::syntax::walk::Reach;

/// A definition with the lines that it takes, counted from 0.
///
/// `lead..header.start` are comments and attributes, then come header and body, and up to `end` what closes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What is defined: `function`, `class`, `impl`, `key`, `heading` and so on.
    pub kind: &'static str,
    /// The name as it is written; the whole header for blocks without one, such as `impl A for B`.
    pub name: String,
    /// The first line of the comments and attributes that belong to it; the header's first line where there are none.
    pub lead: usize,
    /// From the declaration's first line to the one that opens the body.
    pub header: Range<usize>,
    /// The lines inside, without a line that only closes the block; empty when it has none of its own.
    pub body: Range<usize>,
    /// The line after the last.
    pub end: usize,
    /// The blocks inside, in order.
    pub children: Vec<Block>,
}

/// Finds the blocks of a text in order, those inside functions too.
///
/// A text that is too large or takes too long to parse has none.
pub fn outline(language: Language, text: &str) -> Vec<Block> {
    nest(definitions(language, text, Reach::All), |found, children| {
        Some(Block {
            kind: found.kind,
            name: found.name.clone(),
            lead: found.lead,
            header: found.header.clone(),
            body: found.body.clone(),
            end: found.end,
            children,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(blocks: &[Block]) -> Vec<String> {
        blocks.iter().flat_map(|block| std::iter::once(block.name.clone()).chain(names(&block.children))).collect()
    }

    #[test]
    fn a_block_has_its_comments_header_body_and_end() {
        let text = "use a;\n\n/// Says.\n#[test]\npub fn f(\n    a: u8,\n) {\n    g();\n    h();\n}\n";
        let blocks = outline(Language::Rust, text);
        assert_eq!(blocks.len(), 1);
        let block = &blocks[0];
        assert_eq!((block.kind, block.name.as_str()), ("function", "f"));
        assert_eq!((block.lead, block.header.clone(), block.body.clone(), block.end), (2, 4..7, 7..9, 10));
    }

    #[test]
    fn a_body_by_indentation_begins_after_its_header() {
        let text = "class A:\n    @property\n    def b(self):\n        # first\n        return 1\n\n    def c(self): pass\n";
        let class = &outline(Language::Python, text)[0];
        assert_eq!((class.header.clone(), class.body.clone()), (0..1, 1..7));
        let (b, c) = (&class.children[0], &class.children[1]);
        assert_eq!((b.header.clone(), b.body.clone(), b.end), (1..3, 3..5, 5));
        assert_eq!((c.header.clone(), c.body.clone(), c.end), (6..7, 7..7, 7));
    }

    #[test]
    fn blocks_inside_functions_are_found() {
        let text = "function outer() {\n  function inner() {\n    return 1;\n  }\n}\n";
        assert_eq!(names(&outline(Language::JavaScript, text)), ["outer", "inner"]);
    }

    #[test]
    fn references_to_code_that_is_left_out_do_not_hide_blocks() {
        for (language, text) in [
            (
                Language::Rust,
                "// ... existing code ...\n\nimpl A {\n    // ...\n    fn b(&self) {\n        // ... existing code ...\n        c();\n    }\n    // ...\n}\n",
            ),
            (
                Language::Python,
                "# ... existing code ...\n\nclass A:\n    # ...\n    def b(self):\n        # ... existing code ...\n        c()\n\n# ...\n",
            ),
            (
                Language::TypeScript,
                "// ...\nexport class A {\n  // ... existing code ...\n  b(): void {\n    // ...\n    c();\n  }\n}\n// ...\n",
            ),
        ] {
            let found = names(&outline(language, text));
            assert!(found.len() == 2 && found[0].ends_with('A') && found[1] == "b", "{}: {found:?}", language.name());
        }
        assert_eq!(names(&outline(Language::Json, "{\n  // ... existing code ...\n  \"a\": {\n    \"b\": 1\n  }\n}\n")), ["a", "b"]);
        assert_eq!(names(&outline(Language::Python, "def a():\n    # ... existing code ...\n\ndef b():\n    return 1\n")), ["a", "b"]);
    }

    #[test]
    fn a_text_with_errors_still_has_blocks() {
        let text = "fn a() {\n    one();\n}\n\nfn b( {\n}\n\nfn c() {\n    let x = ;\n}\n";
        let found = names(&outline(Language::Rust, text));
        assert!(found.contains(&"a".to_owned()) && found.contains(&"c".to_owned()), "{found:?}");
    }

    #[test]
    fn deep_texts_have_blocks_within_bounds() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            assert!(outline(Language::Json, &text).len() <= 1);
        }
        let text = format!("fn a() {{ {} }}", "{".repeat(100_000));
        assert!(outline(Language::Rust, &text).len() <= 1);
    }
}
