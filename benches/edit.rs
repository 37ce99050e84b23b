//! What a merge costs, beside the bare parses of the same texts.
//!
//! `cargo bench --bench edit` prints times and ratios; the goals stand beside them.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use git_plandex::edit::{Input, merge};
use git_plandex::syntax::{Language, parse};

/// A Rust file of about `lines` lines in which much repeats.
fn file(lines: usize) -> String {
    let mut text = String::from("use std::fmt;\n\n");
    for at in 0..lines / 10 {
        writeln!(
            text,
            "/// Does step {at}.\npub fn step_{at}(input: &str, limit: usize) -> Result<usize, fmt::Error> {{\n    let size = input.len() + {at};\n    if size > limit {{\n        return Err(fmt::Error);\n    }}\n    println!(\"step {at} of {{limit}}\");\n    Ok(size)\n}}\n"
        )
        .expect("writing to a string");
    }
    text
}

/// Three edits, each in its function, with references between.
fn proposal(lines: usize) -> String {
    let steps = lines / 10;
    let mut text = String::new();
    for at in [steps / 5, steps / 2, steps * 4 / 5] {
        writeln!(
            text,
            "// ... existing code ...\n\n/// Does step {at}.\npub fn step_{at}(input: &str, limit: usize) -> Result<usize, fmt::Error> {{\n    let size = input.len() * {at};\n    // ... existing code ...\n    Ok(size)\n}}\n"
        )
        .expect("writing to a string");
    }
    text + "// ... existing code ...\n"
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..15)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn merged(path: &str, original: &str, proposal: &str) -> String {
    merge(&Input { path, original, proposal, explanation: None }).content
}

fn main() {
    for (name, lines, goal) in [("300 lines", 300, "1 ms"), ("400 KB", 14_500, "50 ms")] {
        let (original, proposal) = (file(lines), proposal(lines));
        let result = merged("a.rs", &original, &proposal);
        let plain = median(|| drop(black_box(merged("a", &original, &proposal))));
        let parsed = median(|| drop(black_box(merged("a.rs", &original, &proposal))));
        let bare = median(|| {
            for text in [&original, &proposal, &result] {
                black_box(parse(Language::Rust, text));
            }
        });
        println!(
            "{name} ({} bytes): without parses {plain:?} (goal {goal}), with them {parsed:?}, bare parses {bare:?}, ratio {:.2} (goal 1.5)",
            original.len(),
            parsed.as_secs_f64() / bare.as_secs_f64()
        );
    }
    let mut before = None;
    for lines in [2_500, 5_000, 10_000] {
        let original = "x = 1\n".repeat(lines);
        let proposal = format!("{}# ... existing code ...\n{}", "x = 1\n".repeat(lines / 2), "x = 1\n".repeat(lines / 3));
        let time = median(|| drop(black_box(merged("a", &original, &proposal))));
        let growth = before.map_or(String::new(), |before: Duration| {
            format!(", {:.2} times the half (goal 2.2)", time.as_secs_f64() / before.as_secs_f64())
        });
        println!("{lines} equal lines: {time:?}{growth}");
        before = Some(time);
    }
}
