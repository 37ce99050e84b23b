//! Reading and writing objects.

use std::time::Duration;

use gix::objs::{Find, Kind};

use super::{Error, Oid, Repo};

/// How often a read is tried while `git gc` moves objects into packs.
const READ_TRIES: u32 = 4;

/// An object that no ref may hold yet.
pub(super) struct Unsettled {
    pub(super) kind: Kind,
    pub(super) id: Oid,
    pub(super) bytes: Vec<u8>,
}

impl Repo {
    /// Writes a blob and returns its id.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<Oid, Error> {
        self.write_object(Kind::Blob, bytes)
    }

    /// Reads a blob; in a partial clone a missing one is fetched by git.
    pub fn read_blob(&self, id: &Oid) -> Result<Vec<u8>, Error> {
        self.read_object(Kind::Blob, id)
    }

    /// Whether the object is in the object database, without fetching it.
    pub fn has_object(&self, id: &Oid) -> bool {
        self.gix.has_object(id.0)
    }

    /// Whether objects may be missing because a promisor remote has them.
    pub fn is_partial(&self) -> bool {
        let config = self.gix.config_snapshot();
        config.string("extensions.partialClone").is_some()
            || self.gix.remote_names().iter().any(|name| config.boolean(format!("remote.{name}.promisor").as_str()) == Some(true))
    }

    /// The id that an object of this kind and content has.
    pub(super) fn hash_object(&self, kind: Kind, bytes: &[u8]) -> Result<Oid, Error> {
        gix::objs::compute_hash(self.gix.object_hash(), kind, bytes).map(Oid).map_err(gix_error)
    }

    /// Checks, once a ref holds them, that the objects written since the last call are there, and writes what `git gc` pruned.
    ///
    /// An object is unreachable until its ref moves, so a prune that began before may take it.
    pub fn settle(&self) -> Result<(), Error> {
        let written = std::mem::take(&mut *self.unsettled());
        for object in written.iter().filter(|object| !self.has_object(&object.id)) {
            self.write_object(object.kind, &object.bytes)?;
        }
        self.unsettled().clear();
        Ok(())
    }

    pub(super) fn unsettled(&self) -> std::sync::MutexGuard<'_, Vec<Unsettled>> {
        // The list is whole after every push, whatever a thread did that panicked elsewhere.
        self.unsettled.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Reads an object of the wanted kind.
    pub(super) fn read_object(&self, want: Kind, id: &Oid) -> Result<Vec<u8>, Error> {
        if let Some((kind, bytes)) = self.read_loose(id)
            && kind == want
        {
            return Ok(bytes);
        }
        let mut tries = 1;
        loop {
            let mut bytes = Vec::new();
            let found = self.gix.objects.try_find(&id.0, &mut bytes).map(|data| data.map(|data| data.kind));
            match found {
                Ok(Some(kind)) if kind == want => return Ok(bytes),
                Ok(Some(kind)) => return Err(Error::WrongKind { id: id.to_string(), want: want.to_string(), found: kind.to_string() }),
                Ok(None) if id.0.is_empty_tree() && want == Kind::Tree => return Ok(Vec::new()),
                Ok(None) if self.is_partial() => return self.fetch_object(want, id),
                // `git gc` moves objects between files; what is missing now may be in a pack that is just being named.
                _ if tries < READ_TRIES => tries += 1,
                Ok(None) => return Err(Error::MissingObject(id.to_string())),
                Err(error) => return Err(gix_error(error)),
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Reads an object through git, which fetches it from the promisor remote.
    fn fetch_object(&self, want: Kind, id: &Oid) -> Result<Vec<u8>, Error> {
        let missing = || Error::MissingObject(id.to_string());
        let out = self.git("cat-file").arg("--batch").input(format!("{id}\n")).output()?;
        let end = out.stdout.iter().position(|b| *b == b'\n').ok_or_else(missing)?;
        let header = String::from_utf8_lossy(&out.stdout[..end]).into_owned();
        let fields: Vec<&str> = header.split(' ').collect();
        let (kind, size) = match fields[..] {
            [_, kind, size] => (kind, size.parse::<usize>().map_err(|_| missing())?),
            _ => return Err(missing()),
        };
        if kind != want.to_string() {
            return Err(Error::WrongKind { id: id.to_string(), want: want.to_string(), found: kind.to_owned() });
        }
        out.stdout.get(end + 1..end + 1 + size).map(<[u8]>::to_vec).ok_or_else(missing)
    }
}

/// Turns an error of gix that has no variant of its own into ours.
pub(super) fn gix_error(error: gix::Error) -> Error {
    Error::Gix(error.to_string())
}
