//! The whole working tree as a tree object, for merges that have to see files beside the touched ones.

use std::fs;

use super::filters::os_str;
use super::scratch::OverlayEntry;
use super::{Disk, Error, Oid, Scratch};

/// Untracked files above this size are no candidates for renames.
const LARGEST_UNTRACKED: u64 = 8 << 20;

impl Disk<'_> {
    /// Writes the working tree as it is, tracked and untracked but not ignored files, with `known` put over it.
    pub fn snapshot(&self, scratch: &Scratch, known: &[OverlayEntry<'_>]) -> Result<Oid, Error> {
        let copy = self.repo().copy_index()?;
        let call = |command: &str| Ok::<_, Error>(scratch.git(command)?.env("GIT_INDEX_FILE", copy.path()).config("core.safecrlf=false"));
        call("add")?.args(["--update", "--", ":/"]).run()?;
        let others = call("ls-files")?.args(["-z", "--others", "--exclude-standard"]).run()?;
        let list: Vec<u8> = others.split_inclusive(|b| *b == 0).filter(|path| self.is_candidate(path)).flatten().copied().collect();
        if !list.is_empty() {
            call("update-index")?.args(["--add", "--replace", "-z", "--stdin"]).input(list).run()?;
        }
        let tree = call("write-tree")?.line()?;
        let tree = Oid::from_hex(&tree).ok_or(Error::MissingObject(tree))?;
        scratch.overlay(Some(&tree), known)
    }

    fn is_candidate(&self, path: &[u8]) -> bool {
        let path = path.strip_suffix(b"\0").unwrap_or(path);
        // A nested repository is listed as a directory.
        let place = self.root().join(os_str("", path));
        !path.is_empty() && !path.ends_with(b"/") && fs::symlink_metadata(place).is_ok_and(|meta| meta.len() <= LARGEST_UNTRACKED)
    }
}
