//! Files of ours below the git directory.

use std::fs;
use std::path::Path;

use super::Error;

/// Replaces a file in one step, making its directory.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let dir = path.parent().expect("a file of ours stands in a directory");
    fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(Error::io("write", path))?;
    std::io::Write::write_all(&mut file, bytes).map_err(Error::io("write", path))?;
    file.persist(path).map_err(|error| Error::io("write", path)(error.error))?;
    Ok(())
}
