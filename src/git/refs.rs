//! Refs: found, listed, and moved only from an expected value.

use std::path::PathBuf;

use super::objects::gix_error;
use super::{Error, Oid, RefStorage, Repo};

impl Repo {
    /// The object that the ref `name` points to.
    pub fn find_ref(&self, name: &str) -> Result<Option<Oid>, Error> {
        match self.ref_storage() {
            RefStorage::Files => self.find_in_files(name),
            RefStorage::Other => Ok(self.for_each_ref(name)?.into_iter().find(|(found, _)| found == name).map(|(_, id)| id)),
        }
    }

    /// All refs below `prefix`, which ends in a slash, in the order of their names.
    pub fn list_refs(&self, prefix: &str) -> Result<Vec<(String, Oid)>, Error> {
        match self.ref_storage() {
            RefStorage::Files => self.list_files(prefix),
            RefStorage::Other => self.for_each_ref(prefix),
        }
    }

    /// Moves the ref from `expected` to `new`; without `expected` the ref must not exist.
    ///
    /// Creating a ref that exists and already has the value `new` succeeds on some backends: make `new` unique where only
    /// one creator may win. One try; fails with [`Error::RefChanged`] or [`Error::RefLocked`].
    pub fn update_ref(&self, name: &str, new: &Oid, expected: Option<&Oid>) -> Result<(), Error> {
        match self.ref_storage() {
            RefStorage::Files => self.update_in_files(name, new, expected),
            RefStorage::Other => {
                let line = match expected {
                    Some(old) => format!("update {name} {new} {old}\n"),
                    None => format!("create {name} {new}\n"),
                };
                self.update_by_git(name, line, expected)
            }
        }
    }

    /// Deletes the ref, which must have the value `expected`.
    pub fn delete_ref(&self, name: &str, expected: &Oid) -> Result<(), Error> {
        match self.ref_storage() {
            RefStorage::Files => self.delete_in_files(name, expected),
            RefStorage::Other => self.update_by_git(name, format!("delete {name} {expected}\n"), Some(expected)),
        }
    }

    /// The file that locks the ref against other writers.
    pub fn ref_lock(&self, name: &str) -> PathBuf {
        match self.ref_storage() {
            RefStorage::Files => self.common_dir().join(format!("{name}.lock")),
            RefStorage::Other => self.common_dir().join("reftable").join("tables.list.lock"),
        }
    }

    pub(super) fn resolve_head(&self) -> Result<Option<Oid>, Error> {
        if self.ref_storage() == RefStorage::Files {
            let head = self.gix.head().map_err(gix_error)?;
            let unborn = head.is_unborn();
            return if unborn { Ok(None) } else { Ok(Some(Oid(self.gix.head_commit().map_err(gix_error)?.id))) };
        }
        let out = self.git("rev-parse").args(["--verify", "--quiet", "HEAD^{commit}"]).output()?;
        Ok(Oid::from_hex(String::from_utf8_lossy(&out.stdout).trim()))
    }

    fn for_each_ref(&self, prefix: &str) -> Result<Vec<(String, Oid)>, Error> {
        let out = self.git("for-each-ref").args(["--format=%(objectname) %(refname)", prefix]).run()?;
        let text = String::from_utf8_lossy(&out).into_owned();
        let pair = |line: &str| line.split_once(' ').and_then(|(id, name)| Some((name.to_owned(), Oid::from_hex(id)?)));
        Ok(text.lines().filter_map(pair).collect())
    }

    fn update_by_git(&self, name: &str, line: String, expected: Option<&Oid>) -> Result<(), Error> {
        let out = self.git("update-ref").args(["--no-deref", "--stdin"]).input(line).output()?;
        if out.code == 0 {
            return Ok(());
        }
        // The ref itself says which failure it was; git's words differ between backends and versions.
        if self.find_ref(name)?.as_ref() != expected {
            return Err(Error::RefChanged { name: name.to_owned() });
        }
        if out.stderr.contains("lock") {
            return Err(Error::RefLocked { name: name.to_owned(), lock: self.ref_lock(name) });
        }
        Err(Error::Failed { command: "update-ref".into(), stderr: out.stderr, code: Some(out.code) })
    }
}
