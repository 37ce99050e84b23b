//! One run of a model per plan branch.
//!
//! The lease is a ref made once, with a nonce, and removed by compare-and-swap. Its holder keeps a lock that the system
//! frees when the process dies, and touches the lock's file for watchers on other machines.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use crate::git::{self, Oid, Repo};
use crate::plan::PlanRef;

use super::holder::{self, Facts, Holder, Life};
use super::journal::Journal;
use super::names::Space;
use super::swap::Writer;
use super::{Error, Store, read};

/// How often leases that come and go under the hand are tried.
const TRIES: u32 = 10;

/// The times of a lease.
#[derive(Debug, Clone, Copy)]
pub struct LeaseTimes {
    /// How often a holder touches its file.
    pub heartbeat: Duration,
    /// How long a watcher of another boot must see no touch.
    pub expiry: Duration,
}

impl Default for LeaseTimes {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(3), expiry: Duration::from_secs(60) }
    }
}

/// A held plan branch; given up when dropped.
pub struct Lease {
    repo: Repo,
    at: PlanRef,
    nonce: String,
    blob: Oid,
    dir: PathBuf,
    lock: Option<File>,
    heart: Option<Sender<()>>,
}

impl Store {
    /// Takes the lease of a plan branch for a run.
    ///
    /// Fails with [`Error::Busy`] while another run lives. `waiting` is called once when the holder began before this boot
    /// or on another machine, as it then has to be watched for up to a minute.
    pub fn acquire(&self, at: &PlanRef, command: &str, waiting: &mut dyn FnMut(&Holder)) -> Result<Lease, Error> {
        let mut told = false;
        self.acquire_while(at, command, &mut |holder| {
            if !std::mem::replace(&mut told, true) {
                waiting(holder);
            }
            true
        })
    }

