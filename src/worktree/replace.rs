//! Putting one file in another's place, so that neither a crash nor a change in that moment loses anything.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::git::{Disk, DiskFile, Look, TreeMode};
use crate::plan::RepoPath;

use super::Error;
use super::journal::create;

/// Whether the file was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    /// It was.
    Yes,
    /// There was something else than expected; it was left alone.
    Changed,
}

/// What to expect at a path, and what to put there.
pub(super) struct Swap<'a> {
    pub(super) path: &'a RepoPath,
    /// Says whether what is there is what may be replaced.
    pub(super) expected: &'a dyn Fn(&Look) -> Result<bool, Error>,
    /// Whether nothing is expected.
    pub(super) is_new: bool,
    /// The file to put there; it is used up. Nothing removes.
    pub(super) new: Option<&'a Path>,
    /// Where a removed file goes for a moment.
    pub(super) aside: &'a Path,
}

impl Swap<'_> {
    /// Does it.
    pub(super) fn run(&self, disk: &Disk<'_>) -> Result<Replaced, Error> {
        if !(self.expected)(&disk.look(self.path.as_bytes())?)? {
            return Ok(Replaced::Changed);
        }
        let place = disk.absolute(self.path.as_bytes());
        match self.new {
            None if self.is_new => Ok(Replaced::Yes),
            None => self.remove(disk, &place),
            Some(new) => {
                let dir = place.parent().unwrap_or(disk.root());
                fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
                if self.is_new { add(new, &place) } else { self.exchange(disk, new, &place) }
            }
        }
    }

    /// Moves the file aside and looks at what was moved.
    fn remove(&self, disk: &Disk<'_>, place: &Path) -> Result<Replaced, Error> {
        discard(self.aside)?;
        match fs::rename(place, self.aside) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Replaced::Changed),
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                return fs::remove_file(place).map(|()| Replaced::Yes).map_err(Error::io("remove", place));
            }
            Err(error) => return Err(Error::io("remove", place)(error)),
        }
        if (self.expected)(&look_at(disk, self.path, self.aside)?)? {
            discard(self.aside)?;
            return Ok(Replaced::Yes);
        }
        add(self.aside, place)?;
        Ok(Replaced::Changed)
    }

    /// Swaps the two files in one step and looks at what came out; on file systems that cannot, renames over the old one.
    fn exchange(&self, disk: &Disk<'_>, new: &Path, place: &Path) -> Result<Replaced, Error> {
        let swap = || renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE);
        match swap() {
            Ok(()) => {}
            Err(Errno::NOENT) => return Ok(Replaced::Changed),
            Err(Errno::XDEV) => return self.exchange_near(disk, new, place),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                return fs::rename(new, place).map(|()| Replaced::Yes).map_err(Error::io("replace", place));
            }
            Err(errno) => return Err(Error::io("replace", place)(errno.into())),
        }
        if (self.expected)(&look_at(disk, self.path, new)?)? {
            discard(new)?;
            return Ok(Replaced::Yes);
        }
        swap().map_err(|errno| Error::io("put back", place)(errno.into()))?;
        Ok(Replaced::Changed)
    }

    /// The same, with the new file first brought to the old one's file system.
    fn exchange_near(&self, disk: &Disk<'_>, new: &Path, place: &Path) -> Result<Replaced, Error> {
        let near = beside(new, place)?;
        let done = self.exchange(disk, &near, place);
        discard(&near)?;
        done
    }
}

/// Puts a file where none is; a hard link fails where a rename would overwrite.
fn add(new: &Path, place: &Path) -> Result<Replaced, Error> {
    match fs::hard_link(new, place) {
        Ok(()) => discard(new).map(|()| Replaced::Yes),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Replaced::Changed),
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            let near = beside(new, place)?;
            let done = add(&near, place);
            discard(&near)?;
            done
        }
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => rename_to_nothing(new, place),
        Err(error) => Err(Error::io("create", place)(error)),
    }
}

/// For file systems without hard links.
fn rename_to_nothing(new: &Path, place: &Path) -> Result<Replaced, Error> {
    match renameat_with(CWD, new, CWD, place, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(Replaced::Yes),
        Err(Errno::EXIST) => Ok(Replaced::Changed),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if fs::symlink_metadata(place).is_ok() => Ok(Replaced::Changed),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            fs::rename(new, place).map(|()| Replaced::Yes).map_err(Error::io("create", place))
        }
        Err(errno) => Err(Error::io("create", place)(errno.into())),
    }
}

/// Copies a file to a name of its own beside `place`.
fn beside(new: &Path, place: &Path) -> Result<std::path::PathBuf, Error> {
    let dir = place.parent().unwrap_or(place);
    let near = dir.join(format!(".plandex-{}.tmp", std::process::id()));
    discard(&near)?;
    let file = read_plain(new)?;
    match create(&near, &file) {
        Ok(()) => Ok(near),
        Err(error) => {
            discard(&near)?;
            Err(error)
        }
    }
}

/// Reads a file of ours, of any kind.
pub(super) fn read_plain(path: &Path) -> Result<DiskFile, Error> {
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::PermissionsExt;
    let meta = fs::symlink_metadata(path).map_err(Error::io("read", path))?;
    if meta.is_symlink() {
        let target = fs::read_link(path).map_err(Error::io("read", path))?;
        return Ok(DiskFile { mode: TreeMode::Symlink, bytes: target.into_os_string().into_vec(), permissions: 0 });
    }
    let permissions = meta.permissions().mode() & 0o7777;
    let mode = if permissions & 0o100 != 0 { TreeMode::Executable } else { TreeMode::Regular };
    Ok(DiskFile { mode, bytes: fs::read(path).map_err(Error::io("read", path))?, permissions })
}

/// Reads a file that stood at `path` a moment ago, with the mode that git would give it there.
pub(super) fn look_at(disk: &Disk<'_>, path: &RepoPath, place: &Path) -> Result<Look, Error> {
    let file = read_plain(place)?;
    Ok(Look::File(DiskFile { mode: disk.mode_as(path.as_bytes(), &file), ..file }))
}

/// Removes a file of ours, if it is there.
pub(super) fn discard(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
