//! Times, and how they are printed.

use std::time::{Duration, Instant};

/// How long a run takes.
pub fn timed(run: impl FnOnce()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}

/// The median time of some runs, after one that warms the caches up.
pub fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    run();
    middle((0..runs).map(|_| timed(&mut run)).collect())
}

/// The median times of two things that are run in turns, so that both meet the same noise.
///
/// Each gives back the time that counts.
pub fn interleaved(runs: usize, mut ours: impl FnMut() -> Duration, mut theirs: impl FnMut() -> Duration) -> (Duration, Duration) {
    ours();
    theirs();
    let (ours, theirs) = (0..runs).map(|_| (ours(), theirs())).unzip();
    (middle(ours), middle(theirs))
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Prints a time as a ratio to another one, with the most that it may be.
pub fn ratio(what: &str, ours: Duration, theirs: Duration, baseline: &str, most: f64) {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{:8.2} ms  {what}: {ratio:.2} x {baseline} ({:.2} ms){}", ms(ours), ms(theirs), verdict(ratio, most, " x"));
}

/// Prints a time with the most that it may be.
pub fn limit(what: &str, time: Duration, most: f64) {
    println!("{:8.2} ms  {what}{}", ms(time), verdict(ms(time), most, " ms"));
}

fn verdict(value: f64, most: f64, unit: &str) -> String {
    format!("; limit {most}{unit}: {}", if value <= most { "met" } else { "MISSED" })
}
