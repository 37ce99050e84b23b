//! Writers of one plan branch wait for each other.
//!
//! The queue is a courtesy that keeps writers from starving: refs are moved by compare-and-swap with or without it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use crate::plan::PlanRef;

/// How long a writer waits for its turn before it goes ahead.
const PATIENCE: Duration = Duration::from_secs(10);

/// A place at the head of the queue, given up when dropped.
///
/// Its file has one byte while somebody is at the head, so that the next one can tell that its predecessor died there.
pub(super) struct Queue {
    file: Option<File>,
    after_a_death: bool,
}

impl Queue {
    /// Waits for the head of the branch's queue.
    ///
    /// Goes ahead without it after a while, and where the directory cannot be written.
    pub(super) fn enter(common_dir: &Path, at: &PlanRef) -> Self {
        let dir = common_dir.join("plandex").join("queue");
        let path = dir.join(format!("{}.{}", at.plan, at.branch));
        let open = || OpenOptions::new().create(true).append(true).open(&path);
        let file = open().or_else(|_| fs::create_dir_all(&dir).and_then(|()| open())).ok().and_then(wait);
        let after_a_death = file.as_ref().is_some_and(|file| file.metadata().is_ok_and(|meta| meta.len() > 0));
        if let Some(file) = &file {
            drop(file.set_len(1));
        }
        Self { file, after_a_death }
    }

    /// Whether no other writer that queues is at work.
    pub(super) fn is_held(&self) -> bool {
        self.file.is_some()
    }

    /// Whether the one before died at the head, so that its lock files may be left.
    pub(super) fn is_after_a_death(&self) -> bool {
        self.after_a_death
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            drop(file.set_len(0));
        }
    }
}

fn wait(file: File) -> Option<File> {
    match file.try_lock() {
        Ok(()) => return Some(file),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(_)) => return None,
    }
    let (done, locked) = mpsc::channel();
    // A lock that comes after our patience ended is dropped with the closed channel.
    std::thread::spawn(move || drop(file.lock().map(|()| done.send(file))));
    locked.recv_timeout(PATIENCE).ok()
}
