//! The pending change as git prints it.

use std::collections::BTreeSet;

use crate::plan::RepoPath;

use super::{Error, Snapshot, Store};

impl Store {
    /// The pending change of these paths as a patch that `git apply` accepts: `git diff <plan>:base <plan>:result`.
    pub fn patch(&self, snapshot: &Snapshot, paths: &[&RepoPath]) -> Result<Vec<u8>, Error> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let side = |name: &str| format!("{}:{name}", snapshot.commit);
        let names: BTreeSet<_> = paths.iter().map(|path| path.to_path_buf()).collect();
        // The plumbing command, as the user's diff settings make patches that other programs cannot read.
        let diff = self.repo.git("diff-tree").args(["-r", "-p", "--binary", "--no-renames", "--no-ext-diff", "--no-textconv"]);
        let diff = diff.arg(side("base")).arg(side("result")).arg("--").args(names);
        Ok(diff.env("GIT_LITERAL_PATHSPECS", "1").run()?)
    }
}
