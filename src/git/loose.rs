//! Loose object files, read and written directly.
//!
//! gix maps each file into memory, which costs more than reading it when there are a thousand small ones, and it skips
//! writing an object that it finds anywhere, reachable or not.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gix::objs::{Kind, Write};
use gix::zlib::{Inflate, Status};

use super::objects::Unsettled;
use super::{Error, Oid, Repo};

/// How often a write is tried while `git gc` prunes fan-out directories under it.
const WRITE_TRIES: u32 = 20;

/// More than the header of a loose object needs.
const HEADER_MAX: usize = 64;

thread_local! {
    /// Making the state anew for each of a thousand objects costs as much as reading them.
    static INFLATE: RefCell<Inflate> = RefCell::default();
}

impl Repo {
    /// Reads a loose object; `None` when there is no such file or it cannot be read.
    pub(super) fn read_loose(&self, id: &Oid) -> Option<(Kind, Vec<u8>)> {
        let file = fs::read(self.loose_path(id)).ok()?;
        INFLATE.with_borrow_mut(|inflate| {
            inflate.reset();
            unpack(inflate, &file)
        })
    }

    /// Writes an object as a loose file, or refreshes the time of the loose file that is there.
    ///
    /// A copy in a pack does not count: it may be unreachable and about to be pruned. A loose copy is given a new
    /// time for the same reason, as git does in `freshen_loose_object`.
    pub(super) fn write_object(&self, kind: Kind, bytes: &[u8]) -> Result<Oid, Error> {
        let id = self.hash_object(kind, bytes)?;
        self.unsettled().push(Unsettled { kind, id, bytes: bytes.to_vec() });
        let path = self.loose_path(&id);
        if freshen(&path) {
            return Ok(id);
        }
        let loose = gix::odb::loose::Store::at(self.objects_dir(), self.gix.object_hash());
        let mut tries = 1;
        loop {
            match loose.write_buf_with_known_id(kind, bytes, id.0) {
                Ok(_) => return Ok(id),
                Err(error) if tries < WRITE_TRIES && is_pruned_directory(&error) => tries += 1,
                Err(error) => return Err(write_error(&path, error)),
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    fn loose_path(&self, id: &Oid) -> PathBuf {
        let hex = id.to_string();
        self.objects_dir().join(&hex[..2]).join(&hex[2..])
    }
}

/// Unpacks the content of a loose object's file.
fn unpack(inflate: &mut Inflate, file: &[u8]) -> Option<(Kind, Vec<u8>)> {
    let mut head = [0; HEADER_MAX];
    let (status, used, given) = inflate.prefix(file, &mut head).ok()?;
    let (kind, size, skip) = gix::objs::decode::loose_header(&head[..given]).ok()?;
    let size = usize::try_from(size).ok()?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size.checked_add(skip)?).ok()?;
    if status == Status::StreamEnd {
        bytes.extend_from_slice(&head[skip..given]);
    } else {
        inflate.rest(&file[used..], &head[..given], skip, &mut bytes, size).ok()?;
    }
    (bytes.len() == size).then_some((kind, bytes))
}

/// Gives the file the time of now; false when that is not possible.
fn freshen(path: &Path) -> bool {
    File::open(path).and_then(|file| file.set_modified(SystemTime::now())).is_ok()
}

fn is_pruned_directory(error: &gix::Error) -> bool {
    error.downcast_any_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound)
}

/// What the system says; temporary files wrap it in an error of their own that keeps the kind alone.
fn system_error(error: &(dyn std::error::Error + 'static)) -> Option<std::io::Error> {
    let io = error.downcast_ref::<std::io::Error>().filter(|io| io.kind() != std::io::ErrorKind::Other)?;
    Some(io.raw_os_error().map_or_else(|| io.kind().into(), std::io::Error::from_raw_os_error))
}

fn write_error(path: &Path, error: gix::Error) -> Error {
    let source = error.iter_errors().find_map(system_error).unwrap_or_else(|| std::io::Error::other(error.to_string()));
    Error::Io { action: "write", path: path.to_owned(), source }
}
