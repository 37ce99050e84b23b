//! Editing a tree, writing only the directories that change.

use std::collections::BTreeMap;

use super::{Error, Oid, Repo, TreeEntry, TreeMode};

/// A tree being edited; directories are read when an edit reaches them.
pub struct TreeEdit<'r> {
    repo: &'r Repo,
    root: Dir,
}

struct Dir {
    entries: BTreeMap<Vec<u8>, Slot>,
}

enum Slot {
    /// As it was read, or a file that was set.
    Stored(TreeMode, Oid),
    /// A directory that was entered.
    Open(Dir),
}

impl<'r> TreeEdit<'r> {
    /// Begins with the tree `base`, or with nothing.
    pub fn new(repo: &'r Repo, base: Option<&Oid>) -> Result<Self, Error> {
        let root = base.map_or_else(|| Ok(Dir { entries: BTreeMap::new() }), |base| Dir::read(repo, base))?;
        Ok(Self { repo, root })
    }

    /// Puts a file at `path`, making directories as needed.
    ///
    /// Fails when a file is where a directory is needed, or the other way round.
    pub fn set(&mut self, path: &[u8], mode: TreeMode, oid: Oid) -> Result<(), Error> {
        let (dirs, name) = split(path);
        let mut dir = &mut self.root;
        for part in dirs {
            dir = dir.enter(self.repo, part)?.ok_or_else(|| in_the_way(path))?;
        }
        match dir.entries.get(name) {
            Some(Slot::Open(inner)) if !inner.entries.is_empty() => return Err(in_the_way(path)),
            Some(Slot::Stored(TreeMode::Tree, _)) => return Err(in_the_way(path)),
            _ => drop(dir.entries.insert(name.to_vec(), Slot::Stored(mode, oid))),
        }
        Ok(())
    }

    /// Takes the file at `path` away; nothing happens when there is none.
    pub fn remove(&mut self, path: &[u8]) -> Result<(), Error> {
        let (dirs, name) = split(path);
        let mut dir = &mut self.root;
        for part in dirs {
            if !dir.entries.contains_key(part) {
                return Ok(());
            }
            let Some(inner) = dir.enter(self.repo, part)? else { return Ok(()) };
            dir = inner;
        }
        if let Some(Slot::Stored(mode, _)) = dir.entries.get(name)
            && *mode != TreeMode::Tree
        {
            dir.entries.remove(name);
        }
        Ok(())
    }

    /// Writes the changed directories and returns the root; empty directories vanish, except those named in `keep` at the root.
    pub fn write(self, keep: &[&str]) -> Result<Oid, Error> {
        let repo = self.repo;
        let mut entries = self.root.write_entries(repo)?;
        for name in keep {
            if !entries.iter().any(|entry| entry.name == name.as_bytes()) {
                let oid = repo.write_tree(Vec::new())?;
                entries.push(TreeEntry { name: name.as_bytes().to_vec(), mode: TreeMode::Tree, oid });
            }
        }
        repo.write_tree(entries)
    }
}

impl Dir {
    fn read(repo: &Repo, id: &Oid) -> Result<Self, Error> {
        let entries = repo.read_tree(id)?.into_iter().map(|entry| (entry.name, Slot::Stored(entry.mode, entry.oid)));
        Ok(Self { entries: entries.collect() })
    }

    /// Opens the directory `name`, made if absent; `None` when a file has that name.
    fn enter(&mut self, repo: &Repo, name: &[u8]) -> Result<Option<&mut Dir>, Error> {
        let slot = self.entries.entry(name.to_vec()).or_insert_with(|| Slot::Open(Dir { entries: BTreeMap::new() }));
        if let Slot::Stored(TreeMode::Tree, id) = slot {
            *slot = Slot::Open(Dir::read(repo, id)?);
        }
        Ok(match slot {
            Slot::Open(dir) => Some(dir),
            Slot::Stored(..) => None,
        })
    }

    fn write_entries(self, repo: &Repo) -> Result<Vec<TreeEntry>, Error> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (name, slot) in self.entries {
            match slot {
                Slot::Stored(mode, oid) => entries.push(TreeEntry { name, mode, oid }),
                Slot::Open(dir) => {
                    let inner = dir.write_entries(repo)?;
                    if !inner.is_empty() {
                        entries.push(TreeEntry { name, mode: TreeMode::Tree, oid: repo.write_tree(inner)? });
                    }
                }
            }
        }
        Ok(entries)
    }
}

fn split(path: &[u8]) -> (impl Iterator<Item = &[u8]>, &[u8]) {
    let at = path.iter().rposition(|b| *b == b'/');
    let (dirs, name) = at.map_or((&path[..0], path), |at| (&path[..at], &path[at + 1..]));
    (dirs.split(|b| *b == b'/').filter(|part| !part.is_empty()), name)
}

fn in_the_way(path: &[u8]) -> Error {
    Error::PathInTheWay(String::from_utf8_lossy(path).into_owned())
}
