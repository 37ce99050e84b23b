//! `merge-edit`: merges a proposal into a file's content.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::edit::{Input, merge};

/// Prints the merged file, and on standard error the reasons to doubt it; gives the exit code.
///
/// 0: sure; 1: doubtful; 2: an input is missing or unreadable.
pub fn run(path: Option<&str>, explanation: Option<&Path>, original: &Path, proposal: &Path) -> u8 {
    let name = original.to_string_lossy();
    let read = |file: &Path| {
        let text = fs::read(file).map_err(|error| error.to_string());
        let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "not valid UTF-8".to_owned()));
        text.map_err(|error| eprintln!("error: cannot read `{}`: {error}", file.display()))
    };
    let (Ok(original), Ok(proposal), Ok(explanation)) = (read(original), read(proposal), explanation.map(read).transpose()) else {
        return 2;
    };
    let path = path.unwrap_or(&name);
    let merged = merge(&Input { path, original: &original, proposal: &proposal, explanation: explanation.as_deref() });
    if let Err(error) = io::stdout().write_all(merged.content.as_bytes())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("error: cannot write the result: {error}");
        return 2;
    }
    for reason in &merged.reasons {
        eprintln!("{reason}");
    }
    u8::from(!merged.reasons.is_empty())
}
