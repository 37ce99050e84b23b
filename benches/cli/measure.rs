//! Times, and how they are printed.

use std::time::{Duration, Instant};

/// How long a run takes.
pub fn timed(run: impl FnOnce()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}

/// The times of some runs; a busy machine shows in the distance between the two.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// The one in the middle.
    pub median: Duration,
    /// The shortest.
    pub least: Duration,
}

/// The times of some runs, after one that warms the caches up.
pub fn repeated(runs: usize, mut run: impl FnMut()) -> Times {
    run();
    times((0..runs).map(|_| timed(&mut run)).collect())
}

/// The times of two things that are run in turns, so that both meet the same noise.
///
/// Each gives back the time that counts.
pub fn interleaved(runs: usize, mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) -> (Times, Times) {
    ours();
    theirs();
    let (ours, theirs) = (0..runs).map(|_| (ours(), theirs())).unzip();
    (times(ours), times(theirs))
}

fn times(mut all: Vec<Duration>) -> Times {
    all.sort();
    Times { median: all[all.len() / 2], least: all[0] }
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Prints times as a ratio to others, with the most that the ratio of the medians may be.
pub fn ratio(what: &str, ours: Times, theirs: Times, baseline: &str, most: f64) {
    let of = |ours: Duration, theirs: Duration| ours.as_secs_f64() / theirs.as_secs_f64();
    let (median, least) = (of(ours.median, theirs.median), of(ours.least, theirs.least));
    println!("{what}: {median:.2} x {baseline}; {}", verdict(median, most, " x"));
    println!("    {:.2} ms to {:.2} ms; of the least times {least:.2} x", ms(ours.median), ms(theirs.median));
}

/// Prints a time with the most that it may be.
pub fn limit(what: &str, time: Duration, most: f64) {
    println!("{what}: {:.2} ms; {}", ms(time), verdict(ms(time), most, " ms"));
}

fn verdict(value: f64, most: f64, unit: &str) -> String {
    format!("limit {most}{unit}, {}", if value <= most { "met" } else { "MISSED" })
}
