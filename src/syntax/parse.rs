//! Parses within a limit of time and size.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::syntax::Language;

/// Texts above this many bytes are not parsed.
const MAX_BYTES: usize = 8 << 20;

/// How often the parser may report progress before it is stopped, however short the text; it reports about every 100 operations.
const MIN_STEPS: usize = 20_000;

/// So many bytes allow one more report. Real files need one in 30 bytes at most, as measured on 49 source packages of Debian.
const BYTES_PER_STEP: usize = 10;

/// Brackets inside more than this many others are not parsed: some grammars take time by the square of the depth.
const MAX_NESTING: usize = 2_000;

/// The last resort for grammars that hang within an operation, and what each mebibyte adds; real files take a hundredth of it.
const MAX_TIME: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(2));

thread_local! {
    /// A parser is made once for each thread, as it keeps its memory between texts.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// Parses `text`, or gives nothing when it is too large or takes too long, or the language has no grammar.
///
/// The limit counts the parser's steps, so that the same text has the same result on every machine.
pub fn parse(language: Language, text: &str) -> Option<Tree> {
    let safe = language.entry().is_safe.is_none_or(|is_safe| is_safe(text));
    if text.len() > MAX_BYTES || is_nested_too_deep(text) || !safe {
        return None;
    }
    let grammar = language.grammar()?;
    let most = MIN_STEPS + text.len() / BYTES_PER_STEP;
    let mut steps = 0;
    let (start, most_time) = (Instant::now(), MAX_TIME.0 + MAX_TIME.1 * u32::try_from(text.len() >> 20).unwrap_or(u32::MAX));
    let mut progress = |_: &ParseState| {
        steps += 1;
        if steps > most || start.elapsed() > most_time { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&grammar).ok()?;
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        // A parse that was stopped would go on with the next text.
        parser.reset();
        tree
    })
}

/// Whether brackets nest deeper than in any text that a person wrote.
fn is_nested_too_deep(text: &str) -> bool {
    let mut depth = 0usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_NESTING
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_that_was_stopped_starts_anew() {
        assert!(parse(Language::Json, &"[".repeat(100_000)).is_none());
        let tree = parse(Language::Json, "[1]").expect("a short text parses");
        assert!(!tree.root_node().has_error());
    }
}
