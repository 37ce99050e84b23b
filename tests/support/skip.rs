//! Tests that cannot run here say so.

use std::io::Write;

/// Says on standard error itself, past the capture of the test harness, which program a test lacks.
pub fn skipped(program: &str) {
    let line = format!("skipped: {program} is not installed\n");
    std::io::stderr().write_all(line.as_bytes()).expect("standard error is open");
}
