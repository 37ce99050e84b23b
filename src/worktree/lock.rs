//! One apply, undo or commit of a plan at a time in a worktree.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

use crate::git::Repo;

use super::Error;

/// How often a held lock is tried again, 20 ms apart: an apply takes milliseconds, but a commit may run hooks.
const TRIES: u32 = 250;

/// How often a lock that is not waited for is looked at: a process that has just been started by its holder, or by another
/// thread, has the file open too until it becomes another program.
const GLANCES: u32 = 4;

/// The right to change the user's files; given back when dropped, and by the system when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, saying in the file what for: `applying 'x/main' since 2026-11-21T20:00:00Z`.
    pub(super) fn take(repo: &Repo, doing: &str) -> Result<Self, Error> {
        let mut tries = 0;
        loop {
            match Self::attempt(repo, doing)? {
                Ok(lock) => return Ok(lock),
                Err(holder) if tries >= TRIES => return Err(Error::Busy { holder }),
                Err(_) => tries += 1,
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Takes the lock if it is free.
    pub(super) fn try_take(repo: &Repo, doing: &str) -> Result<Option<Self>, Error> {
        for _ in 1..GLANCES {
            if let Ok(lock) = Self::attempt(repo, doing)? {
                return Ok(Some(lock));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self::attempt(repo, doing)?.ok())
    }

    fn attempt(repo: &Repo, doing: &str) -> Result<Result<Self, String>, Error> {
        let dir = apply_dir(repo);
        fs::create_dir_all(&dir).map_err(Error::io("create", &dir))?;
        let path = dir.join("lock");
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {
                let line = format!("process {} is {doing}", std::process::id());
                let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(line.as_bytes()));
                written.map_err(Error::io("write", &path))?;
                Ok(Ok(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder).is_ok() && !holder.is_empty();
                Ok(Err(if read { holder } else { "another process is changing files".into() }))
            }
            Err(TryLockError::Error(error)) => Err(Error::io("lock", &path)(error)),
        }
    }
}

/// Where everything about applies stands, in the worktree's own git directory.
pub(super) fn apply_dir(repo: &Repo) -> PathBuf {
    repo.git_dir().join("plandex").join("apply")
}
