//! Reading and writing trees.

use gix::objs::{Kind, TreeRefIter};

use super::objects::gix_error;
use super::{Error, Oid, Repo};

/// The mode of a tree's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeMode {
    /// `100644`, and `100664` of old repositories.
    Regular,
    /// `100755`.
    Executable,
    /// `120000`.
    Symlink,
    /// `40000`.
    Tree,
    /// `160000`, a submodule.
    Gitlink,
}

impl TreeMode {
    pub(super) fn octal(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
            Self::Tree => "40000",
            Self::Gitlink => "160000",
        }
    }

    fn from_gix(mode: gix::objs::tree::EntryMode) -> Self {
        use gix::objs::tree::EntryKind;
        match mode.kind() {
            EntryKind::Blob => Self::Regular,
            EntryKind::BlobExecutable => Self::Executable,
            EntryKind::Link => Self::Symlink,
            EntryKind::Tree => Self::Tree,
            EntryKind::Commit => Self::Gitlink,
        }
    }
}

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// The name, one path component.
    pub name: Vec<u8>,
    /// What it is.
    pub mode: TreeMode,
    /// The blob, tree or commit.
    pub oid: Oid,
}

impl Repo {
    /// Reads a tree's entries in their stored order.
    pub fn read_tree(&self, id: &Oid) -> Result<Vec<TreeEntry>, Error> {
        let bytes = self.read_object(Kind::Tree, id)?;
        let entries = TreeRefIter::from_bytes(&bytes, self.gix.object_hash());
        entries
            .map(|entry| {
                let entry = entry.map_err(|error| Error::Malformed { id: id.to_string(), reason: gix_error(error).to_string() })?;
                Ok(TreeEntry { name: entry.filename.to_vec(), mode: TreeMode::from_gix(entry.mode), oid: Oid(entry.oid.to_owned()) })
            })
            .collect()
    }

    /// Writes a tree; the entries come in any order.
    pub fn write_tree(&self, mut entries: Vec<TreeEntry>) -> Result<Oid, Error> {
        entries.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        let mut bytes = Vec::with_capacity(entries.len() * 64);
        for entry in &entries {
            bytes.extend_from_slice(entry.mode.octal().as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(&entry.name);
            bytes.push(0);
            bytes.extend_from_slice(entry.oid.0.as_slice());
        }
        self.write_object(Kind::Tree, &bytes)
    }

    /// The entry of `path` below the tree `root`.
    pub fn tree_entry(&self, root: &Oid, path: &[u8]) -> Result<Option<TreeEntry>, Error> {
        let mut tree = *root;
        let mut parts = path.split(|b| *b == b'/').peekable();
        while let Some(part) = parts.next() {
            let Some(entry) = self.read_tree(&tree)?.into_iter().find(|entry| entry.name == part) else { return Ok(None) };
            if parts.peek().is_none() {
                return Ok(Some(entry));
            }
            if entry.mode != TreeMode::Tree {
                return Ok(None);
            }
            tree = entry.oid;
        }
        Ok(None)
    }
}

/// Git orders trees as if their names ended in a slash (`base_name_compare`).
fn sort_key(entry: &TreeEntry) -> impl Ord + '_ {
    let end = if entry.mode == TreeMode::Tree { b'/' } else { 0 };
    entry.name.iter().copied().chain(std::iter::once(end)).collect::<Vec<u8>>()
}
