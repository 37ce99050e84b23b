//! The merge takes any bytes as file and proposal, and a proposal equal to the file changes nothing.
#![no_main]

use git_plandex::edit::{Input, merge, replace_all, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let cut = text.char_indices().map(|(at, _)| at).nth(data.first().map_or(0, |byte| usize::from(*byte))).unwrap_or(0);
    let (original, proposal) = text.split_at(cut);
    for path in ["a.rs", "a.py", "a"] {
        let input = Input { path, original, proposal, explanation: Some(proposal) };
        let merged = merge(&input);
        verify(&input, &merged.content);
        let same = merge(&Input { path, original, proposal: original, explanation: None });
        assert!(same.content == original && same.reasons.is_empty());
    }
    let _ = replace_all(original, &[(proposal, original)]);
});
