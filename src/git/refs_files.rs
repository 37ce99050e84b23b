//! Refs of the files backend, through gix.

use gix::refs::transaction::{PreviousValue, RefEdit};
use gix::refs::{FullName, Target};

use super::objects::gix_error;
use super::{Error, Oid, Repo};

impl Repo {
    pub(super) fn find_in_files(&self, name: &str) -> Result<Option<Oid>, Error> {
        // gix keeps packed-refs by its time alone, and two writes within one tick of the clock have the same.
        // It fails when there is no such file, which the search notices by itself.
        drop(self.gix.refs.force_refresh_packed_buffer());
        let found = self.gix.try_find_reference(name).map_err(gix_error)?;
        Ok(found.and_then(|reference| reference.inner.target.try_into_id().ok()).map(Oid))
    }

    pub(super) fn list_files(&self, prefix: &str) -> Result<Vec<(String, Oid)>, Error> {
        let platform = self.gix.references().map_err(gix_error)?;
        let mut refs = Vec::new();
        for reference in platform.prefixed(prefix).map_err(gix_error)? {
            // A ref whose file vanished or is malformed is not one that a listing can show.
            let Ok(reference) = reference else { continue };
            if let Some(id) = reference.inner.target.try_id() {
                refs.push((reference.inner.name.as_bstr().to_string(), Oid(id.to_owned())));
            }
        }
        Ok(refs)
    }

    pub(super) fn update_in_files(&self, name: &str, new: &Oid, expected: Option<&Oid>) -> Result<(), Error> {
        let previous = expected.map_or(PreviousValue::MustNotExist, |old| PreviousValue::MustExistAndMatch(Target::Object(old.0)));
        self.edit(name, RefEdit::update(full_name(name)?, new.0, previous, "plandex"))
    }

    pub(super) fn delete_in_files(&self, name: &str, expected: &Oid) -> Result<(), Error> {
        self.edit(name, RefEdit::delete(full_name(name)?, PreviousValue::MustExistAndMatch(Target::Object(expected.0))))
    }

    fn edit(&self, name: &str, edit: RefEdit) -> Result<(), Error> {
        let person = self.committer();
        let signature = gix::actor::Signature {
            name: person.name.into(),
            email: person.email.into(),
            time: gix::date::Time::new(person.seconds, person.offset),
        };
        let mut buffer = gix::date::parse::TimeBuf::default();
        match self.gix.edit_references_as(Some(edit), Some(signature.to_ref(&mut buffer))) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.classify(name, error)),
        }
    }

    fn classify(&self, name: &str, error: gix::Error) -> Error {
        let lock = self.ref_lock(name);
        let packed = self.common_dir().join("packed-refs.lock");
        let raced = error.downcast_any_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::NotFound);
        if error.is_conflict() {
            return Error::RefChanged { name: name.to_owned() };
        }
        // A directory that another process removed while the lock was being made: worth another try, like a lock.
        if error.is_retryable() || raced {
            let lock = if !lock.exists() && packed.exists() { packed } else { lock };
            return Error::RefLocked { name: name.to_owned(), lock };
        }
        if error.is_not_found() {
            return Error::RefChanged { name: name.to_owned() };
        }
        match error.downcast_any_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error) {
            Some(code) => Error::Io { action: "write", path: lock, source: std::io::Error::from_raw_os_error(code) },
            None => gix_error(error),
        }
    }
}

fn full_name(name: &str) -> Result<FullName, Error> {
    FullName::try_from(name).map_err(|error| Error::Gix(format!("'{name}' is not a ref name: {error}")))
}