    /// The same; `goes_on` is called at every look at a holder that has to be watched, and ends the watching with
    /// [`Error::NotAwaited`] when it says no.
    pub fn acquire_while(&self, at: &PlanRef, command: &str, goes_on: &mut dyn FnMut(&Holder) -> bool) -> Result<Lease, Error> {
        let name = Space::Runs.name(at);
        for _ in 0..TRIES {
            let expected = match self.repo.find_ref(&name)? {
                Some(blob) => Some(self.expired(at, blob, goes_on)?),
                None => None,
            };
            let lease = self.introduce(at, command)?;
            let done = Writer::enter(&self.repo, at).update(&name, &lease.blob, expected.as_ref());
            match done {
                Ok(()) => {
                    self.repo.settle()?;
                    // The branch may have been renamed between the look and the lease.
                    self.tip(at)?;
                    return Ok(lease);
                }
                Err(Error::Git(git::Error::RefChanged { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended(at.clone()))
    }

    /// Who holds a plan branch, dead or alive.
    pub fn holder(&self, at: &PlanRef) -> Result<Option<Holder>, Error> {
        let Some(blob) = self.repo.find_ref(&Space::Runs.name(at))? else { return Ok(None) };
        Ok(self.facts(&blob).map(|facts| self.look(facts, at)))
    }

    /// Removes the leases of dead runs, and their directories where no journal is left.
    ///
    /// A lease of another boot stays: only who wants its branch watches it.
    pub(super) fn sweep_leases(&self) -> Result<(), Error> {
        for (name, blob) in self.repo.list_refs(Space::Runs.prefix())? {
            let Some((at, facts)) = Space::Runs.parse(&name).zip(self.facts(&blob)) else { continue };
            let dir = holder::run_dir(self.repo.common_dir(), &facts.nonce);
            if facts.life(&dir) != Life::Dead {
                continue;
            }
            // Another process may be sweeping, or may have taken the lease over.
            drop(Writer::enter(&self.repo, &at).delete(&name, &blob));
            if !Journal::is_left(&dir) {
                drop(fs::remove_dir_all(&dir));
            }
        }
        Ok(())
    }

    fn look(&self, facts: Facts, at: &PlanRef) -> Holder {
        let life = facts.life(&holder::run_dir(self.repo.common_dir(), &facts.nonce));
        facts.into_holder(at.clone(), life)
    }

    /// What the blob of a lease says; a lease whose blob is gone or malformed has no living holder.
    fn facts(&self, blob: &Oid) -> Option<Facts> {
        self.repo.read_blob(blob).ok().and_then(|bytes| Facts::from_bytes(&bytes))
    }

    /// Returns the blob of a lease that has expired; fails when its holder lives.
    fn expired(&self, at: &PlanRef, blob: Oid, goes_on: &mut dyn FnMut(&Holder) -> bool) -> Result<Oid, Error> {
        let Some(facts) = self.facts(&blob) else { return Ok(blob) };
        let dir = holder::run_dir(self.repo.common_dir(), &facts.nonce);
        let holder = self.look(facts, at);
        let lives = match holder.life {
            Life::Running => true,
            Life::Dead => false,
            Life::Elsewhere => self.is_touched(&dir, &holder, goes_on)?,
        };
        if lives { Err(Error::Busy(Box::new(holder))) } else { Ok(blob) }
    }

    /// Watches a run until it touches its file, or until it has expired on our own clock.
    fn is_touched(&self, dir: &Path, holder: &Holder, goes_on: &mut dyn FnMut(&Holder) -> bool) -> Result<bool, Error> {
        let file = holder::lock_file(dir);
        let time = || fs::metadata(&file).and_then(|meta| meta.modified()).ok();
        let (first, began) = (time(), Instant::now());
        while began.elapsed() < self.times.expiry {
            if !goes_on(holder) {
                return Err(Error::NotAwaited(Box::new(holder.clone())));
            }
            std::thread::sleep(self.times.expiry.min(Duration::from_secs(1)) / 5);
            if time() != first {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes the directory, the lock and the blob of a new run; its lease counts once the ref points to the blob.
    fn introduce(&self, at: &PlanRef, command: &str) -> Result<Lease, Error> {
        let tip = self.tip(at)?;
        let plan = read::read_meta(&self.repo, &tip, &self.repo.read_commit(&tip)?.tree)?.id;
        let nonce = super::random_hex()?;
        let facts = Facts::of_this_process(nonce.clone(), at, plan, command);
        let dir = holder::run_dir(self.repo.common_dir(), &nonce);
        fs::create_dir_all(&dir).map_err(Error::io("create", &dir))?;
        let path = holder::lock_file(&dir);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(Error::io("write", &path))?;
        lock.lock().map_err(Error::io("lock", &path))?;
        std::io::Write::write_all(&mut &lock, &facts.to_bytes()).map_err(Error::io("write", &path))?;
        let heart = beat(lock.try_clone().map_err(Error::io("open", &path))?, self.times.heartbeat);
        let blob = self.repo.write_blob(&facts.to_bytes())?;
        Ok(Lease { repo: self.repo.clone(), at: at.clone(), nonce, blob, dir, lock: Some(lock), heart: Some(heart) })
    }
}

impl Lease {
    /// The run's nonce.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The plan branch.
    pub fn at(&self) -> &PlanRef {
        &self.at
    }

    /// Begins the journal of a reply; `header` says what is needed to adopt it.
    pub fn journal(&self, header: &str) -> Result<Journal, Error> {
        Journal::begin(&self.dir, header)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.heart.take());
        // Taken over, or never gained: then the ref is not ours to remove.
        drop(Writer::enter(&self.repo, &self.at).delete(&Space::Runs.name(&self.at), &self.blob));
        if !Journal::is_left(&self.dir) {
            drop(fs::remove_dir_all(&self.dir));
        }
        drop(self.lock.take());
    }
}

/// Touches the file until the sender is dropped.
fn beat(file: File, every: Duration) -> Sender<()> {
    let (heart, stop) = mpsc::channel();
    std::thread::spawn(move || {
        while stop.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            drop(file.set_modified(SystemTime::now()));
        }
    });
    heart
}
