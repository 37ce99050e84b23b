//! The reply parser takes any bytes, cut anywhere, and says the same.
#![no_main]

use git_plandex::reply::{Parser, Seam, parse, validation, verdict, whole_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let whole = parse(&text);
    let cut = text.char_indices().map(|(at, _)| at).nth(data.first().map_or(0, |byte| usize::from(*byte))).unwrap_or(0);
    let mut parser = Parser::new();
    parser.push(&text[..cut]);
    parser.push(&text[cut..]);
    assert_eq!(parser.finish().1, whole);
    if let Some(block) = &whole.open_block {
        assert!(text[block.body..].starts_with(&block.content) && block.head <= block.body);
    }
    let mut seam = Seam::new(&text[..cut]);
    seam.push(&text[cut..]);
    seam.finish();
    validation(&text);
    verdict(&text);
    whole_file(&text);
});
