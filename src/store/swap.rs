//! Moving one of our refs, with patience for locks.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use crate::git::{self, Oid, RefStorage, Repo};
use crate::plan::PlanRef;

use super::Error;
use super::queue::Queue;

/// How long a locked ref is tried.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long a lock file of our refs must stay the same before the head of the queue takes it for a dead writer's.
const STALE: Duration = Duration::from_secs(5);

/// The same where a writer of ours has died in the queue: longer than git itself holds a lock to pack refs.
const STALE_AFTER_A_DEATH: Duration = Duration::from_millis(500);

/// A writer of one plan branch, at the head of its queue.
pub(super) struct Writer<'r> {
    repo: &'r Repo,
    queue: Queue,
}

impl<'r> Writer<'r> {
    /// Waits for the branch's queue.
    pub(super) fn enter(repo: &'r Repo, at: &PlanRef) -> Self {
        Self { repo, queue: Queue::enter(repo.common_dir(), at) }
    }

    /// Moves the ref to `new`; without `expected` it must not exist.
    pub(super) fn update(&self, name: &str, new: &Oid, expected: Option<&Oid>) -> Result<(), Error> {
        self.patiently(name, || self.repo.update_ref(name, new, expected))
    }

    /// Deletes the ref.
    pub(super) fn delete(&self, name: &str, expected: &Oid) -> Result<(), Error> {
        self.patiently(name, || self.repo.delete_ref(name, expected))
    }

    fn patiently(&self, name: &str, mut attempt: impl FnMut() -> Result<(), git::Error>) -> Result<(), Error> {
        let began = Instant::now();
        let mut watch = None;
        loop {
            let error = match attempt() {
                Err(error @ git::Error::RefLocked { .. }) => error,
                done => return Ok(done?),
            };
            if began.elapsed() > PATIENCE {
                return Err(error.into());
            }
            self.clear_stale(&self.repo.ref_lock(name), &mut watch);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Removes the ref's lock file when its owner must be dead.
    ///
    /// Only for the files backend, where the lock is that ref's alone, and only at the head of the queue, where no
    /// living writer of ours can hold it.
    fn clear_stale(&self, lock: &Path, watch: &mut Option<(SystemTime, Instant)>) {
        if !self.queue.is_held() || self.repo.ref_storage() != RefStorage::Files {
            return;
        }
        let Ok(time) = fs::metadata(lock).and_then(|meta| meta.modified()) else { return };
        let since = match watch {
            Some((seen, since)) if *seen == time => *since,
            _ => watch.insert((time, Instant::now())).1,
        };
        let stale = if self.queue.is_after_a_death() { STALE_AFTER_A_DEATH } else { STALE };
        if since.elapsed() > stale {
            drop(fs::remove_file(lock));
        }
    }
}
