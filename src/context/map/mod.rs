//! Maps: the files of a project with what they define.

use super::{Project, listing};
use crate::git::Error;
use crate::plan::RepoPath;

/// The most tokens of a map that joins the context.
const ITEM_BUDGET: u64 = 200_000;

/// The map of a directory, of the whole project without one; empty without files.
pub(super) fn map_text(project: &Project<'_>, directory: Option<&RepoPath>) -> Result<String, Error> {
    let paths: Vec<_> = project.below_or_all(directory).cloned().collect();
    Ok(listing(&paths, ITEM_BUDGET).text)
}
