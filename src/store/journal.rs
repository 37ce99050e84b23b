//! The journal of a reply that is streaming, and what is left of it when the run dies.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::plan::PlanRef;

use super::holder::{self, Facts, Life};
use super::names::Space;
use super::{Error, Store, files};

/// A reply being written down as it streams.
///
/// Every append reaches the file before it returns. Dropped without [`Journal::finish`], it stays for the next command to adopt.
pub struct Journal {
    dir: PathBuf,
    text: File,
}

/// The journal of a dead run; held so that only one process adopts it.
pub struct Orphan {
    /// The plan branch, under the name that it has now.
    pub at: PlanRef,
    /// The run.
    pub nonce: String,
    /// What the run said when it began the reply.
    pub header: String,
    /// What had streamed.
    pub text: String,
    /// The paths that the user had allowed meanwhile.
    pub allowed: Vec<String>,
    dir: PathBuf,
    _adopting: File,
}

impl Journal {
    pub(super) fn begin(dir: &Path, header: &str) -> Result<Self, Error> {
        let path = text_file(dir);
        remove(&allowed_file(dir))?;
        // An empty text first: a header never stands beside the text of another reply.
        let text = File::create(&path).map_err(Error::io("write", &path))?;
        files::replace(&header_file(dir), header.as_bytes())?;
        Ok(Self { dir: dir.to_owned(), text })
    }

    /// Adds what came in.
    pub fn append(&mut self, text: &str) -> Result<(), Error> {
        self.text.write_all(text.as_bytes()).map_err(Error::io("write", &text_file(&self.dir)))
    }

    /// Remembers that the user lets the reply write to `path`, before it does.
    pub fn allow(&mut self, path: &str) -> Result<(), Error> {
        let place = allowed_file(&self.dir);
        let mut file = OpenOptions::new().create(true).append(true).open(&place).map_err(Error::io("write", &place))?;
        // Paths may hold line ends.
        file.write_all(format!("{path}\0").as_bytes()).map_err(Error::io("write", &place))
    }

    /// Ends the journal: the reply is stored in the plan.
    pub fn finish(self) -> Result<(), Error> {
        forget(&self.dir)
    }

    /// Whether something that was received is in the directory: a journal, or a reply that was set aside.
    pub(super) fn is_left(dir: &Path) -> bool {
        header_file(dir).exists() || kept_file(dir).exists()
    }
}

impl Store {
    /// The journals of dead runs whose plans are still there.
    ///
    /// A run may have died between storing a reply and ending its journal, so an adopter first looks whether the plan has it.
    pub fn orphans(&self) -> Result<Vec<Orphan>, Error> {
        self.orphans_by(|file| file.try_lock().is_ok())
    }

    /// The same for whoever takes a branch: waits for those that another process is about to adopt.
    pub fn orphans_once_free(&self) -> Result<Vec<Orphan>, Error> {
        self.orphans_by(|file| file.lock().is_ok())
    }

    fn orphans_by(&self, lock: impl Fn(&File) -> bool) -> Result<Vec<Orphan>, Error> {
        let Ok(listing) = fs::read_dir(holder::runs_dir(self.repo.common_dir())) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for entry in listing.flatten() {
            let nonce = entry.file_name().to_string_lossy().into_owned();
            if holder::is_nonce(&nonce) && Journal::is_left(&entry.path()) {
                found.extend(self.orphan(nonce, entry.path(), &lock)?);
            }
        }
        found.sort_by(|a, b| a.nonce.cmp(&b.nonce));
        Ok(found)
    }

    fn orphan(&self, nonce: String, dir: PathBuf, lock: &impl Fn(&File) -> bool) -> Result<Option<Orphan>, Error> {
        let Some(facts) = fs::read(holder::lock_file(&dir)).ok().and_then(|bytes| Facts::from_bytes(&bytes)) else { return Ok(None) };
        let Ok(named) = facts.branch.parse::<PlanRef>() else { return Ok(None) };
        let is_over = match facts.life(&dir) {
            Life::Running => false,
            Life::Dead => true,
            // Watching belongs to who takes the lease; until then the run counts as living.
            Life::Elsewhere => self.holder(&named)?.is_none_or(|holder| holder.nonce != nonce),
        };
        let Some(at) = self.branch_of(Space::Plans, &facts.plan, &named)?.filter(|_| is_over) else { return Ok(None) };
        let Some(adopting) = lock_to_adopt(&dir, lock) else { return Ok(None) };
        let Ok(header) = fs::read_to_string(header_file(&dir)) else { return Ok(None) };
        // A kill can leave half a character at the end.
        let text = fs::read(text_file(&dir)).unwrap_or_default();
        let text = text.utf8_chunks().map(|chunk| chunk.valid()).collect();
        let allowed = fs::read(allowed_file(&dir)).unwrap_or_default();
        let allowed = String::from_utf8_lossy(&allowed).split_terminator('\0').map(str::to_owned).collect();
        Ok(Some(Orphan { at, nonce, header, text, allowed, dir, _adopting: adopting }))
    }
}

impl Orphan {
    /// Keeps the text in a file, as the plan has no place for it any more, and returns that.
    pub fn set_aside(self) -> Result<PathBuf, Error> {
        let (text, kept) = (text_file(&self.dir), kept_file(&self.dir));
        fs::rename(&text, &kept).map_err(Error::io("keep", &text))?;
        remove(&header_file(&self.dir))?;
        remove(&allowed_file(&self.dir))?;
        Ok(kept)
    }

    /// Removes the journal: its text is stored in the plan.
    pub fn remove(self) -> Result<(), Error> {
        forget(&self.dir)?;
        match fs::remove_dir_all(&self.dir) {
            // Another process has swept first.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", &self.dir)(error)),
            _ => Ok(()),
        }
    }
}

fn lock_to_adopt(dir: &Path, lock: &impl Fn(&File) -> bool) -> Option<File> {
    let file = OpenOptions::new().create(true).append(true).open(dir.join("adopting")).ok()?;
    lock(&file).then_some(file)
}

/// The header goes first: without it the text is no journal.
fn forget(dir: &Path) -> Result<(), Error> {
    for path in [header_file(dir), text_file(dir)] {
        remove(&path)?;
    }
    remove(&allowed_file(dir))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}

fn header_file(dir: &Path) -> PathBuf {
    dir.join("header")
}

fn allowed_file(dir: &Path) -> PathBuf {
    dir.join("allowed")
}

/// A reply that the plan has no place for.
fn kept_file(dir: &Path) -> PathBuf {
    dir.join("reply.md")
}

fn text_file(dir: &Path) -> PathBuf {
    dir.join("text")
}
