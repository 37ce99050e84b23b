//! The `git` binary that everything stored goes through.

use std::path::Path;

use crate::git::Git;

use super::Error;

/// The version of the `git` binary, in its own words.
pub fn git_version() -> Result<String, Error> {
    let line = Git::new(Path::new("/"), "version").line()?;
    Ok(line.trim_start_matches("git version ").to_owned())
}
