//! Runs the merge over cases and counts how many come out as they should.
//!
//! `cargo run --release --example edit_cases -- CASES [FAILED]`: each line of the file CASES is a JSON object with `id`, `path`, `original`, `proposed`, `expected`
//! and perhaps `explanation`; the failing ones are written to FAILED.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use git_plandex::edit::{Input, merge};
use serde_json::Value;

fn classify(case: &Value) -> (&'static str, String, String) {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let input =
        Input { path: text("path"), original: text("original"), proposal: text("proposed"), explanation: case["explanation"].as_str() };
    let Ok(merged) = catch_unwind(AssertUnwindSafe(|| merge(&input))) else { return ("crash", String::new(), String::new()) };
    let reasons = merged.reasons.iter().fold(String::new(), |mut all, reason| {
        writeln!(all, "{reason}").expect("writing to a string");
        all
    });
    let kind = match (merged.content == text("expected"), merged.reasons.is_empty()) {
        (true, true) => "exact",
        (true, false) => "flagged-right",
        (false, false) => "flagged-wrong",
        (false, true) => "silent-wrong",
    };
    (kind, merged.content, reasons)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("the file of cases");
    let cases = std::fs::read_to_string(path).expect("the file of cases is readable");
    let mut tally: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut failed = String::new();
    for line in cases.lines() {
        let mut case: Value = serde_json::from_str(line).expect("a case is JSON");
        let extension = case["path"].as_str().unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned();
        let (kind, got, reasons) = classify(&case);
        for name in [extension, "all".to_owned()] {
            *tally.entry(name).or_default().entry(kind).or_default() += 1;
        }
        if kind != "exact" {
            case["kind"] = kind.into();
            case["got"] = got.into();
            case["reasons"] = reasons.into();
            writeln!(failed, "{case}").expect("writing to a string");
        }
    }
    for (name, kinds) in &tally {
        let total: usize = kinds.values().sum();
        let exact = kinds.get("exact").copied().unwrap_or_default();
        println!("{name:6} {total:5} exact {:.2} % {kinds:?}", 100.0 * exact as f64 / total as f64);
    }
    if let Some(path) = args.next() {
        std::fs::write(path, failed).expect("the file of failures is writable");
    }
}
