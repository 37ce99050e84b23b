//! Who holds a plan branch, and whether they still live.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::plan::PlanRef;

/// The run that holds a plan branch, as it introduced itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The plan branch.
    pub at: PlanRef,
    /// The run.
    pub nonce: String,
    /// Its process.
    pub pid: u32,
    /// The machine.
    pub host: String,
    /// Since when, in RFC 3339 UTC.
    pub since: String,
    /// What it does: the command's name.
    pub command: String,
    /// Whether it still runs.
    pub life: Life,
}

/// Whether a run still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Its lock is held.
    Running,
    /// Its lock is free.
    Dead,
    /// It began before this boot of this machine, or on another; only watching it can tell.
    Elsewhere,
}

impl Holder {
    /// What it is called in a sentence.
    pub fn name(&self) -> String {
        format!("{} (process {} on {})", self.command, self.pid, self.host)
    }

    /// Whether the run may still be at work.
    pub fn is_alive(&self) -> bool {
        self.life != Life::Dead
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has been at work since {} (process {} on {})", self.command, self.since, self.pid, self.host)
    }
}

/// What a run writes down about itself: in the blob that its ref points to, and in its directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) nonce: String,
    pub(super) branch: String,
    /// The plan's random id, so that the branch is found after a rename.
    pub(super) plan: String,
    pub(super) pid: u32,
    pub(super) host: String,
    pub(super) boot: String,
    pub(super) since: String,
    pub(super) command: String,
}

impl Facts {
    /// Introduces this process.
    pub(super) fn of_this_process(nonce: String, at: &PlanRef, plan: String, command: &str) -> Self {
        let since = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let host = host_name();
        Self {
            nonce,
            branch: at.to_string(),
            plan,
            pid: std::process::id(),
            host,
            boot: boot_id().to_owned(),
            since,
            command: command.to_owned(),
        }
    }

    /// Reads what [`Facts::to_bytes`] wrote; `None` when it is not well-formed.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let facts: Self = serde_json::from_slice(bytes).ok()?;
        is_nonce(&facts.nonce).then_some(facts)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("strings and numbers are JSON")
    }

    /// Looks whether the run still lives; `dir` is its directory.
    pub(super) fn life(&self, dir: &Path) -> Life {
        if self.boot != boot_id() {
            return Life::Elsewhere;
        }
        // A shared lock, so that two who look at once do not take each other for the holder.
        match File::open(lock_file(dir)).map(|file| file.try_lock_shared()) {
            Ok(Err(TryLockError::WouldBlock)) => Life::Running,
            // Only a lock that is certainly free or gone says that its holder is dead.
            Ok(Ok(())) => Life::Dead,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Life::Dead,
            _ => Life::Running,
        }
    }

    pub(super) fn into_holder(self, at: PlanRef, life: Life) -> Holder {
        Holder { at, nonce: self.nonce, pid: self.pid, host: self.host, since: self.since, command: self.command, life }
    }
}

/// The directory of a run's journal and lock.
pub(super) fn run_dir(common_dir: &Path, nonce: &str) -> PathBuf {
    runs_dir(common_dir).join(nonce)
}

/// The directory of all runs.
pub(super) fn runs_dir(common_dir: &Path) -> PathBuf {
    common_dir.join("plandex").join("runs")
}

/// The file that a living run keeps locked and touches.
pub(super) fn lock_file(dir: &Path) -> PathBuf {
    dir.join("lock")
}

/// Whether the text can be a nonce, and so the name of a directory.
pub(super) fn is_nonce(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Tells one boot of one machine from every other.
fn boot_id() -> &'static str {
    static BOOT: OnceLock<String> = OnceLock::new();
    BOOT.get_or_init(|| {
        let linux = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        let macos = || std::process::Command::new("sysctl").args(["-n", "kern.bootsessionuuid"]).output().ok();
        let text = linux.or_else(|| macos().and_then(|out| String::from_utf8(out.stdout).ok()));
        text.map(|text| text.trim().to_owned()).unwrap_or_default()
    })
}

fn host_name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    name.chars().filter(|c| !c.is_control()).collect()
}
