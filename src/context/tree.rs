//! The names of the files of a directory.

use super::Project;
use crate::plan::RepoPath;

/// One path a line, in order, of the files below `directory` or of all.
pub(super) fn tree_text(project: &Project<'_>, directory: Option<&RepoPath>) -> String {
    project.below_or_all(directory).map(|listed| format!("{}\n", listed.path)).collect()
}
