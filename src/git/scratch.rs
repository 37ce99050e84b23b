//! A throw-away object directory on top of the repository's, for merges that are only tried.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, Git, Oid, Repo, TreeEdit, TreeMode};

/// Where objects are written that the repository must not keep; made when the first one is written.
pub struct Scratch {
    base: Repo,
    made: OnceCell<Made>,
}

struct Made {
    repo: Repo,
    objects: PathBuf,
    /// Removes the directory at the end, unless it is to be kept.
    _guard: Option<tempfile::TempDir>,
}

/// A path with what it holds, or nothing.
pub type OverlayEntry<'a> = (&'a [u8], Option<(TreeMode, Oid)>);

impl Scratch {
    /// A scratch directory that vanishes with this value.
    pub fn new(base: &Repo) -> Self {
        Self { base: base.clone(), made: OnceCell::new() }
    }

    /// A scratch directory at `objects` that stays.
    pub fn kept(base: &Repo, objects: &Path) -> Result<Self, Error> {
        let scratch = Self::new(base);
        drop(scratch.made.set(Made::at(base, objects, None)?));
        Ok(scratch)
    }

    /// The repository as seen with the scratch objects; what is written through it goes there.
    pub fn repo(&self) -> Result<&Repo, Error> {
        Ok(&self.made()?.repo)
    }

    /// Begins a call of git that sees and writes the scratch objects.
    pub fn git(&self, command: &str) -> Result<Git, Error> {
        Ok(self.base.git(command).env("GIT_OBJECT_DIRECTORY", &self.made()?.objects))
    }

    /// Reads a blob from here or, when nothing has been written here, from the repository.
    pub fn read_blob(&self, oid: &Oid) -> Result<Vec<u8>, Error> {
        self.made.get().map_or(&self.base, |made| &made.repo).read_blob(oid)
    }

    /// Writes the tree `onto` with the entries put or taken away.
    ///
    /// Fails with [`Error::PathInTheWay`] when a file and a directory would have one name.
    pub fn overlay(&self, onto: Option<&Oid>, entries: &[OverlayEntry<'_>]) -> Result<Oid, Error> {
        let mut edit = TreeEdit::new(self.repo()?, onto)?;
        for (path, _) in entries.iter().filter(|(_, entry)| entry.is_none()) {
            edit.remove(path)?;
        }
        for (path, entry) in entries {
            if let Some((mode, oid)) = entry {
                edit.set(path, *mode, *oid)?;
            }
        }
        edit.write(&[])
    }

    fn made(&self) -> Result<&Made, Error> {
        if self.made.get().is_none() {
            let guard = self.temporary()?;
            let objects = guard.path().to_owned();
            drop(self.made.set(Made::at(&self.base, &objects, Some(guard))?));
        }
        Ok(self.made.get().expect("it was just made"))
    }

    /// A directory beside the repository's own files, or in the system's place for such when the repository is read-only.
    fn temporary(&self) -> Result<tempfile::TempDir, Error> {
        let near = self.base.git_dir().join("plandex").join("scratch");
        let mut builder = tempfile::Builder::new();
        let made = fs::create_dir_all(&near).and_then(|()| builder.prefix("objects-").tempdir_in(&near));
        made.or_else(|_| builder.prefix("git-plandex-").tempdir()).map_err(|source| Error::io("create a directory in", &near, source))
    }
}

impl Made {
    fn at(base: &Repo, objects: &Path, guard: Option<tempfile::TempDir>) -> Result<Self, Error> {
        let info = objects.join("info");
        fs::create_dir_all(&info).map_err(|source| Error::io("create", &info, source))?;
        let alternates = info.join("alternates");
        let line = [std::os::unix::ffi::OsStrExt::as_bytes(base.objects_dir().as_os_str()), b"\n"].concat();
        fs::write(&alternates, line).map_err(|source| Error::io("write", &alternates, source))?;
        Ok(Self { repo: base.with_objects(objects)?, objects: objects.to_owned(), _guard: guard })
    }
}

impl Repo {
    pub(super) fn objects_dir(&self) -> &Path {
        self.gix.objects.store_ref().path()
    }

    /// The same repository reading and writing its objects at `objects`.
    fn with_objects(&self, objects: &Path) -> Result<Self, Error> {
        let handle = gix::odb::at(objects, self.gix.object_hash()).map_err(|source| Error::io("open", objects, source))?;
        let mut repo = self.clone();
        repo.gix.objects = handle.into();
        repo.gix.objects.take_object_memory();
        Ok(repo)
    }
}
