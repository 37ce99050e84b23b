//! Parses within a limit of time and size.

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::syntax::Language;

/// Texts above this many bytes are not parsed.
const MAX_BYTES: usize = 8 << 20;

/// How often the parser may report progress before it is stopped; it reports about every 100 operations.
const MAX_STEPS: usize = 400_000;

/// Parses `text`, or gives nothing when it is too large or takes too long.
///
/// The limit counts the parser's steps and not time, so that the same text has the same result on every machine.
pub fn parse(language: Language, text: &str) -> Option<Tree> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()?).ok()?;
    let mut steps = 0;
    let mut progress = |_: &ParseState| {
        steps += 1;
        if steps > MAX_STEPS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}
