//! Keeps a queue of jobs.

use std::collections::HashMap;
use std::fmt;

/// The most jobs that wait at once.
pub const MAX_WAITING: usize = 1 << 10;

static mut COUNTER: u64 = 0;

pub(crate) type Handler<T> = Box<dyn Fn(&T) -> Result<(), Error> + Send>;

/// What may go wrong. It is told to the caller.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// The queue is full.
    Full { limit: usize },
    Unknown(String),
    Stopped = 3,
}

/// A job with its priority.
#[derive(Clone)]
pub struct Job<T: Clone, const N: usize = 4>
where
    T: fmt::Debug,
{
    pub name: String,
    #[allow(dead_code)]
    payload: [T; N],
    pub(super) retries: u32, // counted down
}

pub struct Wrapper(pub String, usize);

union Bits {
    number: u64,
    bytes: [u8; 8],
}

/// Runs jobs.
pub trait Runner {
    type Output;
    const NAME: &'static str;

    /// Runs one job to its end.
    fn run(&mut self, job: Job<u8>) -> Self::Output;

    fn name(&self) -> &str {
        Self::NAME
    }
}

impl<T: Clone + fmt::Debug> Job<T> {
    /// Makes a job.
    #[must_use]
    pub fn new(
        name: &str,
        payload: [T; 4], // always four
    ) -> Self {
        fn inner() {}
        inner();
        Job { name: name.to_owned(), payload, retries: 3 }
    }

    pub(crate) async unsafe fn retry<'a, F>(&'a mut self, f: F) -> Option<&'a T>
    where
        F: FnOnce(&T) -> bool,
    {
        self.retries -= 1;
        None
    }
}

impl<T> fmt::Display for Wrapper<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[macro_export]
macro_rules! job {
    ($name:expr) => {
        Job::new($name)
    };
}

extern "C" {
    fn getpid() -> i32;
}

pub mod stats {
    pub fn count() -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_a_name() {
        assert_eq!(Job::new("a", [0; 4]).name, "a");
    }
}
